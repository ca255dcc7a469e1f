/** Which grant a request may use without the consent page: the session's, extended by what was allowed before. */
import type Provider from 'oidc-provider';
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { KeyedHash } from '../../storage/encryption/keyed-hash.ts';
import type { ConsentStore } from '../../storage/records/consents.ts';
import type { OrganisationScope } from '../../storage/records/scopes.ts';
import { isOutsideAllowedGroups } from '../policy/allowed-groups.ts';
import { withoutOfflineAccess } from '../policy/offline-access.ts';
import { requestedOrganisationScopes } from '../policy/organisation-scopes.ts';
import { isWithoutTerms } from '../policy/terms.ts';
import { type Access, isCoveredBy, isEmpty, missingAccess, requestedAccess } from '../requested-access.ts';
import type { GrantOwner, SessionGrants } from '../session-grants.ts';

type Grant = InstanceType<Provider['Grant']>;

interface ConsentDeps {
  readonly consents: ConsentStore;
  readonly sessionGrants: SessionGrants;
  readonly scopes: readonly OrganisationScope[];
  readonly keyedHash: KeyedHash;
}

export function consentOptions({ consents, sessionGrants, scopes, keyedHash }: ConsentDeps): Configuration {
  /** The part of what is missing that was allowed before, if it is all of it or all that a user has to be asked for. */
  async function rememberedOf({ accountId, clientId }: GrantOwner, missing: Access): Promise<Access | undefined> {
    const remembered = await consents.get(accountId, clientId);
    if (remembered === undefined) return undefined;
    const candidates = [missing, withoutOfflineAccess(missing)];
    return candidates.find((access) => !isEmpty(access) && isCoveredBy(remembered, access));
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
    const missing = missingAccess(grant, requestedAccess(ctx, requestedOrganisationScopes(scopes, ctx)));
    // prompt=consent shows the page whatever was allowed before.
    if (isEmpty(missing) || prompts.has('consent')) return grant;
    const allowed = client.first_party === true ? missing : await rememberedOf(owner, missing);
    return allowed === undefined ? grant : sessionGrants.allow(provider, owner, allowed);
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
