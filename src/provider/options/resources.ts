/** RFC 8707: which resources a client may request, and what their access tokens look like. */
import { type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider';
import {
  type IdentifiersBySpelling,
  identifierHint,
  similarIdentifiers,
} from '../../domain/resources/similar-identifiers.ts';
import type { Resource } from '../../storage/records/resources.ts';
import type { Cache } from '../cache.ts';
import { isResumed, requestOf } from '../request.ts';
import {
  effectiveResources,
  grantedResources,
  type IssuedFor,
  isRefused,
  usesGrantedResource,
} from './granted-resource.ts';

export type ResourceCache = Cache<Resource>;

/** The identifiers of all resources, under one key: read at most once in some seconds, whoever asks for what is not there. */
export type IdentifierCache = Cache<IdentifiersBySpelling>;

const ALL_RESOURCES = 'all';

const CLIENT_CREDENTIALS = 'client_credentials';

/** Whether an administrator meant the client to have tokens without a user. */
type MayActForItself = (clientId: string) => Promise<boolean>;

interface ResourceClient {
  readonly clientId: string;
  readonly resources?: unknown;
}

/**
 * A client registered with `resources` may request only those; any other all of them, but only with a user's consent. For itself a
 * client may that somebody else made, or that a document describes, only where an administrator meant it to.
 */
async function mayRequest(
  { clientId, resources: bound }: ResourceClient,
  identifier: string,
  { grantType, mayActForItself }: { readonly grantType: unknown; readonly mayActForItself: MayActForItself },
): Promise<boolean> {
  if (Array.isArray(bound) && !bound.includes(identifier)) return false;
  if (grantType !== CLIENT_CREDENTIALS) return true;
  return Array.isArray(bound) && mayActForItself(clientId);
}

/** RFC 6749 5.2: what an error description may hold. */
const DESCRIBABLE = /^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/;

/** Names what differs in spelling alone; no identifier that the client may not request. */
export type HintAt = (ctx: KoaContextWithOIDC, identifier: string) => Promise<string>;

export function createHints(identifiers: IdentifierCache, mayActForItself: MayActForItself): HintAt {
  return async (ctx, identifier) => {
    const { client, params } = ctx.oidc;
    requestOf(ctx).isTargetExplained = true;
    const known = (await identifiers.get(ALL_RESOURCES)) ?? new Map();
    const access = { grantType: params?.grant_type, mayActForItself };
    const candidates = similarIdentifiers(identifier, known);
    const allowed = await Promise.all(
      candidates.map((other) => mayRequest(client as unknown as ResourceClient, other, access)),
    );
    const similar = candidates.find((_other, at) => allowed[at]);
    if (similar === undefined) return '';
    return identifierHint(DESCRIBABLE.test(similar) ? similar : 'one that is spelled differently');
  };
}

/** Whether everything that a client asks for itself is outside of what the resource has. Of several resources there is no token anyhow. */
function hasNoneOf({ scopes }: Resource, { oidc: { params, requestParamScopes } }: KoaContextWithOIDC): boolean {
  if (params?.grant_type !== CLIENT_CREDENTIALS || new Set([params.resource].flat()).size !== 1) return false;
  const asked = params.scope === undefined ? [] : [...requestParamScopes];
  return asked.length > 0 && !asked.some((scope) => Object.hasOwn(scopes, scope));
}

/** A new sign-in asks for what is left; one that named the resource may name another. */
function refuseRefused(ctx: KoaContextWithOIDC): never {
  requestOf(ctx).isTargetExplained = true;
  if (ctx.oidc.params?.resource === undefined) throw new errors.InvalidGrant('the user refused the resource');
  throw new errors.InvalidTarget('the user refused the resource');
}

/** RFC 8707 2.2: an access token is for one. */
function refuseSeveral(ctx: KoaContextWithOIDC): never {
  requestOf(ctx).isTargetExplained = true;
  throw new errors.InvalidTarget(
    ctx.oidc.params?.resource === undefined
      ? 'several resources were granted: name one of them by the parameter resource'
      : 'an access token is for one resource: name one alone',
  );
}

interface ResourceDeps {
  readonly mayActForItself: MayActForItself;
  readonly resources: ResourceCache;
  readonly hintAt: HintAt;
}

type ServerInfo = NonNullable<NonNullable<Configuration['features']>['resourceIndicators']>['getResourceServerInfo'];

function createServerInfo({ resources, hintAt, mayActForItself }: ResourceDeps): NonNullable<ServerInfo> {
  return async (ctx, identifier, client) => {
    // It may have been removed while the pages of a sign-in were open.
    const resource = await (isResumed(ctx) ? resources.reload(identifier) : resources.get(identifier));
    if (resource === undefined)
      throw new errors.InvalidTarget(`the resource is not known here${await hintAt(ctx, identifier)}`);
    const access = { grantType: ctx.oidc.params?.grant_type, mayActForItself };
    if (!(await mayRequest(client as unknown as ResourceClient, identifier, access))) {
      const hint = await hintAt(ctx, identifier);
      throw new errors.InvalidTarget(`the client is not registered for this resource${hint}`);
    }
    const { presented } = requestOf(ctx);
    if (presented !== undefined && ctx.oidc.route === 'token' && isRefused(ctx, presented, identifier))
      refuseRefused(ctx);
    if (hasNoneOf(resource, ctx))
      throw new errors.InvalidScope('the resource has no such scope', String(ctx.oidc.params?.scope));
    return {
      scope: Object.keys(resource.scopes).join(' '),
      audience: resource.identifier,
      accessTokenTTL: resource.ttlSeconds,
      accessTokenFormat: resource.format,
      ...(resource.format === 'jwt' && { jwt: { sign: { alg: resource.alg } } }),
    };
  };
}

/** Throws what oidc-provider would throw once it has used the code or token up (RFC 8707 2.2): it must not cost the client its sign-in. */
export type CheckTarget = (ctx: KoaContextWithOIDC, issuedFor: IssuedFor) => Promise<void>;

export function createTargetCheck(deps: ResourceDeps): CheckTarget {
  const serverInfoOf = createServerInfo(deps);
  return async (ctx, issuedFor) => {
    const asked = effectiveResources(ctx, issuedFor);
    const [resource] = asked;
    if (resource === undefined || ctx.oidc.client === undefined) return;
    if (asked.length > 1) refuseSeveral(ctx);
    if (![issuedFor.resource].flat().includes(resource)) throw new errors.InvalidTarget();
    await serverInfoOf(ctx, resource, ctx.oidc.client);
  };
}

export function resourceOptions(deps: ResourceDeps): Configuration {
  return {
    features: {
      resourceIndicators: {
        enabled: true,
        // No default: a default audience would turn the token for userinfo into a JWT, which userinfo does not accept.
        async defaultResource(ctx, _client, oneOf) {
          const { params, route } = ctx.oidc;
          if (oneOf !== undefined && route === 'token') {
            const [only, ...others] = grantedResources(ctx, { ...requestOf(ctx).presented, resource: oneOf });
            return only === undefined || others.length > 0 ? refuseSeveral(ctx) : only;
          }
          // RFC 6749 3.3: what scopes mean is for a resource to say; oidc-provider would confirm whatever is asked.
          const asksForItself = route === 'token' && params?.grant_type === CLIENT_CREDENTIALS;
          if (oneOf === undefined && asksForItself && params?.scope !== undefined)
            throw new errors.InvalidScope(
              'the parameter resource is missing: scopes belong to one',
              String(params.scope),
            );
          return oneOf ?? [];
        },
        useGrantedResource: async (ctx, issuedFor) => usesGrantedResource(ctx, issuedFor),
        getResourceServerInfo: createServerInfo(deps),
      },
      clientCredentials: { enabled: true },
    },
  };
}
