/** Whoever signs in where the account does not know the browser causes one mail, which says when, where and in what. */
import test from 'ava';
import { begins, confirms } from '../registration/registering.ts';
import { mailsTo } from '../support/mails.ts';
import { newVisitor, sharedProvider } from '../support/provider-fixture.ts';
import { PASSWORD } from '../support/relying-party.ts';
import { atAccount, isLoginPage, signInAt } from './fixture.ts';

const fixture = await sharedProvider();
const { latchkey } = fixture;
const { issuer } = latchkey;
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0';

const noticesTo = async (email: string) => (await mailsTo(latchkey, email)).filter(({ text }) => text === 'new_device');

test('the first sign-in of an account tells nobody, and neither does one in a browser that it knows', async (t) => {
  const { account, user } = await atAccount(fixture);
  await user.submit(await user.open(`${issuer}/account/proof`), 'login-submit', {
    login: account.email,
    password: PASSWORD,
  });
  t.deepEqual(await noticesTo(account.email), []);
});

test('a sign-in in another browser is told to the address, in the language of the page', async (t) => {
  const { account } = await atAccount(fixture);
  const headers = { 'user-agent': FIREFOX, 'accept-language': 'de' };
  await signInAt(fixture, account, newVisitor({ headers }));
  const [notice, ...others] = await noticesTo(account.email);
  t.deepEqual(others, []);
  t.true(notice?.link?.startsWith(`${issuer}/not-me/`));
  t.regex(notice?.body ?? '', /Wo: Firefox unter Linux\n/);
  t.regex(notice?.body ?? '', /Wann: .*2\d{3}.* UTC\n/);
  t.regex(notice?.body ?? '', /Von der Netzwerkadresse (127|10)\./);
});

test('whatever a browser calls itself, the mail has names alone that we know', async (t) => {
  const { account } = await atAccount(fixture);
  for (const userAgent of ['evil.example/1.0 (http://evil.example)', ''])
    await signInAt(fixture, account, newVisitor({ headers: { 'user-agent': userAgent } }));
  const notices = await noticesTo(account.email);
  t.is(notices.length, 2);
  for (const { body, html } of notices) {
    t.regex(body, /Where: Unknown device/);
    t.false(`${body}${html}`.includes('evil'));
  }
});

test('a wrong password in another browser is no sign-in', async (t) => {
  const { account } = await atAccount(fixture);
  const user = newVisitor();
  const fields = { login: account.email, password: 'wrong' };
  t.true(isLoginPage(await user.submit(await user.open(`${issuer}/account`), 'login-submit', fields)));
  t.deepEqual(await noticesTo(account.email), []);
});

test('whoever registers is told nothing, and then of the next browser', async (t) => {
  const { user, email } = await begins(fixture, { fields: { password: PASSWORD } });
  await confirms(fixture, email, user);
  t.deepEqual(await noticesTo(email), []);
  await signInAt(fixture, { email });
  t.is((await noticesTo(email)).length, 1);
});
