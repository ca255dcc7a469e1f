/** Who can sign in, and which claims each scope releases (OIDC Core 5.4). */
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { claimsByScope, claimsOf, claimsOfScope, groupsOf } from '../../domain/accounts/claims.ts';
import { hasEnded } from '../../domain/accounts/ended-sessions.ts';
import { isUsable } from '../../domain/accounts/usable.ts';
import { requiresSecondFactor, type SecondFactorSetting } from '../../domain/factors/requirement.ts';
import { isScopeFor, scopesOfChosenClients } from '../../domain/scopes/names.ts';
import { hasToAccept } from '../../domain/terms/terms.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Account, AccountStore } from '../../storage/records/accounts.ts';
import type { OrganisationScope } from '../../storage/records/scopes.ts';
import { isInAllowedGroup } from '../policy/allowed-groups.ts';
import { isClientProven, noteFor } from '../request.ts';
import { isForIdToken } from './id-token-claims.ts';
import type { RefuseWeak } from './issued-level.ts';

type ClaimNames = Readonly<Record<string, unknown>>;

interface RequestedClaims {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly use: string;
  readonly scope: string;
  /** Of the parameter `claims`, what was granted for this use. */
  readonly requested: ClaimNames;
}

/** Decided by standard scopes and the grant: a scope of the organisation may release more by now than the user was shown. */
function isShown({ oidc }: KoaContextWithOIDC, { scope, requested }: RequestedClaims): (name: string) => boolean {
  // Granted before an administrator took the scope from the client, they are not released any more.
  const taken = scopesOfChosenClients.filter((name) => !isScopeFor(oidc.client?.scope, name));
  const withheld: readonly string[] = taken.flatMap(claimsOfScope);
  const shown = new Set<string>([
    ...scope.split(' ').flatMap(claimsOfScope),
    ...Object.keys(requested),
    ...(oidc.entities.Grant?.getOIDCClaims() ?? []),
  ]);
  return (name) => shown.has(name) && !withheld.includes(name);
}

/** oidc-provider then leaves out what was rejected, and what no scope or parameter requests. */
function claimsFor(ctx: KoaContextWithOIDC, account: Account, asked: RequestedClaims) {
  const isMeant = asked.use === 'id_token' ? isForIdToken(ctx, asked.requested) : () => true;
  const wasShown = isShown(ctx, asked);
  const entries = Object.entries(claimsOf(account, asked.now)).filter(([name]) => wasShown(name) && isMeant(name));
  return { ...Object.fromEntries(entries), sub: account.id };
}

/** At every use of a code or token: an account may have left its groups since. At a sign-in the policy explains it to the user. */
function refuseNotAllowed(ctx: KoaContextWithOIDC, { id: accountId }: Account): undefined {
  const { route: endpoint, client } = ctx.oidc;
  const subject = { accountId, clientId: client?.clientId, endpoint, isClientProven: isClientProven(ctx) };
  noteFor(ctx)('request.refused', 'not_in_allowed_group', subject);
  return undefined;
}

interface AccountOptionsDeps {
  readonly accounts: Pick<AccountStore, 'get'>;
  readonly scopes: readonly OrganisationScope[];
  /** Undefined where there are none to accept. */
  readonly termsVersion: string | undefined;
  readonly requireSecondFactor: SecondFactorSetting;
  readonly refuseWeak: RefuseWeak;
  readonly clock: Clock;
}

export function accountOptions(deps: AccountOptionsDeps): Configuration {
  const { accounts, scopes, termsVersion, requireSecondFactor, refuseWeak, clock } = deps;
  return {
    claims: {
      acr: null,
      auth_time: null,
      iss: null,
      sid: null,
      amr: null,
      // Of them the ID token alone knows something: how somebody signed in is for the app to see unasked (RFC 8176).
      openid: ['sub', 'acr', 'amr'],
      ...claimsByScope(),
      ...Object.fromEntries(scopes.map(({ name, claims }) => [name, [...claims]])),
    },
    // Which claims the ID token holds is decided below, by `use`.
    conformIdTokenClaims: false,
    features: { userinfo: { enabled: true } },
    async findAccount(ctx, id, token) {
      const account = await accounts.get(id);
      if (account === undefined || !isUsable(account, clock.now())) return undefined;
      // Counts as absent at the next sign-in, exchange or refresh: a request that was under way may have saved it late.
      const { authTime } = (token ?? {}) as { readonly authTime?: number };
      if (hasEnded(account, ctx.oidc?.session?.loginTs) || hasEnded(account, authTime)) return undefined;
      const groups = groupsOf(account);
      // RFC 9700 4.14.2: a replay ends the family, whoever's it is by now; oidc-provider looks for it behind this, and issues nothing.
      const isReplay = (token as { readonly consumed?: unknown } | undefined)?.consumed !== undefined;
      if (token !== undefined && !isReplay && !isInAllowedGroup(groups, ctx.oidc.client))
        return refuseNotAllowed(ctx, account);
      const needsSecondFactor = requiresSecondFactor(account, requireSecondFactor);
      const isExchanged = token !== undefined && token.kind !== 'AccessToken';
      if (isExchanged && !isReplay) await refuseWeak(ctx, token, { accountId: account.id, needsSecondFactor });
      return {
        accountId: account.id,
        groups,
        needsSecondFactor,
        hasToAcceptTerms: hasToAccept(account, termsVersion),
        claims: (use, scope, requested) => claimsFor(ctx, account, { use, scope, requested, now: clock.now() }),
      };
    },
  };
}
