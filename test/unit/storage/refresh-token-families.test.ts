/** Who can read the response that is cached for a retried refresh. */
import { randomBytes } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { encryptionContext } from '../../../src/storage/encryption/encrypted-collection.ts';
import { CannotDecrypt, createKeyRing } from '../../../src/storage/encryption/key-ring.ts';
import { RefreshTokenFamilies } from '../../../src/storage/issued/refresh-token-families.ts';
import { openStoresInMemory } from '../../support/stores.ts';

const TOKEN = 'the refresh token that was presented';
const RESPONSE = {
  scope: 'openid',
  resources: ['https://api.example.com/'],
  dpopThumbprint: 'a key',
  respondedAt: 1,
  body: { access_token: 'an access token', refresh_token: 'a successor' },
};

async function start(t: ExecutionContext) {
  const { records, ring, keyedHash, refreshTokens, clock } = await openStoresInMemory(t);
  const expiresAt = clock.now() + 60_000;
  t.true(await refreshTokens.storeResponse(TOKEN, 'grant', RESPONSE, expiresAt));
  const [stored] = await records.list('cached_token_responses', { limit: 2 });
  if (stored === undefined) throw new Error('nothing was stored');
  return { records, ring, keyedHash, refreshTokens, clock, expiresAt, stored };
}

test('the token that was presented decrypts its response', async (t) => {
  const { refreshTokens } = await start(t);

  t.deepEqual(await refreshTokens.findResponse(TOKEN), RESPONSE);
  t.is(await refreshTokens.findResponse('another token'), undefined);
});

test('there is one response: a second one is not stored', async (t) => {
  const { refreshTokens, expiresAt } = await start(t);

  t.false(
    await refreshTokens.storeResponse(TOKEN, 'grant', { ...RESPONSE, body: { access_token: 'another' } }, expiresAt),
  );

  t.deepEqual(await refreshTokens.findResponse(TOKEN), RESPONSE);
});

test('database and key ring together do not open it without the token', async (t) => {
  const { ring, stored } = await start(t);
  const known = [
    encryptionContext('cached_token_responses', stored.id),
    `${encryptionContext('cached_token_responses', stored.id)}\0`,
  ];

  for (const context of known) t.throws(() => ring.decrypt(stored.payload, context), { instanceOf: CannotDecrypt });

  t.notThrows(() =>
    ring.decrypt(stored.payload, `${encryptionContext('cached_token_responses', stored.id)}\0${TOKEN}`),
  );
  const row = Buffer.from(JSON.stringify({ ...stored, payload: Buffer.from(stored.payload).toString('latin1') }));
  for (const text of [TOKEN, 'an access token', 'a successor']) t.false(row.includes(text), text);
});

test('the token without the key ring does not open it', async (t) => {
  const { stored } = await start(t);

  const context = `${encryptionContext('cached_token_responses', stored.id)}\0${TOKEN}`;

  t.throws(() => createKeyRing([randomBytes(32)]).decrypt(stored.payload, context), { instanceOf: CannotDecrypt });
});

test('a response under a key that left the ring, or in the wrong place, is known of and not read', async (t) => {
  const { records, keyedHash, refreshTokens, clock, stored, expiresAt } = await start(t);
  const unreadable = { scope: undefined, resources: [], dpopThumbprint: undefined, respondedAt: 0 };

  const later = new RefreshTokenFamilies({ records, ring: createKeyRing([randomBytes(32)]), keyedHash, clock });
  t.deepEqual(await later.findResponse(TOKEN), unreadable);

  await refreshTokens.storeResponse('other', 'grant', RESPONSE, expiresAt);
  const other = (await records.list('cached_token_responses', { limit: 9 })).find(({ id }) => id !== stored.id);
  await records.put('cached_token_responses', { id: other?.id ?? '', payload: stored.payload, expiresAt });
  t.deepEqual(await refreshTokens.findResponse('other'), unreadable);
});

test('each turn to take over from a winner that died is had once', async (t) => {
  const { refreshTokens, expiresAt } = await start(t);
  const take = (turn: number) => refreshTokens.takeOver(TOKEN, 'grant', turn, expiresAt);

  const taken = await Promise.all(Array.from({ length: 10 }, () => take(1)));

  t.is(taken.filter(Boolean).length, 1);
  t.true(await take(2));
});
