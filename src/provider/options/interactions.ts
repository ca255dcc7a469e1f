/** The interaction policy: which step a sign-in needs next, and where its page is. */
import { type Configuration, interactionPolicy } from 'oidc-provider';
import { levels } from '../../domain/factors/levels.ts';
import type { ConsentStore } from '../../storage/records/consents.ts';
import type { OrganisationScope } from '../../storage/records/scopes.ts';
import { allowedGroupsPrompt } from '../policy/allowed-groups.ts';
import { addConsentChecks } from '../policy/consent-question.ts';
import { otherAccount } from '../policy/demanded-account.ts';
import { levelOffered, levelReached } from '../policy/demanded-level.ts';
import { registrationChanged } from '../policy/registration.ts';
import { rememberedAnew } from '../policy/remembered-session.ts';
import { type SecondFactorDeps, secondFactorMissing } from '../policy/second-factor.ts';
import { termsPrompt } from '../policy/terms.ts';
import { refuseLargeAuthorization } from '../protection/stored-parameters.ts';
import type { ResourceCache } from './resources.ts';

const { Check, Prompt, base } = interactionPolicy;

/** Name of the prompt, and of the step (Initiating User Registration via OpenID Connect 1.0, 3). */
export const CREATE = 'create';

/** Name of the prompt, and of the step (OIDC Core 3.1.2.1). */
export const SELECT_ACCOUNT = 'select_account';

// An account that is gone or disabled while its session lives: sign in again instead of a server error.
const accountMissing = new Check(
  'account_missing',
  'the account of this session can no longer sign in',
  'login_required',
  ({ oidc }) => oidc.session?.accountId !== undefined && oidc.account === undefined,
);

// Of every request, whether it needs an interaction or not: a code keeps some of its parameters too.
const tooLarge = new Check('parameters_too_large', 'the parameters are too large', ({ oidc }) => {
  refuseLargeAuthorization(oidc.params ?? {});
  return false;
});

/**
 * The checks of a prompt run at the same time, and the first error that is thrown becomes the response. A check that must come
 * before another one shares a function with it, or stands in front of it and awaits nothing.
 */
function policy({
  scopes,
  consents,
  resources,
  offersRegistration,
  secondFactors,
}: InteractionDeps): interactionPolicy.DefaultPolicy {
  const prompts = base();
  const login = prompts.get('login')?.checks;
  // Our own checks replace them, because those also run when a sign-in goes on.
  for (const reason of ['id_token_hint', 'claims_id_token_sub_value', 'essential_acrs', 'essential_acr'])
    login?.remove(reason);
  [registrationChanged, tooLarge, rememberedAnew, levelReached(resources), accountMissing].forEach((check, index) => {
    login?.add(check, index);
  });
  login?.add(otherAccount);
  login?.add(secondFactorMissing(secondFactors));
  // In this order, right before the consent: who may not use an app need not accept anything for it.
  prompts.add(allowedGroupsPrompt(), 1);
  prompts.add(termsPrompt(), 2);
  addConsentChecks(prompts, { scopes, consents });
  // First, because both say who signs in. Their own checks come once more with those of the next prompt.
  const beforeSignIn = (name: string) =>
    new Prompt({ name, requestable: true }, registrationChanged, tooLarge, levelOffered);
  prompts.add(beforeSignIn(SELECT_ACCOUNT), 0);
  if (offersRegistration) prompts.add(beforeSignIn(CREATE), 0);
  return prompts;
}

/** The page's address names the client, so that an expired page can still offer the way back to the app. */
function interactionPath(uid: string, clientId: string): string {
  return `/interaction/${encodeURIComponent(uid)}?${new URLSearchParams({ client_id: clientId })}`;
}

interface InteractionDeps {
  /** The organisation's own. */
  readonly scopes: readonly OrganisationScope[];
  readonly consents: Pick<ConsentStore, 'get'>;
  readonly resources: ResourceCache;
  readonly secondFactors: SecondFactorDeps;
  /** Without it `prompt=create` is a value that is not known. */
  readonly offersRegistration: boolean;
}

export function interactionOptions(deps: InteractionDeps): Configuration {
  return {
    acrValues: [...levels],
    features: { devInteractions: { enabled: false } },
    interactions: {
      policy: policy(deps),
      url: (_ctx, interaction) => interactionPath(interaction.uid, String(interaction.params.client_id)),
    },
  };
}
