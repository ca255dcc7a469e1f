/** A seeded installation on a database, and real processes that work on it with the keys that a test chooses. */

import { freePort } from '../../scripts/free-port.ts';
import { openInstallation } from '../../src/compose.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { type Admin, openAdmin } from '../support/admin-command.ts';
import type { Owner } from '../support/owner.ts';
import { type ProviderProcess, startProviderProcess } from '../support/provider-process.ts';
import { PASSWORD, WEB_APP } from '../support/relying-party.ts';
import { type RegisteredMetadata, seederOf } from '../support/seed.ts';

export const LOGIN = 'ada@example.test';
export const API = 'https://api.example.test/';
export const SCOPE = 'notes:read';

export interface Seeded {
  readonly issuer: string;
  readonly ports: readonly [number, number];
  readonly client: RegisteredMetadata;
  /** A client that gets tokens for itself. */
  readonly service: RegisteredMetadata;
  /** `secretKeys` as the variable has them. */
  start(port: number, secretKeys: string, storageUrl?: string): Promise<ProviderProcess>;
  admin(args: readonly string[], secretKeys: string, storageUrl?: string): ReturnType<Admin>;
}

export async function seedInstallation(
  t: Owner,
  { storageUrl, folder, secretKeys }: { storageUrl: string; folder: string; secretKeys: string },
): Promise<Seeded> {
  const ports = [await freePort(), await freePort()] as const;
  const issuer = `http://localhost:${ports[0]}`;
  const shared = { ISSUER: issuer, DATA_FOLDER: folder, BCRYPT_COST: '4', OPS_PORT: '0' };
  const installation = await openInstallation(
    readConfig({ ...shared, STORAGE_URL: storageUrl, SECRET_KEYS: secretKeys }),
  );
  const seeder = seederOf(installation);
  await seeder.createAccount({ email: LOGIN, name: 'Ada', password: PASSWORD });
  await seeder.createResource({ identifier: API, scopes: { [SCOPE]: 'Read your notes' } });
  const client = await seeder.createClient({ ...WEB_APP });
  const service = await seeder.createClient({
    client_name: 'Job',
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
    resources: [API],
  });
  await installation.close();
  const admin = await openAdmin(t);
  const environmentFor = (keys: string, url = storageUrl) => ({ ...shared, SECRET_KEYS: keys, STORAGE_URL: url });
  return {
    issuer,
    ports,
    client,
    service,
    async start(port, keys, url) {
      const started = await startProviderProcess({ port, environment: environmentFor(keys, url) });
      t.teardown(started.kill);
      return started;
    },
    admin: (args, keys, url) => admin(args, '', environmentFor(keys, url)),
  };
}
