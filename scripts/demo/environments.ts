/** What each process of the demo is given: its program, its environment, its folder. */
import { mkdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { childEnvironment, OF_THE_MACHINE } from '../child-environment.ts';
import { addressOf, type Ports, resourceOf } from './ports.ts';
import type { Seeded } from './seed.ts';

type Environment = Readonly<Record<string, string>>;

export interface DemoProgram {
  readonly program: string;
  readonly environment: Environment;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A demo on other ports has a folder of its own, so that it never empties another's. */
export function folderOf(ports: Ports): string {
  return `${root}data/demo/${ports.provider}`;
}

/** Each demo starts from nothing. */
export async function makeFreshFolder(ports: Ports): Promise<void> {
  await rm(folderOf(ports), { recursive: true, force: true });
  await mkdir(folderOf(ports), { recursive: true, mode: 0o700 });
}

export function providerEnvironment(ports: Ports): Environment {
  return {
    ...childEnvironment(OF_THE_MACHINE),
    ISSUER: addressOf(ports.provider),
    PORT: String(ports.provider),
    STORAGE_URL: `sqlite:${folderOf(ports)}/latchkey.db`,
    DATA_FOLDER: folderOf(ports),
    // The app is on this machine, where back-channel logout could not reach it otherwise.
    OUTBOUND_ALLOW_PRIVATE: addressOf(ports.app),
    LOG_LEVEL: 'warn',
    SHUTDOWN_GRACE_SECONDS: '3',
  };
}

export function environmentsOf(ports: Ports, seeded: Seeded): Readonly<Record<keyof Ports, DemoProgram>> {
  const api = { ISSUER: addressOf(ports.provider), RESOURCE: resourceOf(ports) };
  return {
    provider: { program: `${root}src/start.js`, environment: providerEnvironment(ports) },
    api: {
      program: `${root}examples/resource-server/main.ts`,
      environment: { ...childEnvironment(OF_THE_MACHINE), ...api, PORT: String(ports.api) },
    },
    app: {
      program: `${root}examples/relying-party/main.ts`,
      environment: {
        ...childEnvironment(OF_THE_MACHINE),
        ...api,
        PORT: String(ports.app),
        APP_NAME: seeded.appName,
        API_URL: resourceOf(ports),
        CLIENT_ID: seeded.clientId,
        CLIENT_SECRET: seeded.clientSecret,
      },
    },
  };
}
