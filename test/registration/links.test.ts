/** Which link of a registration is good, what it shows, and where it leads when it is not. */
import test from 'ava';
import { advance, stopTime } from '../protocol/time.ts';
import { mailsTo } from '../support/mails.ts';
import { newVisitor, sharedProvider } from '../support/provider-fixture.ts';
import { begins, confirms, isConsent, linkTo, NEW_PASSWORD, newAddress, problemOf, shownCode } from './registering.ts';

stopTime();
const fixture = await sharedProvider();
const { latchkey, newApp } = fixture;

test.serial('whoever else registers with the address ends no link', async (t) => {
  const first = await begins(fixture);
  const link = await linkTo(fixture, first.email);
  advance(1);
  await begins(fixture, { email: first.email.toUpperCase() });
  t.true(isConsent(await first.user.submit(await first.user.open(link), 'confirm-submit')));
});

test.serial('a corrected address ends the link to the earlier one, whether it is mailed or not', async (t) => {
  for (const corrected of [newAddress(), (await fixture.newAccount()).email]) {
    const { user, email, register } = await begins(fixture);
    const link = await linkTo(fixture, email);
    await user.submit(register, 'register-submit', { email: corrected, password: NEW_PASSWORD });
    t.is((await user.open(link)).status, 410);
  }
});

test.serial('the form posted beyond the quota keeps the link, the code and the guesses at it', async (t) => {
  const { user, email, register, waiting } = await begins(fixture);
  const post = () => user.submit(register, 'register-submit', { email, name: 'W', password: NEW_PASSWORD });
  for (let time = 0; time < 4; time += 1) await post();
  t.is((await mailsTo(latchkey, email)).length, 3);
  const code = shownCode(await confirms(fixture, email, newVisitor()));
  for (let guess = 0; guess < 4; guess += 1) await user.submit(waiting, 'code-submit', { code: 'AAAA-AAAA' });
  await post();
  await user.submit(waiting, 'send-again');
  t.is(problemOf(await user.submit(waiting, 'code-submit', { code: 'AAAA-AAAA' })), 'wrong_code');
  t.is(problemOf(await user.submit(waiting, 'code-submit', { code })), 'wrong_code');

  const other = await begins(fixture);
  for (let time = 0; time < 3; time += 1)
    await other.user.submit(other.register, 'register-submit', { email: other.email, password: NEW_PASSWORD });
  const shown = shownCode(await confirms(fixture, other.email, newVisitor()));
  await other.user.submit(other.register, 'register-submit', { email: other.email, password: NEW_PASSWORD });
  t.true(isConsent(await other.user.submit(other.waiting, 'code-submit', { code: shown })));
});

test.serial('the addresses of the forms lead back, and do nothing', async (t) => {
  const { user, waiting, email } = await begins(fixture);
  for (const verb of ['code', 'again']) {
    const page = await user.open(waiting.url.replace('?', `/${verb}?`));
    t.is(page.url, waiting.url.replace(/&strength=\w+/, ''));
  }
  t.is((await user.open(`${latchkey.issuer}/confirm`)).status, 410);
  t.is((await mailsTo(latchkey, email)).length, 1);
});

test.serial('what was typed where it began is not shown to whoever opens the link elsewhere', async (t) => {
  const { email } = await begins(fixture, { name: 'Call 555 0100' });
  t.false((await confirms(fixture, email, newVisitor())).body.includes('555'));
});

test.serial('a link that is gone leads back to the app that it names', async (t) => {
  const app = await newApp({ client_uri: 'https://app.example.com/home' });
  const { email, user } = await begins(fixture, { app });
  const link = await linkTo(fixture, email);
  await confirms(fixture, email, user);
  const page = await newVisitor().open(link);
  t.is(page.status, 410);
  t.true(page.body.includes('https://app.example.com/home'));
});
