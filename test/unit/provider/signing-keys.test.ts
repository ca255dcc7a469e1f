/** For each algorithm that is offered there is a key, in an installation that is older than the algorithm too. */
import { randomBytes } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { listSigningKeys, loadSigningKeys, rotateSigningKeys } from '../../../src/provider/signing-keys.ts';
import { createKeyRing } from '../../../src/storage/encryption/key-ring.ts';
import { KeyStore, signingAlgorithms } from '../../../src/storage/records/keys.ts';
import { openInMemory } from '../../storage/open-in-memory.ts';
import { ManualClock } from '../../support/clock.ts';

async function newStore(t: ExecutionContext) {
  const clock = new ManualClock();
  const keys = new KeyStore({ records: await openInMemory(t, clock), ring: createKeyRing([randomBytes(32)]), clock });
  return { keys, clock };
}

interface Document {
  readonly keys: readonly { readonly jwk: { readonly alg: string } }[];
}

/** As a version would have left it that knows other algorithms. */
async function alter(keys: KeyStore, change: (document: Document) => Document): Promise<void> {
  const altered = (value: Uint8Array) => Buffer.from(JSON.stringify(change(JSON.parse(Buffer.from(value).toString()))));
  await keys.update('signing', altered);
}

const without = (alg: string) => (document: Document) => ({
  keys: document.keys.filter(({ jwk }) => jwk.alg !== alg),
});

test('each algorithm has a key of its own', async (t) => {
  const { keys, clock } = await newStore(t);
  const made = (await loadSigningKeys(keys, clock)).keys;
  t.deepEqual(
    made.map(({ alg }) => alg),
    [...signingAlgorithms],
  );
  const numbers = made.map(({ n, x }) => n ?? x);
  t.is(new Set(numbers).size, signingAlgorithms.length);
});

for (const missing of signingAlgorithms) {
  test(`an installation without a key for ${missing} gets one, and only one, however many open it`, async (t) => {
    const { keys, clock } = await newStore(t);
    await loadSigningKeys(keys, clock);
    await alter(keys, without(missing));
    const before = (await listSigningKeys(keys, clock)).map(({ jwk }) => jwk.kid);

    const opened = await Promise.all(Array.from({ length: 3 }, () => loadSigningKeys(keys, clock)));

    const [kids = [], ...others] = opened.map((signing) => signing.keys.map(({ kid }) => kid));
    for (const other of others) t.deepEqual(other, kids);
    t.is(kids.length, signingAlgorithms.length);
    for (const kid of before) t.true(kids.includes(kid));
    t.true((await listSigningKeys(keys, clock)).every(({ state }) => state === 'signs'));
  });
}

test('a rotation makes a key for each, of an installation that lacked one too', async (t) => {
  const { keys, clock } = await newStore(t);
  await loadSigningKeys(keys, clock);
  await alter(keys, without('PS256'));
  t.is((await rotateSigningKeys(keys, clock, { isAtOnce: true })).length, signingAlgorithms.length);
  const listed = await listSigningKeys(keys, clock);
  for (const alg of signingAlgorithms)
    t.deepEqual(
      listed.filter(({ jwk }) => jwk.alg === alg).map(({ state }) => state),
      ['signs', 'verifies'],
    );
});

test('the keys of a newer version stay when this one rotates', async (t) => {
  const { keys, clock } = await newStore(t);
  await loadSigningKeys(keys, clock);
  await alter(keys, (document) => ({ keys: [...document.keys, { jwk: { alg: 'ML-DSA-44' } }] }));
  for (const isAtOnce of [true, false]) await rotateSigningKeys(keys, clock, { isAtOnce });
  t.true((await listSigningKeys(keys, clock)).some(({ jwk }) => jwk.alg === 'ML-DSA-44'));
});
