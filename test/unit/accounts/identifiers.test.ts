/** What passes for an e-mail address and for a username. */
import test from 'ava';
import { readEmailAddress, readUsername } from '../../../src/domain/accounts/identifiers.ts';
import { rejectsWith } from '../../support/domain-errors.ts';

test('usual, tagged, international and intranet addresses pass as they are typed', (t) => {
  for (const email of [
    'Ada@example.test',
    'a.b+tag@sub.example.test',
    "o'neil@example.test",
    'ädä@exämple.test',
    'root@localhost',
  ]) {
    t.is(readEmailAddress(` ${email} `), email);
  }
});

test('what cannot be an address, or could end a mail header, is refused', async (t) => {
  const wrong = [
    '',
    'ada',
    '@example.test',
    'ada@',
    'a@b@',
    'ada@-x',
    'ada@x..y',
    'a b@example.test',
    'a,b@example.test',
  ];
  const hostile = [
    '<ada@example.test>',
    'ada@example.test\r\nBcc: eve@example.test',
    'ada@example.test\0',
    '"a"@example.test',
  ];
  const long = [`${'a'.repeat(65)}@example.test`, `ada@${'x'.repeat(260)}`];
  for (const email of [...wrong, ...hostile, ...long]) {
    await rejectsWith(t, 'email_invalid', () => readEmailAddress(email));
  }
});

test('a username holds letters and digits of any script, dots, hyphens and underscores', (t) => {
  for (const username of ['ada', 'Ada_Lovelace-1815', 'a', 'жанна', '李.明', 'x'.repeat(64)]) {
    t.is(readUsername(username), username);
  }
  t.is(readUsername('ａｄａ'), 'ada');
});

test('a username is never an e-mail address, empty, spaced, too long or hidden', async (t) => {
  for (const username of ['', 'ada@example.test', 'ada lovelace', '-ada', '.ada', 'x'.repeat(65), 'a\u200bda']) {
    await rejectsWith(t, 'username_invalid', () => readUsername(username));
  }
});

test('a username never has the form of an account id, in whatever case or width', async (t) => {
  const id = '0123456789abcdef'.repeat(2);
  for (const username of [id, id.toUpperCase(), ` ${id} `, id.replaceAll('0', '\uff10')])
    await rejectsWith(t, 'username_invalid', () => readUsername(username));
  for (const username of [id.slice(1), `${id}0`, `g${id.slice(1)}`]) t.is(readUsername(username), username);
});
