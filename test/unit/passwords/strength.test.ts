/** How strong a password looks: the server and the script of the page say the same. */
import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import test from 'ava';
import { MAX_PASSWORD_CHARACTERS, MIN_PASSWORD_CHARACTERS } from '../../../src/domain/passwords/length.ts';
import { type Strength, strengthOf } from '../../../src/domain/passwords/strength.ts';

const script = readFileSync(new URL('../../../views/assets/password-strength.js', import.meta.url), 'utf8');
const browser = createContext({ document: { querySelectorAll: () => [] } });
runInContext(script, browser);
const limits = { least: MIN_PASSWORD_CHARACTERS, most: MAX_PASSWORD_CHARACTERS };
const strengthInBrowser = (password: string, words: readonly string[]): Strength =>
  browser.strengthOf(password, words, limits);

const own = ['Ada Lovelace', 'ada.king@bücher-shop.example', ''];
const table: Readonly<Record<Strength, readonly string[]>> = {
  too_short: ['', 'a9!xQ2#', '🔑🔑🔑🔑🔑🔑🔑', 'é4é4é4é'.normalize('NFD')],
  too_long: ['x9'.repeat(129), '🗝'.repeat(257), 'ü'.repeat(257)],
  own: ['Lovelace1815', 'lovelace!!', 'xLOVELACEx', 'king-lovelace', 'bücher-shop1', 'b\u0075\u0308cher1234'],
  weak: [
    ...[
      'password',
      'summer2026',
      'Summer2026!',
      'aaaaaaaaaaaaaaaa',
      '1234567890123456',
      'abcdefghijklmnop',
      '11111111111111111111',
    ],
    ...['abababababababababababab', 'purplehorse', '🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑', '20260101', 'AAAAbbbb'],
  ],
  fair: ['purple horses', 'xK7#qP9!', 'correcthorsebattery', 'aR7kQ2mX9b', 'пароль-наш-дом'.slice(0, 13)],
  strong: [
    ...[
      'correct horse battery staple',
      'correct horse battery',
      'xK7#qP9!mW2$',
      'lovelace rides purple horses',
      'пароль-от-всего-дома',
    ],
    ...['aR7kQ2mX9bT4z', 'x9'.repeat(1).concat('qWm4!zTbK8'), 'é'.normalize('NFD').concat('tranger sous la pluie')],
  ],
};

for (const [strength, passwords] of Object.entries(table)) {
  test(`what is ${strength} is so on the server and in the browser`, (t) => {
    for (const password of passwords) {
      t.is(strengthOf(password, own), strength as Strength, password);
      t.is(strengthInBrowser(password, own), strength as Strength, password);
    }
  });
}

test('the server and the browser agree on whatever is typed', (t) => {
  const parts = [
    'a',
    'B',
    '7',
    '!',
    'ada',
    'king',
    ' ',
    'ß',
    '12345',
    'é',
    'e\u0301',
    '🗝',
    'aaaa',
    'Lovelace',
    '\ud800',
    '\0',
    'İ',
  ];
  for (let number = 1; number < 20_000; number += 7) {
    let password = '';
    for (let rest = number * 7919; rest > 0; rest = Math.floor(rest / parts.length))
      password += parts[rest % parts.length];
    t.is(strengthInBrowser(password, own), strengthOf(password, own), password);
  }
});
