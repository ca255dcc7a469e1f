/** Gives oidc-provider its clients, byte-stable, from a cache that forgets within seconds. */
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import { clientSecretHash } from '../../domain/clients/secrets.ts';
import type { KeyedHash } from '../../storage/encryption/keyed-hash.ts';
import type { IssuedStore } from '../../storage/issued/tokens.ts';
import type { ClientStore, RegisteredClient } from '../../storage/records/clients.ts';
import type { Cache } from '../cache.ts';
import { currentContext } from '../request.ts';
import { unsupported } from './tokens.ts';

/** Separates the hashes of several live secrets; base64url has no dot. */
export const SECRET_HASH_SEPARATOR = '.';

export type ClientCache = Cache<AdapterPayload>;

/** What oidc-provider sees of a client: its secret is the list of accepted hashes (`overrides.ts` compares them). */
export function clientPayloadOf({ id, metadata, secretHashes }: RegisteredClient): AdapterPayload {
  return Object.freeze({
    ...metadata,
    client_id: id,
    ...(secretHashes.length > 0 && { client_secret: secretHashes.join(SECRET_HASH_SEPARATOR) }),
  });
}

export function createClientAdapter(clients: ClientCache): Adapter {
  return { ...unsupported('Client'), find: (id) => clients.get(id) };
}

export interface ClientRegistrations {
  readonly issued: IssuedStore;
  readonly registeredClients: ClientStore;
  readonly keyedHash: KeyedHash;
}

/** oidc-provider only looks whether the token is there: it is spent here, when the metadata has passed and nothing is stored yet. */
async function spendInitialAccessToken(issued: IssuedStore): Promise<void> {
  const token = currentContext()?.oidc.entities.InitialAccessToken;
  if (token === undefined || !(await issued.destroy('InitialAccessToken', token.jti))) {
    throw new errors.InvalidToken('initial access token was already used');
  }
}

export function registerOnce({ issued, registeredClients, keyedHash }: ClientRegistrations) {
  return async (id: string, { client_secret: secret, ...metadata }: AdapterPayload): Promise<void> => {
    await spendInitialAccessToken(issued);
    const secretHashes = typeof secret === 'string' ? [clientSecretHash(keyedHash, secret)] : [];
    if (!(await registeredClients.create({ id, metadata, secretHashes }))) throw new Error('a new client_id is taken');
  };
}
