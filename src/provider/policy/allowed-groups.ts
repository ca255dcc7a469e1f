/** `allowed_groups` of a client, which administrators set: whose accounts it is for. */
import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { noteFor } from '../request.ts';

const { Check, Prompt } = interactionPolicy;

/** Names the step whose page tells the user. */
export const NOT_ALLOWED = 'not_allowed';

interface LimitedClient {
  readonly [member: string]: unknown;
}

export function isInAllowedGroup(groups: unknown, client: LimitedClient | undefined): boolean {
  const allowed = client?.allowed_groups;
  if (allowed === undefined) return true;
  return Array.isArray(allowed) && Array.isArray(groups) && groups.some((group) => allowed.includes(group));
}

/** True where the user of this request may not use its client. */
export function isOutsider({ oidc: { account, client } }: KoaContextWithOIDC): boolean {
  return account !== undefined && !isInAllowedGroup(account.groups, client);
}

/** After the sign-in and before the consent: at every answer, so that an account that left its groups gets no code. */
export function allowedGroupsPrompt(): interactionPolicy.Prompt {
  const check = new Check(
    'not_in_allowed_group',
    'the account is in none of the groups that may use this client',
    'access_denied',
    (ctx) => {
      if (!isOutsider(ctx)) return false;
      const { account, client, route: endpoint } = ctx.oidc;
      const subject = { accountId: account?.accountId, clientId: client?.clientId, endpoint };
      noteFor(ctx)('request.refused', 'not_in_allowed_group', subject);
      return true;
    },
  );
  return new Prompt({ name: NOT_ALLOWED }, check);
}
