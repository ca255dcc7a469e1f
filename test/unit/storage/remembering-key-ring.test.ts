/** What a key ring remembers saves work, and never opens what it would not open. */
import { randomBytes } from 'node:crypto';
import test from 'ava';
import { CannotDecrypt, createKeyRing, type KeyRing } from '../../../src/storage/encryption/key-ring.ts';
import { rememberingKeyRing } from '../../../src/storage/encryption/remembering-key-ring.ts';

const PLACE = 'sessions\0one';
const plain = Buffer.from('{"uid":"one"}');

function counting(atMost = 100_000) {
  const ring = createKeyRing([randomBytes(32)]);
  let opened = 0;
  const counted: KeyRing = {
    ...ring,
    decrypt(encrypted, context) {
      opened += 1;
      return ring.decrypt(encrypted, context);
    },
  };
  return { ring, remembering: rememberingKeyRing(counted, { atMost }), opened: () => opened };
}

test('what was encrypted or opened a moment ago is not opened again', (t) => {
  const { ring, remembering, opened } = counting();
  const encrypted = remembering.encrypt(plain, PLACE);
  const other = ring.encrypt(plain, 'grants\0two');

  for (let round = 0; round < 3; round += 1) {
    t.deepEqual(Buffer.from(remembering.decrypt(encrypted, PLACE)), plain);
    t.deepEqual(Buffer.from(remembering.decrypt(other, 'grants\0two')), plain);
  }

  t.is(opened(), 1);
});

test('what another process stored since then is opened anew', (t) => {
  const { ring, remembering } = counting();
  remembering.encrypt(plain, PLACE);

  t.is(Buffer.from(remembering.decrypt(ring.encrypt(Buffer.from('newer'), PLACE), PLACE)).toString(), 'newer');
});

test('a remembered value opens in no other place, and not with a bit changed', (t) => {
  const { remembering } = counting();
  const encrypted = remembering.encrypt(plain, PLACE);
  const altered = Buffer.from(encrypted);
  altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1;

  t.throws(() => remembering.decrypt(encrypted, 'sessions\0two'), { instanceOf: CannotDecrypt });
  t.throws(() => remembering.decrypt(altered, PLACE), { instanceOf: CannotDecrypt });
});

test('what was used last is remembered, and no more than fits', (t) => {
  const { remembering, opened } = counting(2000);
  const places = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
  const encrypted = places.map((place) => remembering.encrypt(plain, place));

  t.deepEqual(Buffer.from(remembering.decrypt(encrypted.at(-1) ?? plain, 'i')), plain);
  t.is(opened(), 0);
  t.deepEqual(Buffer.from(remembering.decrypt(encrypted[0] ?? plain, 'a')), plain);
  t.is(opened(), 1);
});
