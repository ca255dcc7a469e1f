/** What a resource may be declared as. */
import test from 'ava';
import { createResourceWithClient } from '../../../src/domain/clients/resource-with-client.ts';
import { createResource, removeResource } from '../../../src/domain/resources/resources.ts';
import type { Resource } from '../../../src/storage/records/resources.ts';
import { rejectsWith } from '../../support/domain-errors.ts';
import { openRegistry } from '../../support/registry.ts';

function notes(details: Partial<Resource> = {}): Resource {
  return {
    identifier: 'https://notes.example',
    scopes: { 'notes:read': 'Read your notes' },
    format: 'jwt',
    ttlSeconds: 600,
    alg: 'ES256',
    introspectionClients: [],
    ...details,
  };
}

test('a resource is declared once', async (t) => {
  const registry = await openRegistry(t);
  t.deepEqual(await createResource(notes(), registry), notes());
  t.deepEqual(await registry.resources.get('https://notes.example'), notes());
  await rejectsWith(t, 'resource_taken', () => createResource(notes({ ttlSeconds: 60 }), registry));
});

test('identifiers of any scheme pass, and so does a resource without scopes', async (t) => {
  const registry = await openRegistry(t);
  for (const identifier of ['urn:example:notes', 'https://notes.example/v1?tenant=a', 'http://localhost:5000']) {
    await t.notThrowsAsync(createResource(notes({ identifier, scopes: {} }), registry));
  }
});

test('what no client could ask for, or no user could understand, is refused', async (t) => {
  const registry = await openRegistry(t);
  const identifiers = [
    'notes',
    '/notes',
    '',
    'https://notes.example/#x',
    'https://notes.example/ ',
    `https://${'x'.repeat(512)}`,
  ];
  const scopes = [
    { openid: 'x' },
    { offline_access: 'x' },
    { email: 'x' },
    { 'a b': 'x' },
    { 'a"b': 'x' },
    { 'a\\b': 'x' },
  ];
  const texts = [
    { '': 'x' },
    { ä: 'x' },
    { read: '' },
    { read: '  ' },
    { read: '\u200b\u00a0' },
    { read: '\u202e' },
    { read: '\u3164' },
    { read: '\u0301' },
    { read: 'x'.repeat(301) },
    { ['x'.repeat(129)]: 'x' },
  ];
  const wrong = [
    ...identifiers.map((identifier) => notes({ identifier })),
    ...[...scopes, ...texts].map((one) => notes({ scopes: one as Record<string, string> })),
    ...['', '  ', '\u200b', '\u2066\u2069', '\uffa0', '\u0301', '\u2800', 'x'.repeat(101)].map((name) =>
      notes({ name }),
    ),
    ...[59, 86_401, 0.5, Number.NaN].map((ttlSeconds) => notes({ ttlSeconds })),
    ...['', 'mfa', 'PHR'].map((minimumAcr) => notes({ minimumAcr })),
  ];
  for (const resource of wrong) await rejectsWith(t, 'resource_invalid', () => createResource(resource, registry));
  t.deepEqual((await registry.resources.list({ limit: 1 })).items, []);
});

test('an introspection client comes with its secret and can get no token of its own', async (t) => {
  const registry = await openRegistry(t);
  const { resource, client } = await createResourceWithClient(notes({ name: 'Notes' }), registry);
  t.deepEqual(resource.introspectionClients, [client.client_id]);
  t.deepEqual(await registry.resources.get(resource.identifier), resource);
  t.like(client, { token_endpoint_auth_method: 'client_secret_basic', grant_types: [], response_types: [] });
  t.regex(String(client.client_secret), /^lk_cs_/);
  t.is((await registry.clients.get(String(client.client_id)))?.secretHashes.length, 1);
});

test('a resource that is refused leaves no introspection client behind', async (t) => {
  const registry = await openRegistry(t);
  await createResource(notes(), registry);
  await rejectsWith(t, 'resource_taken', () => createResourceWithClient(notes(), registry));
  t.deepEqual((await registry.clients.list({ limit: 1 })).items, []);
});

test('a resource whose introspection client failed to be made is recorded, for it is there', async (t) => {
  const registry = await openRegistry(t);
  const acts: string[] = [];
  const note = (event: string) => void acts.push(event);
  const validateMetadata = () => {
    throw new Error('the provider is gone');
  };
  await t.throwsAsync(() => createResourceWithClient(notes(), { ...registry, note, validateMetadata }));
  t.deepEqual(acts, ['resource.created']);
});

test('a resource is removed once', async (t) => {
  const registry = await openRegistry(t);
  await createResource(notes(), registry);
  await removeResource('https://notes.example', registry);
  await rejectsWith(t, 'resource_unknown', () => removeResource('https://notes.example', registry));
});
