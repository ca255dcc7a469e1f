/** From the mail of a sign-in that was somebody else's to an account that is closed to them, without scripts. */
import test from 'ava';
import { launch } from '../support/browser.ts';
import { mailsTo } from '../support/mails.ts';
import { openProvider } from './fixture.ts';
import { enterPassword, signIn, startSignIn } from './steps.ts';

const browser = await launch();
test.after.always(() => browser.close());

const NEW_PASSWORD = 'a robin builds in spring';

test('whoever answers "This was not me" throws the other one out, chooses a password, and is back in', async (t) => {
  const fixture = await openProvider(t, { name: 'sqlite' });
  const { latchkey, user } = fixture;
  const open = async (options: Parameters<typeof browser.newContext>[0] = {}) => {
    const context = await browser.newContext({ javaScriptEnabled: false, ...options });
    t.teardown(() => context.close());
    return context.newPage();
  };
  const page = await open();
  const picture = (name: string) => browser.screenshot(page, `not-me-${name}`);
  await signIn(page, fixture);
  t.deepEqual(await mailsTo(latchkey, user.email), []);
  const thief = await open();
  await startSignIn(thief, fixture.app);
  await enterPassword(thief, fixture);
  await thief.goto(`${latchkey.issuer}/account`);
  await thief.waitForSelector('#profile');

  const [mail] = await mailsTo(latchkey, user.email);
  t.is(mail?.text, 'new_device');
  await page.goto(mail?.link ?? '');
  await picture('1-asks');
  await thief.reload();
  await thief.waitForSelector('#profile');
  await page.click('button#not-me-submit');
  await page.waitForSelector('#ended');
  await picture('2-new-password');
  await thief.reload();
  await thief.waitForSelector('button#login-submit');
  await page.fill('input[name=password]', NEW_PASSWORD);
  await page.click('button#reset-submit');
  await page.waitForSelector('#password-changed');
  await page.click('main a.button.primary');
  await enterPassword(page, fixture, NEW_PASSWORD);
  await page.waitForSelector('#profile');

  await enterPassword(thief, fixture);
  await thief.waitForSelector('[data-problem=wrong_credentials]');

  // The link again: its page leads to where a password is got, and nobody is thrown out.
  await page.goto(mail?.link ?? '');
  t.is(await page.locator('#not-me-submit').count(), 0);
  await page.goto(`${latchkey.issuer}/account`);
  await page.waitForSelector('#profile');
});
