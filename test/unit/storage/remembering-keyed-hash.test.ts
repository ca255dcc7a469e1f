/** What a keyed hash remembers saves work and changes no answer. */
import { randomBytes } from 'node:crypto';
import test from 'ava';
import { createKeyedHash, rememberingKeyedHash } from '../../../src/storage/encryption/keyed-hash.ts';

function counting(atMost: number) {
  const keyedHash = createKeyedHash(randomBytes(32));
  let asked = 0;
  const counted = {
    hash(label: string, value: string) {
      asked += 1;
      return keyedHash.hash(label, value);
    },
  };
  return { keyedHash, remembering: rememberingKeyedHash(counted, { atMost }), asked: () => asked };
}

test('the answers are those of the keyed hash, by label and by value', (t) => {
  const { keyedHash, remembering } = counting(10);
  for (const [label, value] of [
    ['grant', 'a'],
    ['session', 'a'],
    ['grant', 'b'],
    ['grant', 'a'],
  ] as const) {
    t.is(remembering.hash(label, value), keyedHash.hash(label, value));
  }
});

test('what was asked a moment ago is not hashed again, and what was used longest ago is forgotten first', (t) => {
  const { remembering, asked } = counting(2);
  for (const value of ['a', 'b', 'a', 'b', 'a']) remembering.hash('grant', value);
  t.is(asked(), 2);
  remembering.hash('grant', 'c');
  remembering.hash('grant', 'a');
  t.is(asked(), 3);
  remembering.hash('grant', 'b');
  t.is(asked(), 4);
});
