/** How passwords are kept, and which older forms still verify. */

import test from 'ava';
import bcrypt from 'bcrypt';
import {
  hashPassword,
  needsRehash,
  readStoredHash,
  verifyPassword,
} from '../../../src/domain/passwords/password-hash.ts';

const COST = 4;

async function verifies(password: string, stored: string): Promise<boolean> {
  const known = readStoredHash(stored);
  return verifyPassword(password, known, { cost: COST, hasImported: true });
}

test('a stored password names its scheme and its cost', async (t) => {
  const stored = await hashPassword('correct horse', COST);
  t.regex(stored, /^bcrypt-sha384\$2b\$04\$/);
  t.is(readStoredHash(stored)?.cost, COST);
});

test('a password verifies, and another does not', async (t) => {
  const stored = await hashPassword('correct horse', COST);
  t.true(await verifies('correct horse', stored));
  t.false(await verifies('correct horsf', stored));
});

test('passwords that differ only after 72 bytes are told apart', async (t) => {
  const start = 'x'.repeat(80);
  const stored = await hashPassword(`${start}1`, COST);
  t.true(await verifies(`${start}1`, stored));
  t.false(await verifies(`${start}2`, stored));
});

test('passwords that differ only after a NUL are told apart', async (t) => {
  const stored = await hashPassword('secret\0one', COST);
  t.false(await verifies('secret\0two', stored));
});

test('no two different passwords match, however alike they begin, end or look', async (t) => {
  const passwords = [
    ...[
      'secret',
      'secret\0',
      'secret\0one',
      '\0secret',
      ' secret',
      'secret ',
      'Secret',
      's\u0435cret',
      'ｓecret',
      'se\u00adcret',
    ],
    ...[
      'x'.repeat(71),
      'x'.repeat(72),
      'x'.repeat(73),
      `${'x'.repeat(72)}y`,
      'é'.repeat(36),
      `${'é'.repeat(36)}é`,
      'e'.repeat(36),
    ],
    ...['x'.repeat(2 ** 20), `${'x'.repeat(2 ** 20)}x`],
  ];
  for (const password of passwords) {
    const stored = await hashPassword(password, COST);
    const matching: string[] = [];
    for (const typed of passwords) if (await verifies(typed, stored)) matching.push(typed);
    t.deepEqual(matching, [password]);
  }
});

test('an imported hash verifies whichever form was hashed and whichever is typed; our own knows one form', async (t) => {
  for (const password of [
    'café naïve',
    'Übergrößenträger',
    '한국어 비밀번호',
    'ﬁsh ｆｕｌｌ é',
    'ἄνθρωπος ᾧ',
    'Ḍ̇ot order',
  ]) {
    const forms = ['NFC', 'NFD'].map((form) => password.normalize(form));
    const typedForms = [...forms, password];
    for (const hashed of forms) {
      const imported = await bcrypt.hash(hashed, COST);
      t.true(await verifies(hashed, imported));
      for (const typed of typedForms) t.true(await verifies(typed, imported), `${typed} ${hashed}`);
      t.false(await verifies(`${hashed}x`, imported));
    }
    const own = await hashPassword(password, COST);
    for (const typed of typedForms) t.true(await verifies(typed, own));
    t.is(await verifies(password.normalize('NFKC'), own), password.normalize('NFKC') === password.normalize('NFC'));
  }
});

test('an imported hash is cut where bcrypt cuts, and no sooner', async (t) => {
  const imported = await bcrypt.hash('x'.repeat(80), COST);
  t.true(await verifies('x'.repeat(72), imported));
  t.false(await verifies('x'.repeat(71), imported));
});

test('an accent typed as one character or as two is the same password', async (t) => {
  const stored = await hashPassword('caf\u00e9 au lait', COST);
  t.true(await verifies('cafe\u0301 au lait', stored));
});

for (const prefix of ['$2a$', '$2b$', '$2y$']) {
  test(`an imported ${prefix} hash verifies as it is and asks to be replaced`, async (t) => {
    const imported = (await bcrypt.hash('correct horse', COST)).replace('$2b$', prefix);
    t.true(await verifies('correct horse', imported));
    t.false(await verifies('wrong horse', imported));
    const known = readStoredHash(imported);
    t.true(known !== undefined && needsRehash(known, COST));
  });
}

test('a hash of another cost asks to be replaced, one of the same cost does not', async (t) => {
  const known = readStoredHash(await hashPassword('correct horse', COST));
  t.true(known !== undefined && needsRehash(known, COST + 1));
  t.false(known !== undefined && needsRehash(known, COST));
});

test('what is not one of the known forms is no stored password', (t) => {
  for (const stored of ['', 'correct horse', '$2b$04$short', '$1$abc', 'bcrypt-sha384$2b$04$', '$argon2id$v=19$m=1']) {
    t.is(readStoredHash(stored), undefined, stored);
  }
});
