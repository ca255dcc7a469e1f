/**
 * What a request demands of the sign-in: whose it is, and how strong (OIDC Core 3.1.2.1, 5.5.1). Read from the request's
 * parameters, which are stored beside a sign-in, so that the answer is held to all that the beginning was. oidc-provider looks
 * at the hint of the request in hand alone, and takes `acr_values` for an `acr` that the claims call essential.
 */
import { decodeJwt } from 'jose';
import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';

const { Check } = interactionPolicy;

type Parameters = Readonly<Record<string, unknown>>;

/** OIDC Core 5.5.1; at the start of a request it was checked that it is an object. */
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

/** Lists of values; a demand is met by what is on each of them. An empty list is met by nothing. */
type Demand = readonly (readonly unknown[])[];

const isMetBy = (demand: Demand, value: unknown): boolean => demand.every((accepted) => accepted.includes(value));

function demandOf({ value, values }: RequestedClaim): Demand {
  if (values !== undefined && !Array.isArray(values)) throw new errors.InvalidRequest('claims: values must be a list');
  return [...(value === undefined ? [] : [[value]]), ...(values === undefined ? [] : [values])];
}

/** Of the ID token and of userinfo: both speak of the one account. Essential or not, nobody else will do. */
function claimedSubject(parameters: Parameters): Demand {
  const { id_token: idToken, userinfo } = claimsOf(parameters);
  return [idToken?.sub, userinfo?.sub].flatMap((requested) => demandOf(requested ?? {}));
}

/** Verified again where a sign-in goes on: oidc-provider keeps the hint, but not what was in it. An expired hint is still one. */
async function hintedSubject({ oidc }: KoaContextWithOIDC): Promise<Demand> {
  const { client, params, provider, entities } = oidc;
  const hint = params?.id_token_hint;
  if (typeof hint !== 'string' || client === undefined) return [];
  const verified = entities.IdTokenHint ?? (await provider.IdToken.validate(hint, client).catch(() => undefined));
  if (verified === undefined) throw new errors.InvalidRequest('could not validate id_token_hint');
  return [[verified.payload.sub]];
}

/** Who is demanded by parameters that were verified when the request came. A hint that only oidc-provider can read names nobody here. */
function demandedSubject(parameters: Parameters): Demand {
  const claimed = claimedSubject(parameters);
  try {
    const { id_token_hint: hint } = parameters;
    return typeof hint === 'string' ? [...claimed, [decodeJwt(hint).sub]] : claimed;
  } catch {
    return claimed;
  }
}

/** For the pages: whether somebody in particular has to sign in. The policy below decides who gets a code. */
export function isAccountDemanded(parameters: Parameters): boolean {
  return demandedSubject(parameters).length > 0;
}

/** A subject is an account's id: oidc-provider has no other type of subjects here. */
export function isDemandedAccount(parameters: Parameters, accountId: string): boolean {
  return isMetBy(demandedSubject(parameters), accountId);
}

// OIDC Core 3.1.2.2: no code or token for another account, whoever signs in and by whichever way.
export const otherAccount = new Check(
  'other_account',
  'another account is demanded than the one that is signed in',
  'login_required',
  async (ctx) => {
    const { session, params = {} } = ctx.oidc;
    const claimed = claimedSubject(params);
    // Where nobody is signed in, somebody has to in any case.
    if (session?.accountId === undefined) return false;
    return !isMetBy([...claimed, ...(await hintedSubject(ctx))], session.accountId);
  },
);

/** OIDC Core 5.5.1.1: a level that cannot be reached is a failed sign-in; to ask for the password again would not help. */
export function levelReached(offered: readonly string[]): interactionPolicy.Check {
  return new Check('level', 'the demanded level was not reached', 'login_required', ({ oidc }) => {
    const { acr } = claimsOf(oidc.params ?? {}).id_token ?? {};
    if (!acr?.essential) return false;
    const demand = demandOf(acr);
    const isDone = oidc.result?.login !== undefined && !isMetBy(demand, oidc.acr);
    if (isDone || !offered.some((level) => isMetBy(demand, level)))
      throw new errors.UnmetAuthenticationRequirements('the demanded level is not offered');
    return oidc.session?.accountId !== undefined && !isMetBy(demand, oidc.acr);
  });
}
