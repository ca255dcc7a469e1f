/** A real provider process behind a wire tap, set up by the real admin command, with apps and people made for the search. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { type CryptoKey, exportJWK, generateKeyPair } from 'jose';
import { freePort } from '../../../scripts/free-port.ts';
import { type Admin, openAdmin } from '../../support/admin-command.ts';
import { mailSettings } from '../../support/mail-server.ts';
import { type ProviderProcess, startProviderProcess } from '../../support/provider-process.ts';
import { type App, appOf, CALLBACK } from '../../support/relying-party.ts';
import type { RegisteredMetadata } from '../../support/seed.ts';
import { type DatabaseName, storageFor } from '../../support/storage.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startBackchannel } from './backchannel.ts';
import type { SeenValue } from './seen-values.ts';
import { startWireTap, type WireTap } from './wire-tap.ts';

export const NOTES_API = 'https://notes.example.com/';
export const PHOTOS_API = 'https://photos.example.com/';

/** Each value is found nowhere else, and long enough to be searched for. */
export const ada = {
  email: 'ada.quillfeather@people.example',
  username: 'quillfeather.the.first',
  name: 'Ada Quillfeather-Okonkwo',
  userAgent: 'Mozilla/5.0 (X11; Quillfeather x86_64) Gecko/20100101 Firefox/140.0',
  password: 'a quill & a feather, 1815 times',
  claims: { phone_number: '+49 30 9018 20 4471', address: { formatted: 'Quillfeather Lane 12, Ömlingen' } },
} as const;

export interface Fixture {
  readonly wire: WireTap;
  readonly provider: ProviderProcess;
  readonly environment: Readonly<Record<string, string>> & { readonly STORAGE_URL: string };
  readonly folder: string;
  readonly app: App;
  readonly api: App;
  readonly service: { readonly clientId: string; readonly key: CryptoKey };
  /** What was shown to the administrator, or to an app, beside the wire. */
  readonly shown: SeenValue[];
  /** Everything that processes wrote to their logs. */
  logs(): string;
}

interface SetUp {
  readonly admin: Admin;
  readonly errors: string[];
  readonly shown: SeenValue[];
}

async function administer({ admin, errors }: SetUp, args: readonly string[], input?: string) {
  const { exitCode, stderr, json } = await admin([...args, '--json'], input);
  errors.push(stderr);
  if (exitCode !== 0) throw new Error(`admin ${args.join(' ')}: ${stderr}`);
  return json();
}

async function addAccount(setUp: SetUp, folder: string): Promise<void> {
  const claims = join(folder, 'claims.json');
  await writeFile(claims, JSON.stringify(ada.claims));
  const { email, username, name, password } = ada;
  const flags = ['--email', email, '--username', username, '--name', name, '--claims', claims, '--email-verified'];
  await administer(setUp, ['account', 'create', ...flags, '--password-stdin'], `${password}\n`);
  const scope = ['--name', 'badges', '--claims', 'badge', '--description', 'See your badge'];
  await administer(setUp, ['scope', 'create', ...scope]);
}

async function addApis(setUp: SetUp): Promise<RegisteredMetadata> {
  const common = ['resource', 'create', '--identifier'];
  await administer(setUp, [...common, NOTES_API, '--scope', 'notes:read=Read your notes']);
  const flags = ['--scope', 'photos:read=See your photos', '--format', 'opaque', '--introspection-client'];
  const { introspectionClient } = await administer(setUp, [...common, PHOTOS_API, ...flags]);
  return introspectionClient as RegisteredMetadata;
}

async function addApp(setUp: SetUp, backchannelLogoutUri: string): Promise<RegisteredMetadata> {
  const metadata = {
    client_name: 'Notes',
    redirect_uris: [CALLBACK],
    post_logout_redirect_uris: ['https://app.example.com/signed-out'],
    backchannel_logout_uri: backchannelLogoutUri,
    backchannel_logout_session_required: true,
    grant_types: ['authorization_code', 'refresh_token'],
  };
  const created = await administer(setUp, ['client', 'create', '--metadata', '-'], JSON.stringify(metadata));
  const first = String(created.client_secret);
  const rotated = await administer(setUp, ['client', 'rotate-secret', String(created.client_id)]);
  setUp.shown.push({ name: 'client_secret', value: first });
  return { ...created, ...rotated } as RegisteredMetadata;
}

async function addService(setUp: SetUp): Promise<Fixture['service']> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const metadata = {
    client_name: 'Service',
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', use: 'sig', alg: 'ES256' }] },
    grant_types: ['client_credentials'],
    resources: [NOTES_API, PHOTOS_API],
  };
  const created = await administer(setUp, ['client', 'create', '--metadata', '-'], JSON.stringify(metadata));
  return { clientId: String(created.client_id), key: privateKey };
}

export async function openProvider(t: ExecutionContext, database: DatabaseName): Promise<Fixture> {
  const folder = await temporaryFolder(t);
  const storage = await storageFor(database, folder);
  t.teardown(storage.drop);
  const [wire, backchannel, port] = [await startWireTap(t), await startBackchannel(t), await freePort()];
  const environment = {
    ISSUER: wire.address,
    STORAGE_URL: storage.url,
    DATA_FOLDER: folder,
    LOG_LEVEL: 'trace',
    OUTBOUND_ALLOW_PRIVATE: backchannel.origin,
    CODES_BY_MAIL: 'mfa',
    // Nobody listens there: what is mailed stays in the queue, for the thief to find.
    ...mailSettings({ url: `smtp://127.0.0.1:${await freePort()}` }),
  };
  const admin = await openAdmin(t);
  const setUp: SetUp = {
    admin: (args, input) => admin(args, input, environment),
    errors: [],
    shown: backchannel.received,
  };
  await addAccount(setUp, await temporaryFolder(t));
  const api = await addApis(setUp);
  const app = await addApp(setUp, `${backchannel.origin}/backchannel-logout`);
  const service = await addService(setUp);
  const provider = await startProviderProcess({ port, environment });
  t.teardown(provider.kill);
  wire.leadTo(provider.address);
  const issuer = wire.address;
  return {
    wire,
    provider,
    environment,
    folder,
    app: appOf({ issuer }, app),
    api: appOf({ issuer }, api),
    service,
    shown: setUp.shown,
    logs: () => [...setUp.errors, provider.output()].join('\n'),
  };
}
