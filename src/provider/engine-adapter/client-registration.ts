/** Stores a client that registers itself: an initial access token registers one, however many ask at once (RFC 7591 3). */
import { type AdapterPayload, errors } from 'oidc-provider';
import { clientSecretHash } from '../../domain/clients/client-secret.ts';
import type { ArtifactStore } from '../../ports/artifacts.ts';
import type { ClientStore } from '../../ports/clients.ts';
import type { KeyedHash } from '../../ports/keyed-hash.ts';
import { requestContext } from './request-context.ts';

export interface ClientRegistrations {
  readonly artifacts: ArtifactStore;
  readonly registeredClients: ClientStore;
  readonly keyedHash: KeyedHash;
}

/** The engine only looks whether the token is there: it is spent here, when the metadata has passed and nothing is stored yet. */
async function spendInitialAccessToken(artifacts: ArtifactStore): Promise<void> {
  const token = requestContext()?.oidc.entities.InitialAccessToken;
  if (token === undefined || !(await artifacts.destroy('InitialAccessToken', token.jti))) {
    throw new errors.InvalidToken('initial access token was already used');
  }
}

export function registerOnce({ artifacts, registeredClients, keyedHash }: ClientRegistrations) {
  return async (id: string, { client_secret: secret, ...metadata }: AdapterPayload): Promise<void> => {
    await spendInitialAccessToken(artifacts);
    const secretHashes = typeof secret === 'string' ? [clientSecretHash(keyedHash, secret)] : [];
    if (!(await registeredClients.create({ id, metadata, secretHashes }))) throw new Error('a new client_id is taken');
  };
}
