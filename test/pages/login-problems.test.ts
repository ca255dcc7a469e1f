/** A problem on the login page is said in text, in the title, and at the field it is about (WCAG 3.3.1). */
import test from 'ava';
import type { LoginPage } from '../../src/web/interactions/login.ts';
import { drawLogin } from './every-page.ts';

function login(page: Partial<LoginPage>): string {
  return drawLogin({ login: '', ...page });
}

function input(html: string, name: string): string {
  return html.match(new RegExp(`<input id="${name}"[^>]*>`))?.[0] ?? '';
}

const problems = [
  'wrong_credentials',
  'too_many_attempts',
  'busy',
  'missing_login',
  'missing_password',
  'other_account',
  'expected_account',
  'password_too_long',
] as const;

for (const problem of problems) {
  test(`${problem} is announced, and every described field has its description`, (t) => {
    const html = login({ problem });
    t.regex(html, /<title>Error: /);
    t.regex(html, /<div [^>]*role="alert"[^>]*>[\s\S]*?<\/div>/);
    t.is(html.match(/ autofocus/g)?.length, 1);
    const ids = [...html.matchAll(/aria-describedby="([^"]+)"/g)].map(([, id]) => id);
    for (const id of ids) t.true(html.includes(`id="${id}"`), id);
    for (const [, target] of html.matchAll(/href="#([^"]*)"/g)) t.true(html.includes(`id="${target}"`), target);
  });
}

test('a wrong login or password does not tell which of the two it was', (t) => {
  const html = login({ problem: 'wrong_credentials', login: 'ann' });
  for (const name of ['login', 'password'])
    t.regex(input(html, name), /aria-invalid="true" aria-describedby="problem"/);
});

test('a missing value marks its own field and leads to it', (t) => {
  const html = login({ problem: 'missing_password', login: 'ann' });
  t.regex(input(html, 'password'), /aria-invalid="true" aria-describedby="password-problem" autofocus/);
  t.notRegex(input(html, 'login'), /aria-invalid/);
  t.regex(html, /<a href="#password">/);
});

test('waiting is said with its time', (t) => {
  t.regex(login({ problem: 'too_many_attempts', retryAfterSeconds: 45 }), /45 seconds/);
  t.regex(login({ problem: 'busy' }), /a moment/);
});

test('without a problem the first empty field has the focus and nothing is announced', (t) => {
  const first = login({});
  t.regex(input(first, 'login'), / autofocus>$/);
  t.notRegex(first, /role="alert"|aria-invalid|Error:/);
  t.regex(input(login({ login: 'ann' }), 'password'), / autofocus>$/);
});

test('a user who is asked again is told why', (t) => {
  t.regex(login({ hint: 'sign_in_again' }), /to be sure that it is you/);
});

test('a user whose account the app does not take can sign in with another one, or go back to the app', (t) => {
  for (const problem of ['other_account', 'expected_account'] as const) {
    const html = login({ problem, expected: 'ann@example.com' });
    t.regex(html, /id="login-submit"/);
    t.regex(html, /id="abort"/);
    t.is(html.includes('ann@example.com'), problem === 'expected_account');
  }
});
