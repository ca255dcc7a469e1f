/** What updating, rotating and removing do to a client. */
import test, { type ExecutionContext } from 'ava';
import { leaveToOwner, removeClient, setClientOwner, updateClient } from '../../../src/domain/clients/change.ts';
import { registerClient } from '../../../src/domain/clients/register.ts';
import { clientSecretHash, retirePreviousSecrets, rotateClientSecret } from '../../../src/domain/clients/secrets.ts';
import type { NoteEvent } from '../../../src/domain/events/security-events.ts';
import { user } from '../../support/accounts.ts';
import { remember } from '../../support/consents.ts';
import { rejectsWith } from '../../support/domain-errors.ts';
import { openRegistry } from '../../support/registry.ts';

async function openShop(t: ExecutionContext, method = 'client_secret_basic') {
  const registry = await openRegistry(t);
  const redirectUris = ['https://shop.example/cb'];
  const metadata = {
    client_id: 'shop',
    client_name: 'Shop',
    redirect_uris: redirectUris,
    token_endpoint_auth_method: method,
  };
  const { client_secret: secret } = await registerClient(metadata, registry);
  const hash = (given: unknown) => clientSecretHash(registry.keyedHash, String(given));
  const accepted = async () => (await registry.clients.get('shop'))?.secretHashes;
  return { registry, secret, hash, accepted, clientId: 'shop' };
}

test('names that are given replace, null takes away, the rest stays', async (t) => {
  const { registry, accepted } = await openShop(t);
  const before = await accepted();
  await updateClient('shop', { logo_uri: 'https://shop.example/logo' }, registry);
  const updated = await updateClient('shop', { client_name: 'Store', logo_uri: null, client_id: 'shop' }, registry);
  t.like(updated, { client_name: 'Store', redirect_uris: ['https://shop.example/cb'] });
  t.false('logo_uri' in updated || 'client_secret' in updated);
  t.deepEqual((await registry.clients.get('shop'))?.metadata, updated);
  t.deepEqual(await accepted(), before);
});

test('a change keeps to the rules, and what is refused changes nothing', async (t) => {
  const { registry } = await openShop(t);
  const before = await registry.clients.get('shop');
  const wrong = [
    { redirect_uris: ['http://shop.example/cb'] },
    { client_id: 'other' },
    { client_secret: 'mine' },
    { client_id_issued_at: 0 },
  ];
  for (const patch of wrong) {
    await rejectsWith(t, 'client_metadata_invalid', () => updateClient('shop', patch, registry));
  }
  const refusing = {
    ...registry,
    validateMetadata: () => {
      throw new Error('oidc-provider says no');
    },
  };
  await rejectsWith(t, 'client_metadata_invalid', () => updateClient('shop', { scope: 'x' }, refusing));
  t.deepEqual(await registry.clients.get('shop'), before);
});

test('oidc-provider is shown some secret for a client that has one', async (t) => {
  const { registry } = await openShop(t);
  await updateClient('shop', { client_name: 'Store' }, registry);
  t.is(typeof registry.shownToProvider.at(-1)?.client_secret, 'string');
});

test('a client that begins to need a secret is given one, shown this once', async (t) => {
  const { registry, hash, accepted } = await openShop(t, 'none');
  const updated = await updateClient('shop', { token_endpoint_auth_method: 'client_secret_post' }, registry);
  t.deepEqual(await accepted(), [hash(updated.client_secret)]);
  t.false('client_secret' in (await updateClient('shop', { client_name: 'Store' }, registry)));
});

const jwks = { keys: [{ kty: 'EC', crv: 'P-256', x: 'a'.repeat(43), y: 'b'.repeat(43), kid: 'one' }] };

for (const [method, more] of Object.entries({ none: {}, private_key_jwt: { jwks } })) {
  test(`a client that authenticates by ${method} forgets its secrets, and gets a new one on the way back`, async (t) => {
    const { registry, accepted, hash, clientId } = await openShop(t);
    await rotateClientSecret({ clientId, keepsPrevious: true, overlapSeconds: 60 }, registry);
    await updateClient('shop', { token_endpoint_auth_method: method, ...more }, registry);
    t.deepEqual(await accepted(), []);
    t.false('olderSecretsUntil' in ((await registry.clients.get('shop')) ?? {}));
    const back = { token_endpoint_auth_method: 'client_secret_basic', jwks: null };
    const updated = await updateClient('shop', back, registry);
    t.deepEqual(await accepted(), [hash(updated.client_secret)]);
  });
}

