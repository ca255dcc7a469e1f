/** What registering a client stores, shows and refuses. */
import test from 'ava';
import { updateClient } from '../../../src/domain/clients/change.ts';
import { members } from '../../../src/domain/clients/metadata/members.ts';
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

test('what oidc-provider finds is said beside what our rules find, unless it is about the same member', async (t) => {
  const registry = await openRegistry(t);
  await registerClient({ ...shop, client_id: 'shop' }, registry);
  const wrong = { refresh_grace_seconds: 600, redirect_uris: ['http://shop.example/cb'], favourite_colour: 'red' };
  const finding = (error_description?: string) => ({
    ...registry,
    validateMetadata: () => {
      throw Object.assign(new Error('a bug'), error_description !== undefined && { error_description });
    },
  });
  const said = async (description?: string) => {
    const messages = [
      () => registerClient({ ...shop, ...wrong }, finding(description)),
      () => updateClient('shop', wrong, finding(description)),
    ].map(async (act) => (await rejectsWith(t, 'client_metadata_invalid', act)).message);
    const [made, changed] = await Promise.all(messages);
    t.is(made, changed);
    for (const name of Object.keys(wrong)) t.true(made?.includes(name), made);
    return made ?? '';
  };
  for (const other of ['scope must only contain supported ones', 'jwks and jwks_uri must not be used at the same time'])
    t.true((await said(other)).endsWith(`; ${other}`));
  for (const same of ['redirect_uris must contain members', 'refresh_grace_seconds is wrong'])
    t.false((await said(same)).includes(same));
  t.false((await said()).includes('a bug'));
});

test('id and secret are checked beside all the rest', async (t) => {
  const registry = await openRegistry(t);
  const wrong = { client_id: 'x'.repeat(256), client_secret: 'weak', client_name: '', redirect_uris: [] };
  const { message } = await rejectsWith(t, 'client_metadata_invalid', () => registerClient(wrong, registry));
  for (const name of Object.keys(wrong)) t.regex(message, new RegExp(`\\b${name}\\b`));
});

/** A value for each member that only the code flow has; a test below holds the list complete. */
const ofCodeFlow: Readonly<Record<string, unknown>> = {
  redirect_uris: ['https://shop.example/cb'],
  post_logout_redirect_uris: ['https://shop.example/'],
  response_modes: ['query'],
  id_token_signed_response_alg: 'RS256',
  default_max_age: 60,
  require_auth_time: true,
  default_acr_values: ['x'],
  initiate_login_uri: 'https://shop.example/login',
  backchannel_logout_uri: 'https://shop.example/logout',
  backchannel_logout_session_required: true,
  require_pushed_authorization_requests: true,
  require_signed_request_object: true,
  request_object_signing_alg: 'PS256',
  authorization_signed_response_alg: 'PS256',
  require_pkce: true,
  first_party: true,
  required_scopes: ['email'],
  refresh_grace_seconds: 0,
  refresh_token_idle_seconds: 600,
  refresh_token_max_seconds: 600,
  allowed_groups: ['staff'],
  allowed_schemes: ['exp'],
  minimum_acr: 'phr',
  id_token_claims: ['email'],
  use_granted_resource: true,
};

test('the list of what only the code flow has is the one of the table', (t) => {
  const names = [...members].filter(([, { isOfCodeFlow }]) => isOfCodeFlow === true).map(([name]) => name);
  t.deepEqual(Object.keys(ofCodeFlow).toSorted(), names.toSorted());
});

for (const [name, value] of Object.entries({ ...ofCodeFlow, 'require_pkce ': false, 'use_granted_resource ': false })) {
  const given = { [name.trim()]: value };
  test(`a client that no user signs in to is not given ${JSON.stringify(given)}, which would have no effect`, async (t) => {
    const registry = await openRegistry(t);
    const service = { client_id: 'job', grant_types: ['client_credentials'] };
    const refusals = [() => registerClient({ ...service, ...given }, registry)];
    await registerClient({ ...service, client_id: 'other' }, registry);
    refusals.push(() => updateClient('other', given, registry));
    for (const refusal of refusals) {
      const { message } = await rejectsWith(t, 'client_metadata_invalid', refusal);
      t.true(message.includes(`${name.trim()} has no effect`), message);
    }
    const withKeys = {
      ...shop,
      ...(name === 'allowed_schemes' && { application_type: 'native' }),
      client_id: 'shop',
      jwks_uri: 'https://shop.example/jwks',
    };
    await t.notThrowsAsync(() => registerClient({ ...withKeys, ...given }, registry));
  });
}

test('a client that no user signs in to any more keeps what it had, and what asks for nothing is taken', async (t) => {
  const registry = await openRegistry(t);
  await registerClient({ ...shop, client_id: 'shop', require_pkce: false }, registry);
  const toService = { grant_types: ['client_credentials'], response_types: [], redirect_uris: [] };
  await updateClient('shop', { ...toService, first_party: false, require_pkce: null }, registry);
  t.like(await updateClient('shop', { client_name: 'Job' }, registry), { id_token_signed_response_alg: 'RS256' });
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
