/** Which grant an authorization request may use without the consent page: this session's, or one that remembered consent covers. */
import type Provider from 'oidc-provider';
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { KeyedHash } from '../../storage/encryption/keyed-hash.ts';
import type { ConsentStore } from '../../storage/records/consents.ts';
import { type Access, isCoveredBy, isEmpty, missingAccess, requestedAccess } from '../requested-access.ts';
import type { SessionGrants } from '../session-grants.ts';

type Grant = InstanceType<Provider['Grant']>;

interface ConsentDeps {
  readonly consents: ConsentStore;
  readonly sessionGrants: SessionGrants;
  readonly keyedHash: KeyedHash;
}

export function consentOptions({ consents, sessionGrants, keyedHash }: ConsentDeps): Configuration {
  async function sessionGrant(
    ctx: KoaContextWithOIDC,
    clientId: string,
    accountId: string,
  ): Promise<Grant | undefined> {
    const grantId = ctx.oidc.result?.consent?.grantId ?? ctx.oidc.session?.grantIdFor(clientId);
    const grant = grantId === undefined ? undefined : await ctx.oidc.provider.Grant.find(grantId);
    return grant?.accountId === accountId ? grant : undefined;
  }

  async function isConsentRemembered(accountId: string, clientId: string, missing: Access): Promise<boolean> {
    const remembered = await consents.get(accountId, clientId);
    return remembered !== undefined && isCoveredBy(remembered, missing);
  }

  async function findOrMake(ctx: KoaContextWithOIDC): Promise<Grant | undefined> {
    const { session, client, account, provider } = ctx.oidc;
    if (session === undefined || client === undefined || account === undefined) return undefined;
    const grant = await sessionGrant(ctx, client.clientId, account.accountId);
    const missing = missingAccess(grant, requestedAccess(ctx));
    // prompt=consent: the user decides.
    if (isEmpty(missing) || ctx.oidc.prompts.has('consent')) return grant;
    const owner = { sessionUid: session.uid, accountId: account.accountId, clientId: client.clientId };
    const isAllowed =
      client.first_party === true || (await isConsentRemembered(owner.accountId, owner.clientId, missing));
    if (!isAllowed) return grant;
    return sessionGrants.allow(provider, owner, missing);
  }

  return {
    async loadExistingGrant(ctx) {
      const grant = await findOrMake(ctx);
      const { session } = ctx.oidc;
      // Derived from session and client alone, so that parallel tabs agree on it (OIDC Back-Channel Logout 1.0 2.1).
      if (grant?.clientId !== undefined && session !== undefined) {
        session.sidFor(grant.clientId, keyedHash.hash('sid', `${session.uid}\0${grant.clientId}`));
      }
      return grant;
    },
  };
}