test('a secret that came with a client that needs none works by no later change', async (t) => {
  const { registry, accepted, hash } = await openShop(t, 'none');
  await registry.clients.update('shop', (client) => ({ ...client, secretHashes: [hash('brought')] }));
  const updated = await updateClient('shop', { token_endpoint_auth_method: 'client_secret_basic' }, registry);
  t.deepEqual(await accepted(), [hash(updated.client_secret)]);
});

test('a rotation accepts the new and the previous secret, until it is finished', async (t) => {
  const { registry, secret, hash, accepted, clientId } = await openShop(t);
  const second = await rotateClientSecret({ clientId, keepsPrevious: true }, registry);
  t.deepEqual(await accepted(), [hash(second), hash(secret)]);
  await retirePreviousSecrets(clientId, registry);
  t.deepEqual(await accepted(), [hash(second)]);
});

test('two secrets at most are accepted', async (t) => {
  const { registry, hash, accepted, clientId } = await openShop(t);
  const second = await rotateClientSecret({ clientId, keepsPrevious: true }, registry);
  const third = await rotateClientSecret({ clientId, keepsPrevious: true }, registry);
  t.deepEqual(await accepted(), [hash(third), hash(second)]);
});

test('a leaked secret can be ended at once', async (t) => {
  const { registry, hash, accepted, clientId } = await openShop(t);
  const second = await rotateClientSecret({ clientId, keepsPrevious: false }, registry);
  t.deepEqual(await accepted(), [hash(second)]);
});

test('a public client has no secret to rotate', async (t) => {
  const { registry, clientId } = await openShop(t, 'none');
  await rejectsWith(t, 'client_without_secret', () => rotateClientSecret({ clientId, keepsPrevious: true }, registry));
});

/** Where there are no grants. */
function office() {
  const ended: unknown[] = [];
  const acts: string[] = [];
  const note: NoteEvent = (event, _reason, { clientId, detail } = {}) =>
    void acts.push([event, clientId, detail].filter((text) => text !== undefined).join(' '));
  const grants = {
    async destroyAllOf(owner: object) {
      ended.push(owner);
      return 0;
    },
  };
  return { ended, acts, note, grants };
}

test('removing a client ends its grants and consents and forgets its events', async (t) => {
  const { registry } = await openShop(t);
  const fixture = { ...registry, ...office() };
  const owner = { kind: 'client', id: 'shop' } as const;
  const record = { at: registry.clock.now(), event: 'request.refused', outcome: 'failure', reason: 'other' } as const;
  await registry.events.record([{ owners: [owner], record }]);
  await remember(registry.consents, { accountId: 'a', clientId: 'shop' });
  await removeClient('shop', fixture);
  t.is(await registry.clients.get('shop'), undefined);
  t.is(await registry.consents.get('a', 'shop'), undefined);
  t.deepEqual(await registry.events.list(owner), []);
  t.deepEqual(fixture.ended, [{ clientId: 'shop' }]);
  t.deepEqual(fixture.acts, ['client.removed shop']);
});

test('a removal that failed half-way is recorded, and the next one that finds something to remove succeeds and is too', async (t) => {
  const { registry } = await openShop(t);
  const fixture = { ...registry, ...office() };
  const consents = {
    async removeForClient(): Promise<number> {
      throw new Error('the database is gone');
    },
  };
  await remember(registry.consents, { accountId: 'a', clientId: 'shop' });
  await t.throwsAsync(() => removeClient('shop', { ...fixture, consents }), { message: 'the database is gone' });
  await removeClient('shop', fixture);
  t.is(await registry.consents.get('a', 'shop'), undefined);
  await rejectsWith(t, 'client_unknown', () => removeClient('shop', fixture));
  t.deepEqual(fixture.acts, ['client.removed shop not finished', 'client.removed shop']);
});

