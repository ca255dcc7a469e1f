/** Who signed in accepts the current terms before any app gets a code. What was issued before goes on until its end. */
import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';

const { Check, Prompt } = interactionPolicy;

/** Name of the prompt, and of the step whose page has the terms. */
export const TERMS = 'terms';

/** Known of the account since it was found (options/accounts.ts). */
export function isWithoutTerms({ oidc: { account } }: KoaContextWithOIDC): boolean {
  return account?.hasToAcceptTerms === true;
}

/** After the sign-in, so that it is known whose terms they are, and before the consent. Checked at every answer. */
export function termsPrompt(): interactionPolicy.Prompt {
  const check = new Check(
    'terms_not_accepted',
    'the user has to accept the terms of service',
    'interaction_required',
    isWithoutTerms,
  );
  return new Prompt({ name: TERMS }, check);
}
