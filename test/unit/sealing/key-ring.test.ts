/** Sealing: what opens where, and under which keys. */
import { randomBytes } from 'node:crypto';
import test from 'ava';
import { CannotOpen, createKeyRing } from '../../../src/sealing/key-ring.ts';

const [first, second] = [randomBytes(32), randomBytes(32)];
const PLACE = 'accounts\0ada';
const plain = Buffer.from('the quick brown fox');

test('a sealed value opens in its own place', (t) => {
  const ring = createKeyRing([first]);
  t.deepEqual(Buffer.from(ring.open(ring.seal(plain, PLACE), PLACE)), plain);
});

test('a sealed value does not hold what it seals', (t) => {
  const sealed = createKeyRing([first]).seal(plain, PLACE);
  t.false(Buffer.from(sealed).includes(plain));
});

test('one value sealed twice looks different each time', (t) => {
  const ring = createKeyRing([first]);
  t.notDeepEqual(ring.seal(plain, PLACE), ring.seal(plain, PLACE));
});

for (const elsewhere of ['accounts\0eve', 'clients\0ada']) {
  test(`a sealed value that was moved to ${JSON.stringify(elsewhere)} does not open`, (t) => {
    const ring = createKeyRing([first]);
    t.throws(() => ring.open(ring.seal(plain, PLACE), elsewhere), { instanceOf: CannotOpen });
  });
}

test('a sealed value with any bit changed does not open', (t) => {
  const ring = createKeyRing([first]);
  const sealed = ring.seal(plain, PLACE);
  for (let at = 0; at < sealed.byteLength; at += 1) {
    const altered = Buffer.from(sealed);
    altered[at] = (altered[at] ?? 0) ^ 1;
    t.throws(() => ring.open(altered, PLACE), { instanceOf: CannotOpen }, `byte ${at}`);
  }
});

test('a value that was cut short does not open', (t) => {
  const ring = createKeyRing([first]);
  const sealed = ring.seal(plain, PLACE);
  for (const length of [0, 1, 20, 41, sealed.byteLength - 1]) {
    t.throws(() => ring.open(sealed.subarray(0, length), PLACE), { instanceOf: CannotOpen });
  }
});

test('the first key seals, and every key of the ring opens', (t) => {
  const before = createKeyRing([first]);
  const after = createKeyRing([second, first]);

  t.deepEqual(Buffer.from(after.open(before.seal(plain, PLACE), PLACE)), plain);
  t.throws(() => before.open(after.seal(plain, PLACE), PLACE), { instanceOf: CannotOpen });
});

test('a ring tells which of its keys sealed a value', (t) => {
  const before = createKeyRing([first]);
  const after = createKeyRing([second, first]);

  t.is(after.positionOf(after.seal(plain, PLACE)), 0);
  t.is(after.positionOf(before.seal(plain, PLACE)), 1);
  t.is(before.positionOf(after.seal(plain, PLACE)), undefined);
});

test('derived keys differ by label and by key, and stay the same', (t) => {
  const ring = createKeyRing([first, second]);
  const derived = [...ring.derive('cookies'), ...ring.derive('forms')].map((key) => key.toString('hex'));

  t.is(new Set(derived).size, 4);
  t.deepEqual(createKeyRing([first, second]).derive('cookies'), ring.derive('cookies'));
});

test('a ring needs a key, and every key 32 bytes', (t) => {
  t.throws(() => createKeyRing([]), { instanceOf: TypeError });
  t.throws(() => createKeyRing([randomBytes(31)]), { instanceOf: TypeError });
});
