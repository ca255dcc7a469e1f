/** Which identifiers are so alike that one differs from the other. */
import test from 'ava';
import { differsOnlyInSpelling } from '../../../src/domain/resources/similar-identifiers.ts';

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
  test(`${one} differs from ${other} only in spelling`, (t) => {
    t.true(differsOnlyInSpelling(one, other));
    t.true(differsOnlyInSpelling(other, one));
  });
}

for (const [one, other] of far) {
  test(`${one} does not only differ in spelling from ${other}`, (t) => {
    t.false(differsOnlyInSpelling(one, other));
    t.false(differsOnlyInSpelling(other, one));
  });
}
