/** The parameter `claims` (OIDC Core 5.5) of every authorization request, pushed and of devices too: what of it counts. */
import { type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider';
import { claimsOfScope, standardClaims } from '../../domain/accounts/claims.ts';
import { builtInScopes, isScopeFor } from '../../domain/scopes/names.ts';
import { claimsReleasedBy } from '../../domain/scopes/scopes.ts';
import type { OrganisationScope } from '../../storage/records/scopes.ts';
import { refuseDeep } from '../protection/nesting.ts';
import { idTokenClaimsOf } from './id-token-claims.ts';

/** Of an authorization request, as they are stored with its sign-in. */
export type Parameters = Readonly<Record<string, unknown>>;

/** OIDC Core 5.5.1. */
export interface RequestedClaim {
  readonly essential?: unknown;
  readonly value?: unknown;
  readonly values?: unknown;
}

interface ClaimsParameter {
  readonly userinfo?: Readonly<Record<string, RequestedClaim | null>> | undefined;
  readonly id_token?: Readonly<Record<string, RequestedClaim | null>> | undefined;
}

/** Checked below when the request came. */
export function claimsOf({ claims }: Parameters): ClaimsParameter {
  return typeof claims === 'string' ? JSON.parse(claims) : {};
}

/** Lists of accepted values; a value must be in every list. */
export type ValueDemand = readonly (readonly unknown[])[];

export const isMetBy = (demand: ValueDemand, value: unknown): boolean =>
  demand.every((accepted) => accepted.includes(value));

export function valuesOf({ value, values }: RequestedClaim): ValueDemand {
  if (values !== undefined && !Array.isArray(values)) throw new errors.InvalidRequest('claims: values must be a list');
  return [...(value === undefined ? [] : [[value]]), ...(values === undefined ? [] : [values])];
}

const containers = ['userinfo', 'id_token'] as const;

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/** OIDC Core 5.5.1. The option takes the place of oidc-provider's own check of it. */
function refuseMalformedMembers(claims: ClaimsParameter): void {
  for (const container of containers) {
    const wrong = Object.values(claims[container] ?? {}).find((value) => value !== null && !isObject(value));
    if (wrong !== undefined) throw new errors.InvalidRequest(`claims.${container} members must be null or objects`);
  }
}

/** RFC 7591 2, `scope`: a client gets no claims but those of the scopes that it may have, and those that no scope releases. */
function isForClient(registered: unknown, scopes: readonly OrganisationScope[]): (name: string) => boolean {
  const isForIt = (name: string): boolean => isScopeFor(registered, name);
  const own = new Set<string>([
    ...builtInScopes.filter(isForIt).flatMap(claimsOfScope),
    ...claimsReleasedBy(scopes.filter(({ name }) => isForIt(name))),
  ]);
  const released = new Set<string>([...standardClaims, ...claimsReleasedBy(scopes)]);
  return (name) => own.has(name) || !released.has(name);
}

/** What is asked for at userinfo is asked for in the ID token too where its client wants it there: oidc-provider keeps the two apart. */
function withIdTokenClaims(claims: ClaimsParameter, wanted: readonly unknown[]): ClaimsParameter {
  const added = Object.keys(claims.userinfo ?? {}).filter((name) => wanted.includes(name));
  if (added.length === 0) return claims;
  return { ...claims, id_token: { ...Object.fromEntries(added.map((name) => [name, null])), ...claims.id_token } };
}

export function claimsParameterOptions(scopes: readonly OrganisationScope[]): Pick<Configuration, 'features'> {
  const assertClaimsParameter = async (ctx: KoaContextWithOIDC, claims: ClaimsParameter): Promise<void> => {
    const { params, client } = ctx.oidc;
    refuseDeep(String(params?.claims), 'claims');
    refuseMalformedMembers(claims);
    const isAllowed = isForClient(client?.scope, scopes);
    // OIDC Core 5.5: what is not released is left out, and the request goes on.
    const bounded = Object.fromEntries(
      Object.entries(claims).map(([container, members]) => [
        container,
        isObject(members) ? Object.fromEntries(Object.entries(members).filter(([name]) => isAllowed(name))) : members,
      ]),
    );
    const counting = withIdTokenClaims(bounded, idTokenClaimsOf(ctx));
    if (params !== undefined && JSON.stringify(counting) !== JSON.stringify(claims))
      params.claims = JSON.stringify(counting);
  };
  return { features: { claimsParameter: { enabled: true, assertClaimsParameter } } };
}
