/** The length of an opaque token says what it is. */
import test from 'ava';
import { mayBeToken, tokenBits } from '../../../src/provider/adapter/tokens.ts';

const KINDS = ['AccessToken', 'ClientCredentials', 'RefreshToken'];
const lettersOf = (kind: string): string => 'x'.repeat(Math.ceil(tokenBits(kind) / 6));

test('each kind of token has a length of its own, and no id has less than 256 random bits', (t) => {
  t.is(new Set([...KINDS, 'AuthorizationCode'].map((kind) => lettersOf(kind).length)).size, 4);
  t.true([...KINDS, 'AuthorizationCode', 'Session'].every((kind) => tokenBits(kind) >= 256));
});

test('a token is looked for as what its length says, and as nothing else', (t) => {
  for (const kind of KINDS) {
    t.deepEqual(
      KINDS.filter((other) => mayBeToken(other, lettersOf(kind))),
      [kind],
    );
  }
});

test('a token whose length says nothing is looked for everywhere', (t) => {
  t.true(KINDS.every((kind) => mayBeToken(kind, 'x'.repeat(43))));
});
