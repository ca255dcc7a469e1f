/** What decrypts where, and under which keys. */
import { randomBytes } from 'node:crypto';
import test from 'ava';
import { CannotDecrypt, createKeyRing } from '../../../src/storage/encryption/key-ring.ts';

const [first, second] = [randomBytes(32), randomBytes(32)];
const PLACE = 'accounts\0ada';
const plain = Buffer.from('the quick brown fox');

test('an encrypted value opens in its own place', (t) => {
  const ring = createKeyRing([first]);
  t.deepEqual(Buffer.from(ring.decrypt(ring.encrypt(plain, PLACE), PLACE)), plain);
});

test('an encrypted value does not hold what it encrypts', (t) => {
  const encrypted = createKeyRing([first]).encrypt(plain, PLACE);
  t.false(Buffer.from(encrypted).includes(plain));
});

test('one value encrypted twice looks different each time', (t) => {
  const ring = createKeyRing([first]);
  t.notDeepEqual(ring.encrypt(plain, PLACE), ring.encrypt(plain, PLACE));
});

for (const elsewhere of ['accounts\0eve', 'clients\0ada']) {
  test(`an encrypted value that was moved to ${JSON.stringify(elsewhere)} does not decrypt`, (t) => {
    const ring = createKeyRing([first]);
    t.throws(() => ring.decrypt(ring.encrypt(plain, PLACE), elsewhere), { instanceOf: CannotDecrypt });
  });
}

test('an encrypted value with any bit changed does not decrypt', (t) => {
  const ring = createKeyRing([first]);
  const encrypted = ring.encrypt(plain, PLACE);
  for (let at = 0; at < encrypted.byteLength; at += 1) {
    const altered = Buffer.from(encrypted);
    altered[at] = (altered[at] ?? 0) ^ 1;
    t.throws(() => ring.decrypt(altered, PLACE), { instanceOf: CannotDecrypt }, `byte ${at}`);
  }
});

test('a value that was cut short does not decrypt', (t) => {
  const ring = createKeyRing([first]);
  const encrypted = ring.encrypt(plain, PLACE);
  for (const length of [0, 1, 20, 41, encrypted.byteLength - 1]) {
    t.throws(() => ring.decrypt(encrypted.subarray(0, length), PLACE), { instanceOf: CannotDecrypt });
  }
});

test('the first key encrypts, and every key of the ring opens', (t) => {
  const before = createKeyRing([first]);
  const after = createKeyRing([second, first]);

  t.deepEqual(Buffer.from(after.decrypt(before.encrypt(plain, PLACE), PLACE)), plain);
  t.throws(() => before.decrypt(after.encrypt(plain, PLACE), PLACE), { instanceOf: CannotDecrypt });
});

test('a ring tells which of its keys encrypted a value', (t) => {
  const before = createKeyRing([first]);
  const after = createKeyRing([second, first]);

  t.is(after.positionOf(after.encrypt(plain, PLACE)), 0);
  t.is(after.positionOf(before.encrypt(plain, PLACE)), 1);
  t.is(before.positionOf(after.encrypt(plain, PLACE)), undefined);
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
