/** What a key ring remembers saves work, and never opens what it would not open. */
import { randomBytes } from 'node:crypto';
import test from 'ava';
import { CannotOpen, createKeyRing, type KeyRing } from '../../../src/sealing/key-ring.ts';
import { rememberingRing } from '../../../src/sealing/remembering-ring.ts';

const PLACE = 'sessions\0one';
const plain = Buffer.from('{"uid":"one"}');

function counting(atMost = 100_000) {
  const ring = createKeyRing([randomBytes(32)]);
  let opened = 0;
  const counted: KeyRing = {
    ...ring,
    open(sealed, context) {
      opened += 1;
      return ring.open(sealed, context);
    },
  };
  return { ring, remembering: rememberingRing(counted, { atMost }), opened: () => opened };
}

test('what was sealed or opened a moment ago is not opened again', (t) => {
  const { ring, remembering, opened } = counting();
  const sealed = remembering.seal(plain, PLACE);
  const other = ring.seal(plain, 'grants\0two');

  for (let round = 0; round < 3; round += 1) {
    t.deepEqual(Buffer.from(remembering.open(sealed, PLACE)), plain);
    t.deepEqual(Buffer.from(remembering.open(other, 'grants\0two')), plain);
  }

  t.is(opened(), 1);
});

test('what another process stored since then is opened anew', (t) => {
  const { ring, remembering } = counting();
  remembering.seal(plain, PLACE);

  t.is(Buffer.from(remembering.open(ring.seal(Buffer.from('newer'), PLACE), PLACE)).toString(), 'newer');
});

test('a remembered value opens in no other place, and not with a bit changed', (t) => {
  const { remembering } = counting();
  const sealed = remembering.seal(plain, PLACE);
  const altered = Buffer.from(sealed);
  altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1;

  t.throws(() => remembering.open(sealed, 'sessions\0two'), { instanceOf: CannotOpen });
  t.throws(() => remembering.open(altered, PLACE), { instanceOf: CannotOpen });
});

test('what was used last is remembered, and no more than fits', (t) => {
  const { remembering, opened } = counting(2000);
  const places = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
  const sealed = places.map((place) => remembering.seal(plain, place));

  t.deepEqual(Buffer.from(remembering.open(sealed.at(-1) ?? plain, 'i')), plain);
  t.is(opened(), 0);
  t.deepEqual(Buffer.from(remembering.open(sealed[0] ?? plain, 'a')), plain);
  t.is(opened(), 1);
});
