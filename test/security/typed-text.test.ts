/** What is typed at the login page is read as it was meant, or not at all. */
import test from 'ava';
import { LOGIN, newVisitor, sharedProvider } from '../support/provider-fixture.ts';
import { PASSWORD } from '../support/relying-party.ts';
import { formOf, send } from './sent-form.ts';

const { latchkey, newApp } = await sharedProvider();
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

test.before(async () => {
  await latchkey.createAccount({ email: 'jürgen@bücher.example', username: 'Jürgen', password: PASSWORD });
  // Of a time when it could be set.
  await latchkey.createAccount({ email: 'broken@example.com', password: 'correct horse battery \ufffd' });
});

async function loginForm() {
  const user = newVisitor();
  return { user, form: formOf(await user.open((await newApp()).request().url), '/login') };
}

const broken: Readonly<Record<string, string>> = {
  'a byte that never begins': '%FF',
  'a byte of another encoding': 'caf%E9',
  'the end of a letter alone': '%A4bc',
  'a letter that ends early': '%E2%82x',
  'a letter that the end cuts': 'abc%F0%9F%98',
  'a letter in too many bytes': '%C0%AF',
  'half of a surrogate pair': '%ED%A0%80',
  'more than Unicode has': '%F4%90%80%80',
  'a mark of another byte order': '%FF%FEa%00',
};

for (const [what, bytes] of Object.entries(broken)) {
  test(`${what} is a bad request, in any field value or name`, async (t) => {
    for (const fields of [
      `login=${LOGIN}&password=correct%20horse%20${bytes}`,
      `login=broken@example.com&password=correct%20horse%20${bytes}`,
      `login=${bytes}&password=${encodeURIComponent(PASSWORD)}`,
      `login=${LOGIN}&password=${encodeURIComponent(PASSWORD)}&${bytes}=x`,
    ]) {
      const { user, form } = await loginForm();
      const body = `${new URLSearchParams(form.hidden)}&${fields}`;
      t.is((await send(user, form, { headers: FORM, body })).statusCode, 400, fields);
    }
  });
}

const spellings: readonly string[] = [
  `\u200b${LOGIN}`,
  `${LOGIN}\u00a0\u200e`,
  `\u202a${LOGIN}\u202c`,
  `\ufeff${LOGIN}\r\n`,
  `\u2068${LOGIN.toUpperCase()}\u2069`,
  `${LOGIN}\u00ad\u3000`,
  'jürgen@xn--bcher-kva.example',
  'JU\u0308RGEN@BÜCHER。example',
  '\u2060ju\u0308rgen\u200d',
];

test('an account is found by what was pasted from a mail, and by each form of its domain', async (t) => {
  for (const login of spellings) {
    const { user, form } = await loginForm();
    const { statusCode, headers } = await send(user, form, { fields: { login, password: PASSWORD } });
    t.is(statusCode, 303, JSON.stringify(login));
    t.truthy(headers.location);
  }
});

test('all spellings of a name that no account has are counted together', async (t) => {
  const typed = [
    'x@bücher.example',
    'x@xn--bcher-kva.example',
    '\u200bX@BÜCHER.example',
    'ｘ@bücher。example\u200e',
    'x@bu\u0308cher.example',
  ];
  for (const login of typed) {
    const { user, form } = await loginForm();
    await send(user, form, { fields: { login, password: 'wrong' } });
  }
  const failed = latchkey.logged.filter(({ event }) => event === 'sign_in.failed');
  t.is(failed.length, typed.length);
  t.is(new Set(failed.map(({ accountReference }) => accountReference)).size, 1);
});
