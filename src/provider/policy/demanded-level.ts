/**
 * How strong a sign-in has to be before a request gets its code (RFC 9470 4, OIDC Core 3.1.2.1, 5.5.1.1): what its parameters, its client
 * and the resources that it is for demand together. Read from what is stored with the sign-in, so that the answer has to meet the
 * same demands as the beginning. oidc-provider demands nothing for `acr_values`, and lets them take the place of an essential `acr`.
 */
import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { isAtLeast, isLevel, type Level, levels } from '../../domain/factors/levels.ts';
import type { Resource } from '../../storage/records/resources.ts';
import type { Cache } from '../cache.ts';
import { claimsOf, isMetBy, type Parameters, type RequestedClaim, valuesOf } from '../options/claims-parameter.ts';
import { spaceDelimited } from '../requested-access.ts';

const { Check } = interactionPolicy;

type Wanted = readonly (Level | undefined)[];

const strongest = (wanted: Wanted): Level | undefined => levels.findLast((level) => wanted.includes(level));

/** One of several values is enough, and a higher level meets a lower one. */
const weakest = (wanted: Wanted): Level | undefined => levels.find((level) => wanted.includes(level));

/** Undefined where no `acr` is essential; empty where none that would do is offered. */
function essentialLevels(parameters: Parameters): readonly Level[] | undefined {
  const { acr } = claimsOf(parameters).id_token ?? {};
  if (!acr?.essential) return undefined;
  const demand = valuesOf(acr);
  return levels.filter((level) => isMetBy(demand, level));
}

/** Values that are not known here ask for nothing. */
function requestedLevel(parameters: Parameters): Level | undefined {
  return strongest([
    weakest(spaceDelimited(parameters.acr_values).filter(isLevel)),
    weakest(essentialLevels(parameters) ?? []),
  ]);
}

/** A level that a later version has stored is not known here: nothing less than the strongest is as good for certain. */
function storedLevel(stored: unknown): Level | undefined {
  if (stored === undefined) return undefined;
  return isLevel(stored) ? stored : levels.at(-1);
}

interface DemandingClient {
  readonly [member: string]: unknown;
}

type Resources = Pick<Cache<Resource>, 'get'>;

/** What administrators demand, whatever a request says: of its code, and of each refresh. */
export async function policyLevel(
  client: DemandingClient | undefined,
  identifiers: readonly string[],
  resources: Resources,
): Promise<Level | undefined> {
  const found = await Promise.all(identifiers.map((identifier) => resources.get(identifier)));
  return strongest([client?.minimum_acr, ...found.map((resource) => resource?.minimumAcr)].map(storedLevel));
}

/** For the pages too: undefined where any sign-in will do. */
export async function demandedLevel(
  parameters: Parameters,
  client: DemandingClient | undefined,
  resources: Resources,
): Promise<Level | undefined> {
  const identifiers = [parameters.resource ?? []].flat().map(String);
  return strongest([requestedLevel(parameters), await policyLevel(client, identifiers, resources)]);
}

/**
 * What tokens say of a sign-in. OIDC Core 5.5.1.1: where values of `acr` are requested, one of them. A level that is not among them, and
 * meets one of them, is stated as the strongest that it meets: an API that knows one level alone would ask for it for ever.
 */
export function statedLevel(acr: unknown, requested: RequestedClaim | null | undefined): unknown {
  const { value, values } = requested ?? {};
  const isRequested = (level: unknown): boolean =>
    (value === undefined || value === level) && (!Array.isArray(values) || values.includes(level));
  if (isRequested(acr)) return acr;
  return levels.findLast((level) => isRequested(level) && isAtLeast(acr, level)) ?? acr;
}

function refuseUnreachable({ oidc: { params = {} } }: KoaContextWithOIDC): void {
  if (essentialLevels(params)?.length === 0)
    throw new errors.UnmetAuthenticationRequirements('the demanded level is not offered');
}

/** oidc-provider has put `acr_values` in its place. */
function keepEssential({ oidc: { params = {}, claims } }: KoaContextWithOIDC): void {
  const { acr } = claimsOf(params).id_token ?? {};
  if (acr?.essential && claims.id_token !== undefined) Object.assign(claims.id_token, { acr });
}

/** Before a prompt that comes before the sign-in: another sign-in would not help. */
export const levelOffered = new Check('level_offered', 'the demanded level is not offered', (ctx) => {
  refuseUnreachable(ctx);
  return false;
});

export function levelReached(resources: Resources): interactionPolicy.Check {
  return new Check('level', 'the sign-in is not as strong as demanded', 'login_required', async (ctx) => {
    refuseUnreachable(ctx);
    keepEssential(ctx);
    const { session, params = {}, client } = ctx.oidc;
    // If nobody is signed in, the sign-in page is shown in any case.
    if (session?.accountId === undefined) return false;
    const demanded = await demandedLevel(params, client, resources);
    return demanded !== undefined && !isAtLeast(session.acr, demanded);
  });
}
