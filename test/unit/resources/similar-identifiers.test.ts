/** Which identifiers are so alike that one differs from the other. */
import test from 'ava';
import { similarIdentifiers, spellingOf } from '../../../src/domain/resources/similar-identifiers.ts';

/** Whether the second is said to be meant where the first is given. */
const isSimilar = (one: string, other: string): boolean =>
  similarIdentifiers(one, new Map([[spellingOf(other) ?? other, [other]]])).includes(other);

const similar: readonly (readonly [string, string])[] = [
  ['https://api.example.com', 'https://api.example.com/'],
  ['https://api.example.com/v1', 'https://api.example.com/v1/'],
  ['https://api.example.com/v1//', 'https://api.example.com/v1'],
  ['https://API.example.com/v1', 'https://api.example.com/v1'],
  ['HTTPS://api.example.com/v1', 'https://api.example.com/v1'],
  ['https://api.example.com:443/v1', 'https://api.example.com/v1'],
  ['http://api.example.com:80', 'http://api.example.com/'],
  ['https://api.example.com/a/../v1', 'https://api.example.com/v1'],
  ['https://api.example.com/%7Ev1', 'https://api.example.com/~v1'],
  ['https://api.example.com/%2fv1', 'https://api.example.com/%2Fv1'],
  ['https://api.example.com?', 'https://api.example.com'],
  ['https://api.example.com/?a=b', 'https://api.example.com?a=b'],
  ['https://bücher.example/', 'https://xn--bcher-kva.example'],
  ['app://Notes/', 'app://notes'],
  ['urn:Example:notes', 'URN:example:notes'],
  ['api://notes', 'api://notes/'],
];

const far: readonly (readonly [string, string])[] = [
  ['https://api.example.com/', 'https://api.example.com/'],
  ['https://api.example.com/', 'http://api.example.com/'],
  ['https://api.example.com/v1', 'https://api.example.com/V1'],
  ['https://api.example.com/v1', 'https://api.example.com/v1?a=b'],
  ['https://api.example.com/', 'https://api.example.com:444/'],
  ['https://api.example.com/', 'https://api2.example.com/'],
  ['https://api.example.com/', 'https://www.api.example.com/'],
  ['https://api.example.com/', 'https://ada@api.example.com/'],
  ['https://api.example.com/%2F', 'https://api.example.com/'],
  ['urn:example:notes', 'urn:example:Notes'],
  ['notes', 'notes/'],
  ['', ' '],
];

for (const [one, other] of similar) {
  test(`${one} is a mistake for ${other}`, (t) => {
    t.true(isSimilar(one, other));
    t.true(isSimilar(other, one));
  });
}

for (const [one, other] of far) {
  test(`${one} is none for ${other}`, (t) => {
    t.false(isSimilar(one, other));
    t.false(isSimilar(other, one));
  });
}

test('what is longer than any identifier is similar to none, and is not looked at', (t) => {
  for (const text of [`https://h.example/${'/'.repeat(1e6)}x`, `https://h.example/${'%'.repeat(1e6)}`, 'a'.repeat(513)])
    t.is(spellingOf(text), undefined);
});
