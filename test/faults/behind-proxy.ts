/** A provider process with a proxy between it and its MongoDB server, and apps that talk to it. */
import { randomUUID } from 'node:crypto';
import { freePort } from '../../scripts/free-port.ts';
import { openInstallation } from '../../src/compose.ts';
import { readConfig } from '../../src/config/read-config.ts';
import type { Owner } from '../support/owner.ts';
import { type ProviderProcess, startProviderProcess } from '../support/provider-process.ts';
import {
  type App,
  appOf,
  CALLBACK,
  codeOf,
  obtainTokens,
  PASSWORD,
  type TokenAnswer,
  WEB_APP,
} from '../support/relying-party.ts';
import { seederOf } from '../support/seed.ts';
import { storageFor } from '../support/storage.ts';
import { type Matches, startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { newUser, type User } from '../support/user.ts';

/** How long the driver waits for a step; a call as a whole takes half a second more at most. */
const TIMEOUT_MS = 1500;
const SHORT_TIMEOUTS = `serverSelectionTimeoutMS=${TIMEOUT_MS}&socketTimeoutMS=${TIMEOUT_MS}&connectTimeoutMS=${TIMEOUT_MS}`;
/** A request that needs several calls fails at the first; the rest is for a machine that is busy. */
export const SOON_MS = TIMEOUT_MS + 500 + 3000;

export interface SignedInApp {
  readonly app: App;
  /** One that the session does not know yet: signing in to it saves the session. */
  anotherApp(): Promise<App>;
  readonly user: User;
  readonly tokens: TokenAnswer;
  refresh(refreshToken?: string): ReturnType<App['token']>;
  /** A silent sign-in, and how its code is redeemed. */
  newCode(): Promise<() => ReturnType<App['token']>>;
}

export interface BehindProxy {
  readonly issuer: string;
  readonly provider: ProviderProcess;
  readonly proxy: TcpProxy;
  signInToApp(): Promise<SignedInApp>;
}

/** `serverUrl`: a server of the file's own; without it, one that is shared. */
export async function startBehindProxy(owner: Owner, serverUrl?: string): Promise<BehindProxy> {
  const folder = await temporaryFolder(owner);
  let url = serverUrl;
  if (url === undefined) {
    const storage = await storageFor('mongodb', folder);
    owner.teardown(storage.drop);
    url = storage.url;
  }
  const { port: serverPort, pathname } = new URL(url);
  const proxy = await startTcpProxy(Number(serverPort));
  owner.teardown(proxy.close);
  const port = await freePort();
  const issuer = `http://localhost:${port}`;
  const environment = { ISSUER: issuer, DATA_FOLDER: folder, BCRYPT_COST: '4', OPS_PORT: '0' };
  const installation = await openInstallation(readConfig({ ...environment, STORAGE_URL: url }));
  owner.teardown(installation.close);
  const seeder = seederOf(installation);
  const STORAGE_URL = `mongodb://127.0.0.1:${proxy.port}${pathname}?directConnection=true&${SHORT_TIMEOUTS}`;
  const provider = await startProviderProcess({ port, environment: { ...environment, STORAGE_URL } });
  owner.teardown(provider.kill);

  return {
    issuer,
    provider,
    proxy,
    async signInToApp() {
      const login = `${randomUUID()}@example.com`;
      await seeder.createAccount({ email: login, password: PASSWORD });
      const newApp = async () => appOf({ issuer }, await seeder.createClient({ ...WEB_APP, first_party: true }));
      const app = await newApp();
      const user = newUser({ stopAt: CALLBACK });
      const { tokens } = await obtainTokens(app, login, { user });
      return {
        app,
        anotherApp: newApp,
        user,
        tokens,
        refresh: (refreshToken = tokens.refresh_token ?? '') =>
          app.token({ grant_type: 'refresh_token', refresh_token: refreshToken }),
        async newCode() {
          const { url: address, verifier } = app.request({ prompt: 'none' });
          const code = codeOf(await user.open(address));
          const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: verifier };
          return () => app.token(form);
        },
      };
    },
  };
}

/** One for all tests of a file, started by the first that asks. */
export function oneBehindProxy(owner: Owner): () => Promise<BehindProxy> {
  let started: Promise<BehindProxy> | undefined;
  return () => {
    started ??= startBehindProxy(owner);
    return started;
  };
}

/** Matches a driver command by its first field, which names its collection, and by another that it must hold. */
export function command(name: 'insert' | 'update' | 'find', collection: string, field = ''): Matches {
  return (request) =>
    request.includes(`\x02${name}\0`) && request.includes(`${collection}\0`) && request.includes(field);
}
