/** Who can sign in, and which claims each scope releases (OIDC Core 5.4). */
import type { Configuration } from 'oidc-provider';
import { claimsByScope, claimsOf } from '../../domain/accounts/claims.ts';
import type { Account, AccountStore } from '../../storage/records/accounts.ts';

/** True for a sign-in that began before the account's sessions were ended, finished or not. */
function hasEnded({ sessionsEndedAt }: Account, signedInAtSeconds: number | undefined): boolean {
  if (sessionsEndedAt === undefined || signedInAtSeconds === undefined) return false;
  return signedInAtSeconds < Math.floor(sessionsEndedAt / 1000);
}

export function accountOptions(accounts: AccountStore): Configuration {
  return {
    claims: {
      acr: null,
      auth_time: null,
      iss: null,
      sid: null,
      amr: null,
      openid: ['sub'],
      ...claimsByScope(),
    },
    features: { claimsParameter: { enabled: true }, userinfo: { enabled: true } },
    async findAccount(ctx, id) {
      const account = await accounts.get(id);
      // A disabled account counts as absent at the next sign-in, refresh or userinfo call.
      if (account === undefined || account.isDisabled || hasEnded(account, ctx.oidc?.session?.loginTs))
        return undefined;
      return { accountId: account.id, claims: () => ({ sub: account.id, ...claimsOf(account) }) };
    },
  };
}
