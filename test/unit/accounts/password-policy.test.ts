/** Which passwords may be set. */
import test from 'ava';
import { checkPassword } from '../../../src/domain/accounts/password-policy.ts';
import type { DomainErrorCode } from '../../../src/domain/domain-error.ts';
import { rejectsWith } from '../../support/domain-errors.ts';

const ada = { email: 'ada.lovelace@example.test', username: 'countess' };

const refused = test.macro(async (t, code: DomainErrorCode, ...passwords: readonly string[]) => {
  for (const password of passwords) await rejectsWith(t, code, () => checkPassword(password, ada));
});

test(
  'a password has at least 8 characters, however many bytes they take',
  refused,
  'password_too_short',
  'a9!x',
  '🔑🔑🔑🔑🔑🔑🔑',
);
test('a password has at most 1024 characters', refused, 'password_too_long', 'x9'.repeat(513));
test(
  'a password is neither the e-mail address nor the username, in any case',
  refused,
  'password_like_login',
  'ADA.lovelace@example.test',
  'Ada.Lovelace',
  'Countess',
);
test(
  'what everybody tries first is refused, with digits and marks at its end too',
  refused,
  'password_too_common',
  ...['password', 'Password123!', 'qwertyuiop', '12345678', '87654321', 'aaaaaaaa', 'abababab', 'letmein2024'],
);

test('long, strange and spaced passwords are welcome', (t) => {
  for (const password of [
    'correct horse battery',
    'пароль-от-всего',
    '🔑🚪🏠🗝️🔒🔓🧷🪝',
    'long '.repeat(204),
    'tr0ub4dor&3',
  ]) {
    t.notThrows(() => checkPassword(password, ada));
  }
});
