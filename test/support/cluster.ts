/** Several real provider processes behind one issuer, sharing one database. */

import { freePort } from '../../scripts/free-port.ts';
import { type Installation, openInstallation, type TestSeams } from '../../src/compose.ts';
import { readConfig } from '../../src/config/read-config.ts';
import type { Owner } from './owner.ts';
import { type ProviderProcess, startProviderProcess } from './provider-process.ts';
import { type Seeder, seederOf } from './seed.ts';
import { type DatabaseName, storageFor } from './storage.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface Cluster extends Seeder {
  readonly issuer: string;
  readonly storageUrl: string;
  /** The same database, open in this process: as the admin command has it. */
  readonly installation: Installation;
  /** What the processes are started with. */
  readonly environment: Readonly<Record<string, string>>;
  readonly processes: readonly [ProviderProcess, ProviderProcess];
  /** Starts another process at the same address as one that was killed. */
  restart(process: ProviderProcess): Promise<ProviderProcess>;
}

export interface ClusterOptions {
  readonly database: DatabaseName;
  readonly environment?: Readonly<Record<string, string>>;
  /** Where the processes find the database, when something stands between: a proxy. */
  readonly storageUrlFor?: (url: string) => Promise<string>;
  /** Another program that listens as the provider does. */
  readonly program?: string;
  /** How that program composes its installation: the one in this process is composed alike. */
  readonly seams?: TestSeams;
}

export async function startCluster(owner: Owner, options: ClusterOptions): Promise<Cluster> {
  const folder = await temporaryFolder(owner);
  const storage = await storageFor(options.database, folder);
  owner.teardown(storage.drop);
  const ports = [await freePort(), await freePort()] as const;
  const issuer = `http://localhost:${ports[0]}`;
  const shared = { ISSUER: issuer, STORAGE_URL: storage.url, DATA_FOLDER: folder, BCRYPT_COST: '4', OPS_PORT: '0' };
  const installation = await openInstallation(readConfig(shared), options.seams);
  owner.teardown(installation.close);
  const environment = {
    ...shared,
    ...options.environment,
    STORAGE_URL: (await options.storageUrlFor?.(storage.url)) ?? storage.url,
  };
  const start = async (port: number): Promise<ProviderProcess> => {
    const started = await startProviderProcess({
      port,
      environment,
      ...(options.program !== undefined && { program: options.program }),
    });
    owner.teardown(started.kill);
    return started;
  };
  return {
    ...seederOf(installation),
    issuer,
    storageUrl: storage.url,
    installation,
    environment,
    processes: await Promise.all([start(ports[0]), start(ports[1])]),
    restart: ({ address }) => start(Number(new URL(address).port)),
  };
}
