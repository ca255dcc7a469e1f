/** A client as it was stored before a rule of today: no registration would take it. */
import { randomUUID } from 'node:crypto';
import { clientSecretHash } from '../../src/domain/clients/secrets.ts';
import type { Fixture } from './provider-fixture.ts';
import { type App, appOf } from './relying-party.ts';

export async function storeClient({ latchkey }: Pick<Fixture, 'latchkey'>, metadata: object): Promise<App> {
  const { clients, keyedHash } = latchkey.installation;
  const [client_id, client_secret] = [randomUUID(), 'a-secret-of-a-stored-client'];
  const secretHashes = [clientSecretHash(keyedHash, client_secret)];
  await clients.create({ id: client_id, metadata: { ...metadata, client_id }, secretHashes });
  return appOf(latchkey, { client_id, client_secret });
}
