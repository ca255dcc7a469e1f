/** Somebody changes their name, e-mail address and password at /account, and closes the account, without JavaScript. */
import test from 'ava';
import { launch } from '../support/browser.ts';
import { mailsTo } from '../support/mails.ts';
import { openProvider } from './fixture.ts';

const browser = await launch();
test.after.always(() => browser.close());

test('everything at /account works without JavaScript', async (t) => {
  const { latchkey, user } = await openProvider(t, { name: 'sqlite' });
  const context = await browser.newContext({ javaScriptEnabled: false });
  t.teardown(() => context.close());
  const page = await context.newPage();
  const signIn = async (email: string, password: string) => {
    await page.fill('input[name=login]', email);
    await page.fill('input[name=password]', password);
    await page.click('button#login-submit');
    await page.waitForSelector('#profile');
  };

  await page.goto(`${latchkey.issuer}/account`);
  await signIn(user.email, user.password);
  await browser.screenshot(page, 'account-1-page');
  await page.fill('input[name=name]', 'Robin');
  await page.click('button#name-submit');
  await page.waitForSelector('#saved');
  t.is(await page.inputValue('input[name=name]'), 'Robin');

  const email = 'redbreast@example.com';
  await page.fill('input[name=email]', email);
  await page.click('button#email-submit');
  await page.waitForSelector('#pending-email');
  await browser.screenshot(page, 'account-2-address-waits');
  const [mail] = await mailsTo(latchkey, email);
  await page.goto(mail?.link ?? '');
  await browser.screenshot(page, 'account-3-link');
  await page.click('button#confirm-submit');
  await page.click('a.button.primary');
  t.true((await page.textContent('#profile'))?.includes(email));

  await page.fill('input[name=password]', 'a robin builds in spring');
  await page.click('button#password-submit');
  await browser.screenshot(page, 'account-4-password-changed');
  await page.click('a.button.primary');
  await signIn(email, 'a robin builds in spring');

  await page.check('input[name=understood]');
  await page.click('button#close-submit');
  await page.waitForSelector('[data-message=closed]');
  await browser.screenshot(page, 'account-5-closed');
  t.is(await latchkey.installation.accounts.get(user.id), undefined);
});
