/** The interaction policy: which step a sign-in needs next, and where its page is. */
import { type Configuration, errors, interactionPolicy } from 'oidc-provider';
import type { OrganisationScope } from '../../storage/records/scopes.ts';
import { refuseLargeAuthorization } from '../protection/stored-parameters.ts';
import { allowedGroupsPrompt } from './allowed-groups.ts';
import { addScopeClaimsCheck } from './organisation-scopes.ts';

const { Check, base } = interactionPolicy;

/** Level of a password sign-in, as `acr`; its `amr` is `pwd` (RFC 8176). */
export const passwordAcr = 'urn:latchkey:acr:password';

interface RequestedAcr {
  readonly essential?: unknown;
  readonly value?: unknown;
  readonly values?: unknown;
}

function isOutOfReach({ essential, value, values }: RequestedAcr): boolean {
  if (!essential) return false;
  const accepted: readonly unknown[] = Array.isArray(values) ? values : [value].filter((one) => one !== undefined);
  return accepted.length > 0 && !accepted.includes(passwordAcr);
}

// An account that is gone or disabled while its session lives: sign in again instead of a server error.
const accountMissing = new Check(
  'account_missing',
  'the account of this session can no longer sign in',
  'login_required',
  ({ oidc }) => oidc.session?.accountId !== undefined && oidc.account === undefined,
);

// OIDC Core 5.5.1.1: a failed sign-in. oidc-provider's own check would ask for the password again and again.
const levelOutOfReach = new Check('level_out_of_reach', 'the demanded level is not offered here', ({ oidc }) => {
  const requested = oidc.claims.id_token?.acr as RequestedAcr | null | undefined;
  if (isOutOfReach(requested ?? {}))
    throw new errors.UnmetAuthenticationRequirements('the demanded level is not offered');
  return false;
});

// Of every request, whether it needs an interaction or not: a code keeps some of its parameters too.
const tooLarge = new Check('parameters_too_large', 'the parameters are too large', ({ oidc }) => {
  refuseLargeAuthorization(oidc.params ?? {});
  return false;
});

function policy(scopes: readonly OrganisationScope[]): interactionPolicy.DefaultPolicy {
  const prompts = base();
  const login = prompts.get('login');
  login?.checks.add(accountMissing, 0);
  login?.checks.add(levelOutOfReach, 0);
  login?.checks.add(tooLarge, 0);
  prompts.add(allowedGroupsPrompt(), 1);
  addScopeClaimsCheck(prompts, scopes);
  return prompts;
}

/** The page's address names the client, so that an expired page can still offer the way back to the app. */
function interactionPath(uid: string, clientId: string): string {
  return `/interaction/${encodeURIComponent(uid)}?${new URLSearchParams({ client_id: clientId })}`;
}

export function interactionOptions(scopes: readonly OrganisationScope[]): Configuration {
  return {
    acrValues: [passwordAcr],
    features: { devInteractions: { enabled: false } },
    interactions: {
      policy: policy(scopes),
      url: (_ctx, interaction) => interactionPath(interaction.uid, String(interaction.params.client_id)),
    },
  };
}
