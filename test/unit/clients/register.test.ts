/** What registering a client stores, shows and refuses. */
import test from 'ava';
import { registerClient } from '../../../src/domain/clients/register.ts';
import { clientSecretHash } from '../../../src/domain/clients/secrets.ts';
import { createResource } from '../../../src/domain/resources/resources.ts';
import { rejectsWith } from '../../support/domain-errors.ts';
import { openRegistry } from '../../support/registry.ts';

const shop = { client_name: 'Corner Shop & Söhne', redirect_uris: ['https://shop.example/cb'] };

test('a client gets a readable id of its own and a 256-bit secret, and the secret is stored hashed only', async (t) => {
  const registry = await openRegistry(t);
  const shown = await registerClient(shop, registry);
  t.regex(String(shown.client_id), /^corner-shop-s-hne-[0-9a-f]{16}$/);
  t.regex(String(shown.client_secret), /^lk_cs_[\w-]{43}$/);
  t.is(shown.client_secret_expires_at, 0);

  const stored = await registry.clients.get(String(shown.client_id));
  t.deepEqual(stored?.secretHashes, [clientSecretHash(registry.keyedHash, String(shown.client_secret))]);
  t.false(JSON.stringify(stored).includes(String(shown.client_secret)));
  const { client_secret: _secret, client_secret_expires_at: _expiry, ...metadata } = shown;
  t.deepEqual(stored?.metadata, metadata);
});

test('what is left out is stored as RFC 7591 says it is meant', async (t) => {
  const registry = await openRegistry(t);
  t.like(await registerClient(shop, registry), {
    token_endpoint_auth_method: 'client_secret_basic',
    grant_types: ['authorization_code'],
    response_types: ['code'],
    id_token_signed_response_alg: 'RS256',
    client_id_issued_at: Math.floor(registry.clock.now() / 1000),
  });
  t.like(await registerClient({ grant_types: ['client_credentials'] }, registry), {
    response_types: [],
    redirect_uris: [],
  });
});

test('id, secret and keys that a migration brings along are kept', async (t) => {
  const registry = await openRegistry(t);
  const jwks = { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y' }] };
  const migrated = { client_id: 'old shop', client_secret: '0123456789abcdef0123456789abcdef', jwks };
  const shown = await registerClient({ ...shop, ...migrated }, registry);
  t.like(shown, migrated);
  const stored = await registry.clients.get('old shop');
  t.deepEqual(stored?.secretHashes, [clientSecretHash(registry.keyedHash, migrated.client_secret)]);
  t.false('client_secret' in (stored?.metadata ?? {}));
});

test('clients that authenticate without a secret get none', async (t) => {
  const registry = await openRegistry(t);
  for (const method of ['none', 'private_key_jwt']) {
    const shown = await registerClient({ ...shop, token_endpoint_auth_method: method }, registry);
    t.false('client_secret' in shown, method);
    t.deepEqual((await registry.clients.get(String(shown.client_id)))?.secretHashes, []);
  }
});

test('a client_id is given once', async (t) => {
  const registry = await openRegistry(t);
  await registerClient({ ...shop, client_id: 'shop' }, registry);
  await rejectsWith(t, 'client_id_taken', () => registerClient({ ...shop, client_id: 'shop' }, registry));
});

const API = 'https://api.example/';
const api = { scopes: {}, format: 'jwt', ttlSeconds: 600, alg: 'ES256', introspectionClients: [] } as const;

test('a client and a resource never have one name, whichever came first', async (t) => {
  const registry = await openRegistry(t);
  for (const identifier of [API, 'urn:example:api', 'com.example:api']) {
    await createResource({ ...api, identifier }, registry);
    await rejectsWith(t, 'client_id_taken', () => registerClient({ ...shop, client_id: identifier }, registry));
    t.is(await registry.clients.get(identifier), undefined);
    const [other, spelledOtherwise] = [`${identifier}2`, `${identifier}x`];
    await registerClient({ ...shop, client_id: other }, registry);
    await rejectsWith(t, 'resource_taken', () => createResource({ ...api, identifier: other }, registry));
    t.is(await registry.resources.get(other), undefined);
    await registerClient({ ...shop, client_id: spelledOtherwise }, registry);
  }
});

test('a client gets no client_id that is the id of an account', async (t) => {
  const registry = await openRegistry(t);
  const now = registry.clock.now();
  const account = { id: 'ada-1', email: 'ada@example.com', emailVerified: false, claims: {}, isDisabled: false };
  await registry.accounts.create({ ...account, createdAt: now, updatedAt: now });
  await rejectsWith(t, 'client_id_taken', () => registerClient({ ...shop, client_id: 'ada-1' }, registry));
  await t.notThrowsAsync(registerClient({ ...shop, client_id: 'ada@example.com' }, registry));
});

test('oidc-provider sees the client as it will meet it, and what it refuses is not stored', async (t) => {
  const registry = await openRegistry(t);
  const shown = await registerClient(shop, registry);
  t.deepEqual(registry.shownToProvider, [shown]);

  const refusing = {
    ...registry,
    validateMetadata: () => {
      throw Object.assign(new Error('invalid_client_metadata'), { error_description: 'scope must be known' });
    },
  };
  const refusal = await rejectsWith(t, 'client_metadata_invalid', () =>
    registerClient({ ...shop, client_id: 'x' }, refusing),
  );
  t.is(refusal.message, 'scope must be known');
  t.is(await registry.clients.get('x'), undefined);
});

test('metadata of the wrong shape is refused', async (t) => {
  const registry = await openRegistry(t);
  const wrong = [
    { ...shop, client_id: 7 },
    { ...shop, client_name: '' },
    { ...shop, client_id: 'x'.repeat(256) },
    { ...shop, client_secret: 'x'.repeat(1025) },
    { ...shop, client_secret: '' },
    { ...shop, token_endpoint_auth_method: 'none', client_secret: 'x' },
    { ...shop, redirect_uris: 'https://shop.example/cb' },
  ];
  for (const metadata of wrong) {
    await rejectsWith(t, 'client_metadata_invalid', () => registerClient(metadata, registry));
  }
});
