/** That cookies are signed under the first key, and known by every key there is. */
import { randomBytes } from 'node:crypto';
import test from 'ava';
import { createCookieKeys } from '../../../src/provider/options/cookies.ts';

const COOKIE = 'latchkey=a-value';
const [older, newer] = [randomBytes(32), randomBytes(32)];

test('a signature is accepted for the very same cookie alone', (t) => {
  const keys = createCookieKeys([older]);
  const signature = keys.sign(COOKIE);

  t.true(keys.verify(COOKIE, signature));
  t.false(keys.verify(`${COOKIE}s`, signature));
  t.false(keys.verify(COOKIE, keys.sign('latchkey=another')));
  t.false(keys.verify(COOKIE, signature.slice(1)));
  t.false(keys.verify(COOKIE, ''));
});

test('a signature under a key that is not there is refused', (t) => {
  t.is(createCookieKeys([newer]).index(COOKIE, createCookieKeys([older]).sign(COOKIE)), -1);
});

test('after a rotation the first key signs, and the key before still verifies', (t) => {
  const before = createCookieKeys([older]);
  const after = createCookieKeys([newer, older]);

  t.is(after.index(COOKIE, before.sign(COOKIE)), 1);
  t.is(after.index(COOKIE, after.sign(COOKIE)), 0);
  t.false(before.verify(COOKIE, after.sign(COOKIE)));
});

test('a signature fits into a cookie, and differs from key to key', (t) => {
  const signatures = [older, newer].map((key) => createCookieKeys([key]).sign(COOKIE));
  t.true(signatures.every((signature) => /^[\w-]{43}$/.test(signature)));
  t.not(signatures[0], signatures[1]);
});

test('without a key nothing is signed', (t) => {
  t.throws(() => createCookieKeys([]), { instanceOf: TypeError });
});
