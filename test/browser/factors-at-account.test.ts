/** Somebody sets up an authenticator app at /account, signs in with it, and removes it again, without JavaScript. */
import test from 'ava';
import { launch } from '../support/browser.ts';
import { ManualClock } from '../support/clock.ts';
import { codeOfSecret } from '../support/factors.ts';
import { openProvider } from './fixture.ts';

const browser = await launch();
test.after.always(() => browser.close());

test('an authenticator app is added, asked for and removed without JavaScript', async (t) => {
  const clock = new ManualClock();
  const { latchkey, user } = await openProvider(t, { name: 'sqlite' }, clock);
  const context = await browser.newContext({ javaScriptEnabled: false });
  t.teardown(() => context.close());
  const page = await context.newPage();
  const signIn = async () => {
    await page.fill('input[name=login]', user.email);
    await page.fill('input[name=password]', user.password);
    await page.click('button#login-submit');
  };
  const address = `${latchkey.issuer}/account`;

  await page.goto(address);
  await signIn();
  await page.waitForSelector('#factors');
  await browser.screenshot(page, 'factors-1-none');
  await page.click('#factors #totp-start');
  const secret = ((await page.textContent('#totp-secret')) ?? '').replaceAll(' ', '');
  await browser.screenshot(page, 'factors-2-key');
  await page.fill('input[name=code]', '000');
  await page.click('button#totp-confirm');
  await page.waitForSelector('#problem');
  await browser.screenshot(page, 'factors-3-wrong-code');
  await page.fill('input[name=code]', codeOfSecret(secret, clock.now()));
  await page.click('button#totp-confirm');
  await page.waitForSelector('#recovery-codes li');
  t.is(await page.locator('#recovery-codes li').count(), 10);
  await browser.screenshot(page, 'factors-4-recovery-codes');
  const recoveryCode = (await page.textContent('#recovery-codes li')) ?? '';
  await page.click('a.button.primary');
  await page.waitForSelector('.remove-factor');
  await browser.screenshot(page, 'factors-5-list');

  // In another browser, with the password alone: the app is asked for, and what was remembered raises nothing.
  await context.clearCookies();
  await page.goto(address);
  await signIn();
  clock.advance(30);
  await page.fill('input[name=code]', codeOfSecret(secret, clock.now()));
  await page.check('input[name=remember_device]');
  await page.click('button#mfa-submit');
  await page.waitForSelector('.forget-device');
  await browser.screenshot(page, 'factors-6-remembered');
  await page.goto(`${latchkey.issuer}/account/proof?section=factors`);
  await signIn();
  await page.click('.remove-factor');
  await page.waitForSelector('#stronger-proof');
  await browser.screenshot(page, 'factors-7-stronger-proof');
  await page.fill('input[name=recovery_code]', recoveryCode);
  await page.click('button#recovery-code-submit');
  await page.click('.remove-factor');
  await page.waitForSelector('#no-factors');
  await browser.screenshot(page, 'factors-8-removed');
  t.is(await page.locator('.forget-device').count(), 0);
});
