/** A whole provider for a test: real storage, real HTTP on a port of its own, nothing shared with other tests. */

import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type Router from '@koa/router';
import { type Installation, openInstallation, type TestSeams } from '../../src/compose.ts';
import type { Config } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { createHost } from '../../src/host.ts';
import type { LogFields } from '../../src/ports/log.ts';
import { type Route, routesOf } from '../../src/web/routes.ts';
import { type Seeder, seederOf } from './seed.ts';
import { type DatabaseName, storageFor } from './storage.ts';
import { databasesParent } from './temporary-folder.ts';

export interface LogLine extends LogFields {
  readonly level: string;
  readonly message: string;
}

export interface TestInstallation extends Seeder {
  readonly issuer: string;
  /** Where it listens, whatever ISSUER says. */
  readonly address: string;
  readonly config: Config;
  readonly installation: Installation;
  /** Those of our own router. */
  readonly routes: readonly Route[];
  /** Everything that was logged so far. */
  readonly logged: readonly LogLine[];
  /** Follows changes of the signing keys, as a process does every few seconds. */
  follow(): Promise<void>;
  stop(): Promise<void>;
}

export interface InstallationOptions extends TestSeams {
  readonly database?: DatabaseName;
  /** The address of a database that other installations use too, in place of a new one. */
  readonly storageUrl?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

export async function startInstallation(options: InstallationOptions = {}): Promise<TestInstallation> {
  const folder = await mkdtemp(join(databasesParent, 'latchkey-'));
  const storage = options.storageUrl === undefined ? await storageFor(options.database ?? 'sqlite', folder) : undefined;
  const server = http.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://localhost:${(server.address() as AddressInfo).port}`;
  const config = readConfig({
    ISSUER: address,
    STORAGE_URL: options.storageUrl ?? storage?.url,
    DATA_FOLDER: folder,
    BCRYPT_COST: '4',
    OPS_PORT: '0',
    ...options.environment,
  });
  const installation = await openInstallation(config, options);
  const logged: LogLine[] = [];
  const write = (level: string) => (fields: LogFields, message: string) =>
    void logged.push({ ...fields, level, message });
  const host = await createHost(installation, {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  });
  server.on('request', host.app.callback());

  return {
    issuer: config.issuer,
    address,
    config,
    installation,
    routes: host.app.middleware.flatMap((middleware) =>
      'router' in middleware ? routesOf(middleware.router as Router) : [],
    ),
    logged,
    follow: host.refresh,
    ...seederOf(installation),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await installation.close();
      await storage?.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
