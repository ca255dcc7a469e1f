/**
 * What a request demands of the sign-in: whose it is, and how strong (OIDC Core 3.1.2.1, 5.5.1). Read from the request's
 * parameters, which are stored with the sign-in, so that the answer has to meet the same demands as the beginning. oidc-provider
 * reads the hint of the current request only, and accepts `acr_values` in place of an `acr` that the claims call essential.
 */
import { decodeJwt } from 'jose';
import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';

const { Check } = interactionPolicy;

type Parameters = Readonly<Record<string, unknown>>;

/** OIDC Core 5.5.1; oidc-provider checks at the start of a request that it is an object. */
interface RequestedClaim {
  readonly essential?: unknown;
  readonly value?: unknown;
  readonly values?: unknown;
}

interface ClaimsParameter {
  readonly id_token?: Readonly<Record<string, RequestedClaim | null>>;
  readonly userinfo?: Readonly<Record<string, RequestedClaim | null>>;
}

function claimsOf({ claims }: Parameters): ClaimsParameter {
  return typeof claims === 'string' ? JSON.parse(claims) : {};
}

/** Lists of accepted values; a value must be in every list. */
type Demand = readonly (readonly unknown[])[];

const isMetBy = (demand: Demand, value: unknown): boolean => demand.every((accepted) => accepted.includes(value));

function demandOf({ value, values }: RequestedClaim): Demand {
  if (values !== undefined && !Array.isArray(values)) throw new errors.InvalidRequest('claims: values must be a list');
  return [...(value === undefined ? [] : [[value]]), ...(values === undefined ? [] : [values])];
}

/** Of the ID token and of userinfo, which are about the same account. It holds whether the claim is essential or not. */
function claimedSubject(parameters: Parameters): Demand {
  const { id_token: idToken, userinfo } = claimsOf(parameters);
  return [idToken?.sub, userinfo?.sub].flatMap((requested) => demandOf(requested ?? {}));
}

/** Verified again when a sign-in goes on: oidc-provider keeps the hint, but not its content. An expired hint counts too. */
async function hintedSubject({ oidc }: KoaContextWithOIDC): Promise<Demand> {
  const { client, params, provider, entities } = oidc;
  const hint = params?.id_token_hint;
  if (typeof hint !== 'string' || client === undefined) return [];
  const verified = entities.IdTokenHint ?? (await provider.IdToken.validate(hint, client).catch(() => undefined));
  if (verified === undefined) throw new errors.InvalidRequest('could not validate id_token_hint');
  return [[verified.payload.sub]];
}

/** From parameters that were verified when the request came. A hint that only oidc-provider can read is left out. */
function demandedSubject(parameters: Parameters): Demand {
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

function refuseUnreachable(demand: Demand, offered: readonly string[]): void {
  if (!offered.some((level) => isMetBy(demand, level)))
    throw new errors.UnmetAuthenticationRequirements('the demanded level is not offered');
}

/** Before a prompt that comes before the sign-in. */
export function levelOffered(offered: readonly string[]): interactionPolicy.Check {
  return new Check('level_offered', 'the demanded level is not offered', ({ oidc }) => {
    const { acr } = claimsOf(oidc.params ?? {}).id_token ?? {};
    if (acr?.essential) refuseUnreachable(demandOf(acr), offered);
    return false;
  });
}

/** OIDC Core 5.5.1.1: a level that cannot be reached is a failed sign-in; another password prompt would not help. */
export function levelReached(offered: readonly string[]): interactionPolicy.Check {
  return new Check('level', 'the demanded level was not reached', 'login_required', ({ oidc }) => {
    const { acr } = claimsOf(oidc.params ?? {}).id_token ?? {};
    if (!acr?.essential) return false;
    const demand = demandOf(acr);
    const isDone = oidc.result?.login !== undefined && !isMetBy(demand, oidc.acr);
    if (isDone) throw new errors.UnmetAuthenticationRequirements('the demanded level is not offered');
    refuseUnreachable(demand, offered);
    return oidc.session?.accountId !== undefined && !isMetBy(demand, oidc.acr);
  });
}
