/** Which passwords may be set. */
import { createHash } from 'node:crypto';
import test from 'ava';
import type { DomainErrorCode } from '../../../src/domain/domain-error.ts';
import { checkPassword } from '../../../src/domain/passwords/password-policy.ts';
import { rejectsWith } from '../../support/domain-errors.ts';

const ada = {
  email: 'ada.king-lovelace84@bücher-shop.example.com',
  username: 'countess',
  name: 'Ada Lovelace',
  brandName: 'ACME Portal',
};

const longest = createHash('sha512').update('longest').digest('hex').repeat(2);

const refused = test.macro(async (t, code: DomainErrorCode, ...passwords: readonly string[]) => {
  for (const password of passwords) {
    await rejectsWith(t, code, () => checkPassword(password, ada));
  }
});

test(
  'a password has at least 8 characters, however many bytes or code points they are typed with',
  refused,
  'password_too_short',
  ...['', 'a9!x', '🔑🚪🏠🗝️x', 'é4é4é4é'.normalize('NFD'), '한국어길'.normalize('NFD')],
);

test(
  'a password has at most 256 characters',
  refused,
  'password_too_long',
  ...['x9'.repeat(129), 'ü'.repeat(257), '🗝'.repeat(257), 'a'.repeat(2 ** 20), `${'x'.repeat(256)}\0`],
);

test(
  'what everybody tries first is refused, with what everybody adds to it',
  refused,
  'password_too_common',
  ...[
    'password',
    'Password123!',
    'letmein2024',
    'summer2026',
    'qwerty12345a',
    'Pass-word 2026',
    '2026summer',
    '!monkey99!',
  ],
  ...[
    'dragon..',
    'iloveyou<3',
    'MONKEY_monkey',
    'baseball1!',
    'p.a.s.s.w.o.r.d',
    'sunshine007',
    '12monkey',
    'love2026!',
  ],
);

test(
  'digits and signs in place of letters hide no common password, nor do accents, capitals and invisible characters',
  refused,
  'password_too_common',
  ...[
    'P@ssw0rd!',
    'pa55word1!',
    '$ummer2026',
    'f00tb@ll',
    '5un5h1ne',
    'ｐａｓｓｗｏｒｄ１',
    'pàsswörd',
    'pass\u200bword',
    'раssword',
  ],
  ...['paßword1', '𝓅𝒶𝓈𝓈𝓌𝑜𝓇𝒹', 'PASSWORD\u00ad', 'l3tm31n!', 'ﬁreﬁghter'.replace('ﬁghter', 'ball11')],
);

test(
  'what is typed twice, backwards or along the keyboard is refused',
  refused,
  'password_too_common',
  ...['passwordpassword', 'password password', 'summer26summer26', 'monkey1monkey1monkey1', 'drowssap1', 'nogard2026'],
  ...['aaaaaaaa', '🔑🔑🔑🔑🔑🔑🔑🔑', 'abababab', 'abcabcabc', 'aabbccdd', 'a1b2c3d4', 'long '.repeat(50), 'xyxyxyxyx'],
  ...[
    '12345678',
    '87654321',
    '9876543210',
    '1-2-3-4-5-6-7-8',
    'abcdefgh1',
    'hgfedcba',
    'abcdef123456',
    'абвгдежз',
    'αβγδεζηθ',
  ],
  ...[
    'qwertzuiop',
    'qwertyuiop',
    'azertyuiop',
    'poiuytrewq',
    'asdfghjkl;',
    '1qaz2wsx3edc',
    'йцукенгш',
    '!@#$%^&*',
    'qwer1234',
  ],
);

test(
  'what anybody knows about the owner is no password, in any order and with digits around it',
  refused,
  'password_like_login',
  ...[
    'Lovelace1815',
    'ADA.KING-lovelace84@bücher-shop.example.com',
    'ada.king-lovelace84',
    'Countess!!',
    'king_lovelace',
  ],
  ...[
    'L0vel@ce!',
    'lovelaceada99',
    'ada-lovelace',
    'alovelace1',
    'ecalevol1',
    'ｌｏｖｅｌａｃｅ',
    'Lovelace Lovelace',
    '1815lovelace1852',
  ],
  ...[
    'bucher-shop1',
    'bücher.shop',
    'BücherShop2026',
    'example.com',
    'iloveLovelace',
    'lovelacepassword1',
    'countess12345678',
  ],
);

test(
  'the name of the service is no password',
  refused,
  'password_like_login',
  ...[
    'AcmePortal1',
    'portal-acme',
    'latchkey2026',
    'L4tchk3y!',
    'latchkeyadmin',
    'latchkeyqwerty',
    'myLatchkey',
    'yekhctal1',
  ],
);

test('names too short to count by themselves count together', async (t) => {
  const ann = { email: 'al@x.example', name: 'Ann Lee', brandName: 'Latchkey' };
  for (const password of ['annlee123', 'lee.ann!', 'leeann2026', 'AnnLeeAl']) {
    await rejectsWith(t, 'password_like_login', () => checkPassword(password, ann));
  }
  t.notThrows(() => checkPassword('annual leek soup', ann));
});

for (const [what, owner] of Object.entries({
  'without anything known': { brandName: 'Latchkey' },
  'with a name, an address and a username': ada,
  'with a name in another alphabet': { name: 'Ада Лавлейс', email: 'a@b.example', brandName: '門' },
  'with a name full of signs': { name: '$(.*)+[a-z]{9}\\', email: '+@x.example', brandName: '.*' },
})) {
  test(`long, strange and spaced passwords are welcome ${what}`, (t) => {
    for (const password of [
      ...['correct horse battery', 'correct horse battery staple', 'пароль-от-всего', '🔑🚪🏠🗝️🔒🔓🧷🪝', 'tr0ub4dor&3'],
      ...['xK9#mQ2$vL', 'q7Rw-z3Np', 'purple-elephant-dances', 'correct battery staple', longest, 'secret\0nul byte'],
      ...[
        'lovelace rides purple horses',
        'my dear countess of nothing',
        'latchkey opens the garden',
        'acme makes good anvils',
      ],
      'lovelace-password-dragon-monkey',
    ]) {
      t.notThrows(() => checkPassword(password, owner), password);
    }
  });
}

test('a password is judged in bounded time, whatever it is made of', (t) => {
  for (const part of ['1', 'a', '1a', '!@$1', '7391028465', 'password', '\u0301', '-']) {
    const password = Array.from({ length: 256 }, (_, index) => part[(index * index) % part.length]).join('');
    t.notThrows(() => {
      try {
        checkPassword(password, { ...ada, name: 'a'.repeat(10_000) });
      } catch (error) {
        t.is((error as Error).name, 'DomainError');
      }
    });
  }
});
