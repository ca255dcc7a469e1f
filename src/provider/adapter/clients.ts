import type { Adapter, AdapterPayload } from 'oidc-provider';
import { addressesWithin, parseAddressRange } from '../../config/config.ts';
import { mayActForItself } from '../../domain/clients/decided-members.ts';
import { isDocumentAddress } from '../../domain/clients/documents/documents.ts';
import type { ClientMetadata } from '../../domain/clients/metadata/metadata.ts';
import { acceptedSecretHashes } from '../../domain/clients/secrets.ts';
import type { ClientStore, RegisteredClient } from '../../storage/records/clients.ts';
import type { Cache } from '../cache.ts';
import { addressNotAllowed } from '../protection/status-error.ts';
import { authenticatingRoutes, currentContext, isResumed, noteFor, type RequestContext } from '../request.ts';
import { correctRequest } from '../request-corrections.ts';
import { unsupported } from './tokens.ts';

/** Separates the hashes of several live secrets; base64url has no dot. */
export const SECRET_HASH_SEPARATOR = '.';

/** Of a registered client, by who made it. */
interface Standing {
  readonly isUnused: boolean;
  /** It came without an initial access token. */
  readonly isUnvouched: boolean;
  /** It may have tokens for an API without a user. */
  readonly mayActForItself: boolean;
}

/** What is kept under a `client_id`. */
export type StoredClient =
  | ({ readonly kind: 'registered'; readonly payload: AdapterPayload } & Standing)
  /** Its metadata is a document at that address: this is what administrators decided of it. */
  | { readonly kind: 'document'; readonly decided: ClientMetadata }
  | { readonly kind: 'blocked' };

export type ClientCache = Cache<StoredClient>;

/** At `now`, in milliseconds since the epoch. */
export function storedClientOf(
  id: string,
  client: RegisteredClient | undefined,
  now: number,
): StoredClient | undefined {
  if (client?.isBlocked === true) return { kind: 'blocked' };
  if (client !== undefined && client.origin !== 'document')
    return {
      kind: 'registered',
      payload: clientPayloadOf(client, now),
      isUnused: client.unusedUntil !== undefined,
      isUnvouched: client.isUnvouched === true,
      mayActForItself: mayActForItself(client),
    };
  return isDocumentAddress(id) ? { kind: 'document', decided: client?.metadata ?? {} } : undefined;
}

/** What administrators bound it by, whoever says the rest. */
export function boundsOf(stored: StoredClient | undefined): ClientMetadata | undefined {
  if (stored?.kind === 'document') return stored.decided;
  return stored?.kind === 'registered' ? stored.payload : undefined;
}

/**
 * What oidc-provider sees of a client at `now` (milliseconds since the epoch), byte-stable so that it need not validate it anew. The secret is the list of
 * accepted hashes (`overrides.ts` compares them).
 */
function clientPayloadOf(client: RegisteredClient, now: number): AdapterPayload {
  const hashes = acceptedSecretHashes(client, now);
  return Object.freeze({
    ...client.metadata,
    client_id: client.id,
    ...(hashes.length > 0 && { client_secret: hashes.join(SECRET_HASH_SEPARATOR) }),
  });
}

/** `allowed_ips`, which administrators set: even the right secret is of no use elsewhere. */
export function isForeignAddress({ allowed_ips: allowed }: ClientMetadata, ip: string): boolean {
  if (!Array.isArray(allowed)) return false;
  const ranges = allowed.flatMap((text) => (typeof text === 'string' ? parseAddressRange(text) : undefined) ?? []);
  return !addressesWithin(ranges)(ip);
}

function refuseForeignAddress(clientId: string, bounds: ClientMetadata): void {
  const ctx = currentContext();
  // Known already: this is another client, whose token is looked at.
  if (ctx === undefined || ctx.oidc.client !== undefined) return;
  if (!authenticatingRoutes.has(ctx.oidc.route) || !isForeignAddress(bounds, ctx.ip)) return;
  noteFor(ctx)('request.refused', 'address_not_allowed', { clientId, endpoint: ctx.oidc.route });
  throw addressNotAllowed();
}

/** Where tokens are issued and judged. Elsewhere a client may be remembered for seconds: what it gets there it must bring here. */
const freshRoutes: ReadonlySet<string> = new Set(['token', 'introspection', 'userinfo']);

/**
 * True for the client that a request is of, also where a sign-in goes on that was begun minutes ago: read anew, so that one which was
 * removed or changed, here or elsewhere, is seen at once.
 */
function isReadAnew(ctx: RequestContext | undefined): boolean {
  return ctx !== undefined && ctx.oidc.client === undefined && (freshRoutes.has(ctx.oidc.route) || isResumed(ctx));
}

/**
 * A client may be registered for a scope that was made seconds ago, or has just been removed: oidc-provider would take the
 * whole client for invalid. It is bounded by the others until this process knows the scope.
 */
function withKnownScopes(client: AdapterPayload, known: ReadonlySet<string>): AdapterPayload {
  const names = typeof client.scope === 'string' ? client.scope.split(' ') : [];
  if (names.every((name) => known.has(name))) return client;
  return { ...client, scope: names.filter((name) => known.has(name)).join(' ') || 'openid' };
}

export interface ClientAdapterDeps {
  /** Names of all OIDC scopes that this provider knows. */
  readonly scopes: ReadonlySet<string>;
  readonly cache: ClientCache;
  readonly store: Pick<ClientStore, 'update'>;
}

/** Registrations are stored by their own endpoint (registration/registration-endpoint.ts). */
export function createClientAdapter({ scopes, cache }: ClientAdapterDeps): Adapter {
  return {
    ...unsupported('Client'),

    async find(id) {
      const ctx = currentContext();
      if (ctx !== undefined) correctRequest(ctx);
      const client = await (isReadAnew(ctx) ? cache.reload(id) : cache.get(id));
      refuseForeignAddress(id, boundsOf(client) ?? {});
      return client?.kind === 'registered' ? withKnownScopes(client.payload, scopes) : undefined;
    },
  };
}

/**
 * With the first code, or the first device that is let in, somebody has signed in to a client that registered itself without a token:
 * now it stays. Of any other client this looks at what the request has read already.
 */
export function keepUsedClient(
  adapter: Adapter,
  isSignIn: (payload: AdapterPayload) => boolean,
  { cache, store }: ClientAdapterDeps,
): Adapter {
  async function keep(clientId: string): Promise<void> {
    const client = await cache.get(clientId);
    if (client?.kind !== 'registered' || !client.isUnused) return;
    await store.update(clientId, ({ unusedUntil: _used, ...used }) => used);
    cache.forget(clientId);
  }

  return {
    ...adapter,

    async upsert(id, payload, expiresInSeconds) {
      if (payload.clientId !== undefined && isSignIn(payload)) await keep(payload.clientId);
      await adapter.upsert(id, payload, expiresInSeconds);
    },
  };
}
