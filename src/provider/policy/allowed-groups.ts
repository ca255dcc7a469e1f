/** `allowed_groups` of a client, set by administrators: only accounts in one of these groups may use it. */
import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { noteFor } from '../request.ts';

const { Check, Prompt } = interactionPolicy;

/** Name of the prompt, and of the step whose page explains it to the user. */
export const NOT_ALLOWED = 'not_allowed';

interface LimitedClient {
  readonly [member: string]: unknown;
}

export function isInAllowedGroup(groups: unknown, client: LimitedClient | undefined): boolean {
  const allowed = client?.allowed_groups;
  if (allowed === undefined) return true;
  return Array.isArray(allowed) && Array.isArray(groups) && groups.some((group) => allowed.includes(group));
}

export function isOutsideAllowedGroups({ oidc: { account, client } }: KoaContextWithOIDC): boolean {
  return account !== undefined && !isInAllowedGroup(account.groups, client);
}

/** After the sign-in and before the consent. Checked at every answer, so that an account that left its groups gets no code. */
export function allowedGroupsPrompt(): interactionPolicy.Prompt {
  const check = new Check(
    'not_in_allowed_group',
    'the account is in none of the groups that may use this client',
    'access_denied',
    (ctx) => {
      if (!isOutsideAllowedGroups(ctx)) return false;
      const { account, client, route: endpoint } = ctx.oidc;
      const subject = { accountId: account?.accountId, clientId: client?.clientId, endpoint };
      noteFor(ctx)('request.refused', 'not_in_allowed_group', subject);
      return true;
    },
  );
  return new Prompt({ name: NOT_ALLOWED }, check);
}
