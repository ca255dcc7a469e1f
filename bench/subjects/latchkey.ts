/** Latchkey as operators run it: the real program, one worker, settings of production. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../scripts/free-port.ts';
import { openInstallation } from '../../src/compose.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { seederOf } from '../../test/support/seed.ts';
import { BCRYPT_COST, clientMetadata, type Fixture, JWT_API, OPAQUE_API, resources } from './setup.ts';
import { type Subject, startSubject } from './subject.ts';

const main = fileURLToPath(new URL('../../src/start.js', import.meta.url));

export interface LatchkeyOptions {
  readonly name: string;
  /** Of an empty database; absent: a SQLite file in a temporary folder. */
  readonly storageUrl?: string;
  readonly nodeOptions?: readonly string[];
  /** Settings beside those of production. */
  readonly environment?: Readonly<Record<string, string>>;
}

export function productionEnvironment(port: number, folder: string, storageUrl?: string): Record<string, string> {
  return {
    NODE_ENV: 'production',
    ISSUER: 'https://id.example.com',
    SECRET_KEYS: randomBytes(32).toString('base64url'),
    STORAGE_URL: storageUrl ?? `sqlite:${join(folder, 'latchkey.db')}`,
    DATA_FOLDER: folder,
    HOST: '127.0.0.1',
    PORT: String(port),
    BCRYPT_COST: String(BCRYPT_COST),
    // All visitors come from one address.
    BUDGET_FACTOR: '100000',
  };
}

async function seed(environment: Readonly<Record<string, string>>, fixture: Fixture): Promise<void> {
  const installation = await openInstallation(readConfig(environment));
  try {
    const { createAccount, createClient, createResource } = seederOf(installation);
    for (const metadata of clientMetadata(fixture)) {
      const service = metadata.client_id === fixture.service.id && { resources: [JWT_API, OPAQUE_API] };
      await createClient({ ...metadata, ...service });
    }
    for (const [identifier, { scope, format }] of Object.entries(resources)) {
      await createResource({ identifier, scopes: { [scope]: scope }, format, introspectionClients: [fixture.api.id] });
    }
    for (const email of fixture.logins) await createAccount({ email, password: fixture.password });
  } finally {
    await installation.close();
  }
}

export async function startLatchkey(fixture: Fixture, options: LatchkeyOptions): Promise<Subject> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-bench-'));
  const clean = () => rm(folder, { recursive: true, force: true });
  const port = await freePort();
  const environment = { ...productionEnvironment(port, folder, options.storageUrl), ...options.environment };
  try {
    await seed(environment, fixture);
    return await startSubject({ ...options, fixture, program: main, port, environment, clean });
  } catch (error) {
    await clean();
    throw error;
  }
}