test('nothing happens to a client that does not exist', async (t) => {
  const registry = await openRegistry(t);
  const clientId = 'nobody';
  await rejectsWith(t, 'client_unknown', () => updateClient(clientId, { client_name: 'x' }, registry));
  await rejectsWith(t, 'client_unknown', () => rotateClientSecret({ clientId, keepsPrevious: true }, registry));
  await rejectsWith(t, 'client_unknown', () => retirePreviousSecrets(clientId, registry));
});

test('a client is given to an account and taken back, and what an administrator decided of it stays decided', async (t) => {
  const { registry } = await openShop(t);
  await registry.accounts.create(user({ id: 'ada', email: 'ada@example.test' }));
  await setClientOwner('shop', 'ada', registry);
  t.like(await registry.clients.get('shop'), { origin: 'developer', owner: 'ada' });
  await leaveToOwner('shop', ['client_name'], registry);
  await updateClient('shop', { client_name: 'Store' }, registry);
  const rename = { client_name: 'Mine' };
  await rejectsWith(t, 'client_metadata_invalid', () => updateClient('shop', rename, registry, 'ada'));
  await setClientOwner('shop', undefined, registry);
  const taken = await registry.clients.get('shop');
  t.deepEqual([taken?.origin, taken?.owner], ['developer', undefined]);
  t.true(taken?.decidedMembers?.includes('client_name'));
  t.deepEqual(await registry.clients.listOwnedBy('ada', 9), []);
});

test('a client belongs to no account that there is not, and one that registered itself to none', async (t) => {
  const { registry } = await openShop(t);
  await registry.accounts.create(user({ id: 'ada', email: 'ada@example.test' }));
  await rejectsWith(t, 'account_unknown', () => setClientOwner('shop', 'nobody', registry));
  await rejectsWith(t, 'client_unknown', () => setClientOwner('nothing', 'ada', registry));
  await registry.clients.update('shop', (client) => ({ ...client, origin: 'registration' }));
  await rejectsWith(t, 'client_not_ownable', () => setClientOwner('shop', 'ada', registry));
  t.is((await registry.clients.get('shop'))?.owner, undefined);
});

test('a client of an administrator that is given to somebody stays what it is, but for what is left to its owner', async (t) => {
  const { registry } = await openShop(t);
  await registry.accounts.create(user({ id: 'ada', email: 'ada@example.test' }));
  await updateClient('shop', { first_party: true, scope: 'openid roles', resources: ['https://a.example/'] }, registry);
  await setClientOwner('shop', 'ada', registry);
  const refused = async (patch: object) =>
    rejectsWith(t, 'client_metadata_invalid', () => updateClient('shop', { ...patch }, registry, 'ada'));
  const away = { redirect_uris: ['https://other.example/cb'] };
  for (const patch of [{ client_name: 'Mine' }, { 'client_name#de': 'Meins' }, { scope: 'openid' }, away])
    await refused(patch);
  await leaveToOwner('shop', ['client_name', 'redirect_uris'], registry);
  await updateClient('shop', { client_name: 'Mine', policy_uri: 'https://shop.example/p' }, registry, 'ada');
  await refused(away);
  await updateClient('shop', { first_party: null }, registry);
  await updateClient('shop', away, registry, 'ada');
  for (const name of ['first_party', 'client_id', 'clint_name'])
    await rejectsWith(t, 'client_metadata_invalid', () => leaveToOwner('shop', [name], registry));
  await rejectsWith(t, 'client_unknown', () => leaveToOwner('nothing', ['client_name'], registry));
});

test('a client that was looked at as it is no more is neither changed nor removed', async (t) => {
  const { registry, hash, accepted, secret } = await openShop(t);
  const fixture = { ...registry, ...office() };
  const no = () => false;
  await rejectsWith(t, 'client_unknown', () => updateClient('shop', { client_name: 'x' }, registry, 'bob'));
  await rejectsWith(t, 'client_unknown', () => removeClient('shop', fixture, 'developer', no));
  const rotation = { clientId: 'shop', keepsPrevious: false, owner: 'bob' };
  await rejectsWith(t, 'client_unknown', () => rotateClientSecret(rotation, registry));
  t.deepEqual(await accepted(), [hash(secret)]);
  t.deepEqual(fixture.ended, []);
  await removeClient('shop', fixture, 'developer', () => true);
  t.is(await registry.clients.get('shop'), undefined);
});
