/** Which scopes an organisation may have of its own. */
import test from 'ava';
import { createResource, updateResource } from '../../../src/domain/resources/resources.ts';
import { createScope, organisationScopes, removeScope, unreleasedClaims } from '../../../src/domain/scopes/scopes.ts';
import type { OrganisationScope } from '../../../src/storage/records/scopes.ts';
import { rejectsWith } from '../../support/domain-errors.ts';
import { openRegistry } from '../../support/registry.ts';

const scope = (details: Partial<OrganisationScope> = {}): OrganisationScope => ({
  name: 'teams',
  claims: ['groups', 'team'],
  description: 'See your teams',
  ...details,
});

const api = (scopes: Readonly<Record<string, string>>) =>
  ({
    identifier: 'https://api.example.test/',
    scopes,
    format: 'jwt',
    ttlSeconds: 600,
    alg: 'ES256',
    introspectionClients: [],
  }) as const;

test('a scope is kept with its claims, each once', async (t) => {
  const registry = await openRegistry(t);
  await createScope(scope({ claims: ['groups', 'team', 'groups', 'https://example.test/cost_center'] }), registry);
  const claims = ['groups', 'team', 'https://example.test/cost_center'];
  t.deepEqual(await organisationScopes(registry.scopes), [scope({ claims })]);
  await rejectsWith(t, 'scope_taken', () => createScope(scope({ claims: ['badge'] }), registry));
});

const wrong: Readonly<Record<string, Partial<OrganisationScope>>> = {
  ...Object.fromEntries(
    ['openid', 'profile', 'email', 'address', 'phone', 'groups', 'roles', 'offline_access'].map((name) => [
      `the built-in scope ${name}`,
      { name },
    ]),
  ),
  ...Object.fromEntries(
    ['sub', 'acr', 'amr', 'auth_time', 'iss', 'sid', 'roles', 'Roles', 'nonce', 'urn:latchkey:grant'].flatMap(
      (name) => [
        [`the name ${name}`, { name }],
        [`the claim ${name}`, { claims: ['groups', name] }],
      ],
    ),
  ),
  'a name with a space': { name: 'my teams' },
  'a name with a quote': { name: 'a"b' },
  'a name that is no ASCII': { name: 'équipes' },
  'an empty name': { name: '' },
  'an inherited name': { name: 'constructor' },
  'a long name': { name: 'x'.repeat(129) },
  'no claim': { claims: [] },
  'an empty claim': { claims: ['groups', ''] },
  'a claim with a space': { claims: ['cost center'] },
  'an inherited claim': { claims: ['toString'] },
  'a long claim': { claims: ['x'.repeat(129)] },
  'too many claims': { claims: Array.from({ length: 51 }, (_, n) => `claim_${n}`) },
  'no description': { description: ' ' },
  'a long description': { description: 'x'.repeat(301) },
};

for (const [what, details] of Object.entries(wrong)) {
  test(`${what} is refused for a scope`, async (t) => {
    const registry = await openRegistry(t);
    await rejectsWith(t, 'scope_invalid', () => createScope(scope(details), registry));
  });
}

test('the hundredth scope is the last', async (t) => {
  const registry = await openRegistry(t);
  for (let n = 0; n < 100; n += 1) await registry.scopes.create(scope({ name: `scope_${n}` }));
  await rejectsWith(t, 'scope_invalid', () => createScope(scope(), registry));
});

test('a resource and the organisation never have a scope of one name, whichever comes first', async (t) => {
  const registry = await openRegistry(t);
  await createResource(api({ 'notes:read': 'Read your notes' }), registry);
  await rejectsWith(t, 'scope_invalid', () => createScope(scope({ name: 'notes:read' }), registry));
  await createScope(scope(), registry);
  const identifier = 'https://other.example.test/';
  await rejectsWith(t, 'resource_invalid', () => createResource({ ...api({ teams: 'x' }), identifier }, registry));
  await rejectsWith(t, 'resource_invalid', () => createResource({ ...api({ groups: 'x' }), identifier }, registry));
  const update = (scopes: Readonly<Record<string, string>>) => updateResource(api({}).identifier, { scopes }, registry);
  for (const name of ['teams', 'groups', 'openid'])
    await rejectsWith(t, 'resource_invalid', () => update({ [name]: 'x' }));
  await t.notThrowsAsync(update({ 'notes:write': 'Write notes' }));
});

test('a collision is found among many resources too', async (t) => {
  const registry = await openRegistry(t);
  for (let n = 0; n < 201; n += 1) {
    const identifier = `https://${String(n).padStart(3, '0')}.example.test/`;
    await registry.resources.create({ ...api(n === 200 ? { teams: 'x' } : {}), identifier });
  }
  await rejectsWith(t, 'scope_invalid', () => createScope(scope(), registry));
});

test('a resource that had the scope before it was built in can still be changed', async (t) => {
  const registry = await openRegistry(t);
  await registry.resources.create(api({ groups: 'Read your groups' }));
  await t.notThrowsAsync(updateResource(api({}).identifier, { ttlSeconds: 300 }, registry));
});

test('a scope is removed, unless it is built in or a client is registered for it', async (t) => {
  const registry = await openRegistry(t);
  await createScope(scope(), registry);
  const metadata = { client_id: 'wiki', scope: 'openid teams' };
  await registry.clients.create({ id: 'wiki', metadata, secretHashes: [] });
  await rejectsWith(t, 'scope_invalid', () => removeScope('teams', registry));
  await registry.clients.remove('wiki');
  await removeScope('teams', registry);
  await rejectsWith(t, 'scope_unknown', () => removeScope('teams', registry));
  for (const name of ['groups', 'openid', 'email'])
    await rejectsWith(t, 'scope_invalid', () => removeScope(name, registry));
});

test('claims that no scope releases are known by name', (t) => {
  const claims = { groups: [], locale: 'en', team: 'x', badge: 7, constructor_of: 'y' };
  t.deepEqual(unreleasedClaims(claims, []), ['team', 'badge', 'constructor_of']);
  t.deepEqual(unreleasedClaims(claims, [scope(), scope({ name: 'badges', claims: ['badge'] })]), ['constructor_of']);
});
