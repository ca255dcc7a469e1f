/** Authorization requests as signed JWTs (RFC 9101), by value and pushed, and answers as signed JWTs (JARM). */
import { type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider';
import { fapiAlgorithms } from '../../domain/clients/metadata/fapi.ts';
import type { Clock } from '../../ports/clock.ts';
import { isOfType } from '../protection/jwt-types.ts';

type Claims = Readonly<Record<string, unknown>>;

/** FAPI 2.0 Message Signing 5.3.1. */
const FAPI_LONGEST_SECONDS = 60 * 60;

/** oidc-provider has checked by then that the times are numbers, that it has not expired, and whose it is. */
function refuseAgainstFapi({ exp, nbf, aud }: Claims, alg: unknown): void {
  const missing = Object.entries({ exp, nbf, aud }).find(([, value]) => value === undefined);
  if (missing !== undefined) throw new errors.InvalidRequestObject(`the request object has no ${missing[0]}`);
  const seconds = Number(exp) - Number(nbf);
  if (!(seconds > 0 && seconds <= FAPI_LONGEST_SECONDS))
    throw new errors.InvalidRequestObject('the request object must expire within an hour after its nbf');
  if (!fapiAlgorithms.includes(alg))
    throw new errors.InvalidRequestObject(`the request object must be signed by ${fapiAlgorithms.join(', ')}`);
}

/** RFC 8707 2: one or several. What is no text would be looked up as if it were one. */
function refuseMalformedResources({ resource = [] }: Claims): void {
  const resources: readonly unknown[] = Array.isArray(resource) ? resource : [resource];
  if (!resources.every((identifier) => typeof identifier === 'string'))
    throw new errors.InvalidTarget('resource must be a URI, or a list of them');
}

/** RFC 9101 4: JSON types where OpenID Connect has them, and texts elsewhere. Lists were refused before, as parameters that come twice. */
function isTyped(name: string, value: unknown): boolean {
  if (value === undefined || typeof value === 'string' || Array.isArray(value)) return true;
  return (name === 'max_age' && typeof value === 'number') || (name === 'claims' && isObject(value));
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** oidc-provider makes texts of them: of null the state "null". */
function refuseUntyped(claims: Claims, { params = {} }: KoaContextWithOIDC['oidc']): void {
  const untyped = Object.keys(params).filter((name) => name !== 'resource' && !isTyped(name, claims[name]));
  if (untyped.length === 0) return;
  // Three of them it has taken over by now, to answer by.
  for (const name of untyped) if (params[name] === String(claims[name])) params[name] = undefined;
  throw new errors.InvalidRequestObject('a parameter in the request object is not a text');
}

function refuseOtherJwts({ typ }: Claims): void {
  if (!isOfType(typ, 'oauth-authz-req+jwt'))
    throw new errors.InvalidRequestObject('the type (typ) of the request object must be oauth-authz-req+jwt');
}

/** RFC 9126 2.2: it is kept for as long as its object says, which must be some time. */
function refuseExpired({ exp }: Claims, { oidc }: KoaContextWithOIDC, clock: Clock): void {
  if (oidc.route === 'pushed_authorization_request' && Number(exp) * 1000 <= clock.now())
    throw new errors.InvalidRequestObject('the request object has expired');
}

/** A plain pushed request is kept as an object of this kind, and comes here when it is opened. */
const isPlainPushed = (ctx: KoaContextWithOIDC, alg: unknown): boolean =>
  alg === 'none' && ctx.oidc.entities.PushedAuthorizationRequest !== undefined;

export function requestObjectOptions(clock: Clock): Configuration {
  return {
    features: {
      requestObjects: {
        enabled: true,
        // Called before its parameters take the place of those beside it.
        async assertJwtClaimsAndHeader(ctx, claims, header, client) {
          const { alg } = header;
          if (!isPlainPushed(ctx, alg)) {
            refuseOtherJwts(header);
            refuseUntyped(claims, ctx.oidc);
            refuseMalformedResources(claims);
            refuseExpired(claims, ctx, clock);
            if (ctx.oidc.isFapi('2.0') !== undefined) refuseAgainstFapi(claims, alg);
          } else if (client.requireSignedRequestObject) {
            // It was pushed before the client had to sign.
            throw new errors.InvalidRequest('the client must send a signed request object');
          }
        },
      },
      jwtResponseModes: { enabled: true },
    },
  };
}
