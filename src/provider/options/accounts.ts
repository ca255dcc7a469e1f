/** Who can sign in, and which claims each scope releases (OIDC Core 5.4). */
import type { Configuration } from 'oidc-provider';
import { claimsByScope, claimsOf } from '../../domain/accounts/claims.ts';
import { hasEnded } from '../../domain/accounts/ended-sessions.ts';
import type { AccountStore } from '../../storage/records/accounts.ts';

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
    features: { userinfo: { enabled: true } },
    async findAccount(ctx, id, token) {
      const account = await accounts.get(id);
      if (account === undefined || account.isDisabled) return undefined;
      // Counts as absent at the next sign-in, exchange or refresh: a request that was under way may have saved it late.
      const { authTime } = (token ?? {}) as { readonly authTime?: number };
      if (hasEnded(account, ctx.oidc?.session?.loginTs) || hasEnded(account, authTime)) return undefined;
      return { accountId: account.id, claims: () => ({ sub: account.id, ...claimsOf(account) }) };
    },
  };
}
