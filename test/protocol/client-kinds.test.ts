/** Clients of every kind, made by flags of the admin command: each authenticates in the way that it was registered for, and in no other. */
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { Command } from 'commander';
import got from 'got';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { type ClientOptions, newMetadata, typeOption, withMetadataFlags } from '../../scripts/admin/client-flags.ts';
import { registerClient } from '../../src/domain/clients/register.ts';
import { API, sharedProvider } from '../support/provider-fixture.ts';
import { CALLBACK } from '../support/relying-party.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { ASSERTION_TYPE } from './client-assertions.ts';

const { publicKey, privateKey } = await generateKeyPair('ES256');
const { latchkey } = await sharedProvider();
const { issuer, installation } = latchkey;

/** What `client create` makes of these flags. */
async function create(...flags: readonly string[]) {
  const verb = withMetadataFlags(new Command().exitOverride().addOption(typeOption()), 'create');
  verb.configureOutput({ writeErr: () => undefined }).parse(['--name', 'Kind', ...flags], { from: 'user' });
  return registerClient(await newMetadata(verb.opts<ClientOptions>()), installation.registration);
}

type Client = Awaited<ReturnType<typeof create>>;

async function keyFile(t: ExecutionContext): Promise<string> {
  const file = join(await temporaryFolder(t), 'keys.json');
  await writeFile(file, JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256', use: 'sig' }] }));
  return file;
}

async function assertionOf(id: string): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: id, sub: id, aud: issuer, jti: randomUUID(), iat: now, exp: now + 60 };
  return new SignJWT(claims).setProtectedHeader({ alg: 'ES256' }).sign(privateKey);
}

interface Proof {
  readonly form?: Readonly<Record<string, string>>;
  readonly username?: string;
  readonly password?: string;
}

const proofs: Readonly<Record<string, (client: Client) => Promise<Proof>>> = {
  client_secret_basic: async ({ client_id: id, client_secret: secret }) => ({
    username: String(id),
    password: String(secret),
  }),
  client_secret_post: async ({ client_id: id, client_secret: secret }) => ({
    form: { client_id: String(id), client_secret: String(secret) },
  }),
  private_key_jwt: async ({ client_id: id }) => ({
    form: { client_assertion_type: ASSERTION_TYPE, client_assertion: await assertionOf(String(id)) },
  }),
  none: async ({ client_id: id }) => ({ form: { client_id: String(id) } }),
};

async function ask({ form = {}, ...credentials }: Proof, grant: Readonly<Record<string, string>>) {
  const { body } = await got.post<{ error?: string; access_token?: string }>(`${issuer}/token`, {
    ...credentials,
    form: { ...grant, ...form },
    throwHttpErrors: false,
    retry: { limit: 0 },
    responseType: 'json',
  });
  return body;
}

const redirect = ['--redirect-uri', CALLBACK];
const native = ['--type', 'native', '--redirect-uri', 'com.example.app:/callback'];
const kinds: readonly (readonly [kind: string, flags: readonly string[], methods: readonly string[]])[] = [
  ['web', redirect, ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none']],
  ['native', native, ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt']],
  ['spa', ['--type', 'spa', ...redirect], ['none', 'private_key_jwt']],
  [
    'service',
    ['--type', 'service', '--resource', API],
    ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
  ],
];

for (const [kind, flags, methods] of kinds) {
  for (const [at, method] of methods.entries()) {
    test(`a client of type ${kind} authenticates by ${method}`, async (t) => {
      const keys = method === 'private_key_jwt' ? ['--jwks', await keyFile(t)] : [];
      const client = await create(...flags, '--auth-method', method, ...keys);
      t.is(client.token_endpoint_auth_method, method);
      t.is(client.client_secret !== undefined, method.startsWith('client_secret'));
      // What its type begins with is its first one here.
      if (at === 0) t.is((await create(...flags)).token_endpoint_auth_method, method);
      const proof = await proofs[method]?.(client);
      const own = { grant_type: 'client_credentials', resource: API };
      const code = { grant_type: 'authorization_code', code: 'x', redirect_uri: CALLBACK };
      const answer = await ask(proof ?? {}, kind === 'service' ? own : code);
      if (kind === 'service') t.truthy(answer.access_token);
      else t.is(answer.error, 'invalid_grant', 'the client is who it is, and the code is none');
      if (method !== 'none')
        t.is((await ask({ form: { client_id: String(client.client_id) } }, code)).error, 'invalid_client');
    });
  }
}

test('what cannot work is refused: a secret in the browser, a service without proof, and a key pair without keys', async (t) => {
  const spa = ['--type', 'spa', ...redirect];
  for (const method of ['client_secret_basic', 'client_secret_post'])
    await t.throwsAsync(create(...spa, '--auth-method', method), { name: 'UsageError' });
  const refused = { code: 'client_metadata_invalid' };
  await t.throwsAsync(create('--type', 'service', '--auth-method', 'none'), refused);
  await t.throwsAsync(create(...redirect, '--auth-method', 'private_key_jwt'), refused);
  await t.throwsAsync(
    create(...redirect, '--auth-method', 'private_key_jwt', '--jwks-uri', 'http://a.example/'),
    refused,
  );
  const file = join(await temporaryFolder(t), 'private.json');
  await writeFile(
    file,
    JSON.stringify({ keys: [await exportJWK((await generateKeyPair('ES256', { extractable: true })).privateKey)] }),
  );
  await t.throwsAsync(create(...redirect, '--auth-method', 'private_key_jwt', '--jwks', file), refused);
  t.throws(() =>
    withMetadataFlags(new Command().exitOverride(), 'create')
      .configureOutput({ writeErr: () => undefined })
      .parse(['--auth-method', 'client_secret_jwt'], { from: 'user' }),
  );
});

test('scopes, keys by address and lifetimes are flags', async (t) => {
  const uri = 'https://app.example.com/jwks';
  const keyed = ['--auth-method', 'private_key_jwt', '--jwks-uri', uri];
  const lifetimes = [
    '--access-token-seconds',
    '120',
    '--refresh-token-idle-seconds',
    '3600',
    '--refresh-token-max-seconds',
    '86400',
  ];
  const client = await create(...redirect, ...keyed, '--scope', 'openid', '--scope', 'email', ...lifetimes);
  t.like(client, {
    jwks_uri: uri,
    scope: 'openid email',
    access_token_seconds: 120,
    refresh_token_idle_seconds: 3600,
    refresh_token_max_seconds: 86_400,
  });
});
