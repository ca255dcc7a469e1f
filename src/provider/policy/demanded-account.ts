/**
 * Whose sign-in a request demands (OIDC Core 3.1.2.1, 5.5.1). Read from the request's parameters, which are stored with the
 * sign-in, so that the answer has to meet the same demand as the beginning. oidc-provider reads the hint of the current request only.
 */
import { decodeJwt } from 'jose';
import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { claimsOf, isMetBy, type Parameters, type ValueDemand, valuesOf } from '../options/claims-parameter.ts';

const { Check } = interactionPolicy;

/** Of the ID token and of userinfo, which are about the same account. It holds whether the claim is essential or not. */
function claimedSubject(parameters: Parameters): ValueDemand {
  const { id_token: idToken, userinfo } = claimsOf(parameters);
  return [idToken?.sub, userinfo?.sub].flatMap((requested) => valuesOf(requested ?? {}));
}

/** Verified again when a sign-in goes on: oidc-provider keeps the hint, but not its content. An expired hint counts too. */
async function hintedSubject({ oidc }: KoaContextWithOIDC): Promise<ValueDemand> {
  const { client, params, provider, entities } = oidc;
  const hint = params?.id_token_hint;
  if (typeof hint !== 'string' || client === undefined) return [];
  const verified = entities.IdTokenHint ?? (await provider.IdToken.validate(hint, client).catch(() => undefined));
  if (verified === undefined) throw new errors.InvalidRequest('could not validate id_token_hint');
  return [[verified.payload.sub]];
}

/** From parameters that were verified when the request came. A hint that only oidc-provider can read is left out. */
function demandedSubject(parameters: Parameters): ValueDemand {
  const claimed = claimedSubject(parameters);
  try {
    const { id_token_hint: hint } = parameters;
    return typeof hint === 'string' ? [...claimed, [decodeJwt(hint).sub]] : claimed;
  } catch {
    return claimed;
  }
}

/** For the pages only: the policy below decides who gets a code. */
export function isAccountDemanded(parameters: Parameters): boolean {
  return demandedSubject(parameters).length > 0;
}

/** A subject is always the id of an account here (subject type `public`). */
export function isDemandedAccount(parameters: Parameters, accountId: string): boolean {
  return isMetBy(demandedSubject(parameters), accountId);
}

// OIDC Core 3.1.2.2: no code or token for another account, in whatever way it signed in.
export const otherAccount = new Check(
  'other_account',
  'another account is demanded than the one that is signed in',
  'login_required',
  async (ctx) => {
    const { session, params = {} } = ctx.oidc;
    const claimed = claimedSubject(params);
    // If nobody is signed in, the sign-in page is shown in any case.
    if (session?.accountId === undefined) return false;
    return !isMetBy([...claimed, ...(await hintedSubject(ctx))], session.accountId);
  },
);
