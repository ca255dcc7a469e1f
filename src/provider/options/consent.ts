/** Which grant a request may use without the consent page: the session's, changed by what was allowed and refused before. */
import type Provider from 'oidc-provider';
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { common, isEmpty, noAccess, union, without } from '../../domain/grants/access.ts';
import { type Answer, noAnswer, notRefusable } from '../../domain/grants/answers.ts';
import type { KeyedHash } from '../../storage/encryption/keyed-hash.ts';
import type { Access, ConsentStore } from '../../storage/records/consents.ts';
import type { OrganisationScope } from '../../storage/records/scopes.ts';
import { isOutsideAllowedGroups } from '../policy/allowed-groups.ts';
import { rememberedAnswer, unansweredAccess } from '../policy/consent-question.ts';
import { withoutOfflineAccess } from '../policy/offline-access.ts';
import { isWithoutTerms } from '../policy/terms.ts';
import { requestOf } from '../request.ts';
import { answerOf } from '../requested-access.ts';
import type { GrantOwner, SessionGrants } from '../session-grants.ts';

type Grant = InstanceType<Provider['Grant']>;

interface ConsentDeps {
  readonly consents: ConsentStore;
  readonly sessionGrants: SessionGrants;
  readonly scopes: readonly OrganisationScope[];
  readonly keyedHash: KeyedHash;
}

export function consentOptions({ consents, sessionGrants, scopes, keyedHash }: ConsentDeps): Configuration {
  /** Of what is missing, what was answered before; undefined if a user has to be asked for any of it. */
  async function earlierAnswer(ctx: KoaContextWithOIDC, given: Answer, missing: Access): Promise<Answer | undefined> {
    const isFirstParty = ctx.oidc.client?.first_party === true;
    // Then nobody can have refused it, and nobody is asked.
    if (isFirstParty && isEmpty(without(missing, notRefusable))) return { ...noAnswer, allowed: missing };
    const { allowed, refused } = (await rememberedAnswer(ctx, consents)) ?? noAnswer;
    // Also what the client requires: then a page asks again, whoever's app it is.
    const everRefused = (await requestOf(ctx).remembered)?.refused ?? noAccess;
    const known = { allowed: union(given.allowed, allowed), refused: union(given.refused, refused) };
    const left = unansweredAccess(ctx, scopes, known);
    if (!isFirstParty && !isEmpty(withoutOfflineAccess(left))) return undefined;
    // What a user refused stays refused, whoever's app it is by now.
    const newlyAllowed = common(missing, isFirstParty ? without(union(allowed, left), everRefused) : allowed);
    const newlyRefused = common(missing, refused);
    if (isEmpty(newlyAllowed) && isEmpty(newlyRefused)) return undefined;
    // With each claim that was refused by its name, for a scope that is allowed may release it.
    return { allowed: newlyAllowed, refused: { ...newlyRefused, oidcClaims: refused.oidcClaims } };
  }

  async function grantOf({ accountId }: GrantOwner, grantId: string | undefined, provider: Provider) {
    const found = grantId === undefined ? undefined : await provider.Grant.find(grantId);
    return found?.accountId === accountId ? found : undefined;
  }

  async function findOrMake(ctx: KoaContextWithOIDC): Promise<Grant | undefined> {
    const { session, client, account, provider, result, prompts } = ctx.oidc;
    if (session === undefined || client === undefined || account === undefined) return undefined;
    const owner = { sessionUid: session.uid, accountId: account.accountId, clientId: client.clientId };
    const grantId = result?.consent?.grantId ?? session.grantIdFor(owner.clientId);
    const grant = await grantOf(owner, grantId, provider);
    // What the user has just allowed was revoked before this sign-in went on: it is asked for again, whatever is remembered.
    if (grant === undefined && result?.consent?.grantId !== undefined) return undefined;
    const given = answerOf(grant);
    const missing = unansweredAccess(ctx, scopes, given);
    // prompt=consent shows the page whatever was answered before.
    if (isEmpty(missing) || prompts.has('consent')) return grant;
    const answer = await earlierAnswer(ctx, given, missing);
    if (answer === undefined) return grant;
    // An administrator's word needs no consent to stand on.
    return sessionGrants.answerAsRemembered(provider, owner, answer, { standsOnConsent: client.first_party !== true });
  }

  return {
    async loadExistingGrant(ctx) {
      // It gets no code, so nothing is granted, even where no consent page is shown.
      const isWithoutCode = isOutsideAllowedGroups(ctx) || isWithoutTerms(ctx);
      const grant = isWithoutCode ? undefined : await findOrMake(ctx);
      const { session } = ctx.oidc;
      // Derived from session and client alone, so that parallel tabs agree on it (OIDC Back-Channel Logout 1.0 2.1).
      if (grant?.clientId !== undefined && session !== undefined) {
        session.sidFor(grant.clientId, keyedHash.hash('sid', `${session.uid}\0${grant.clientId}`));
      }
      return grant;
    },
  };
}
