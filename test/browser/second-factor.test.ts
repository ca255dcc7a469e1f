/** The second factor of a sign-in, as people meet it. */
import test from 'ava';
import { Secret, TOTP } from 'otpauth';
import { launch } from '../support/browser.ts';
import { giveFactors } from '../support/factors.ts';
import { mailsTo } from '../support/mails.ts';
import { openProvider } from './fixture.ts';
import { enterPassword, startSignIn } from './steps.ts';

const browser = await launch();
test.after.always(() => browser.close());

for (const javaScriptEnabled of [true, false]) {
  const scripts = javaScriptEnabled ? 'scripts' : 'no-scripts';
  test.serial(
    `the code of an app, or a recovery code, completes a sign-in with the keyboard alone (${scripts})`,
    async (t) => {
      const fixture = await openProvider(t, { name: 'sqlite' });
      const { code, recoveryCodes } = await giveFactors(fixture.user.id, fixture.latchkey.installation);
      const context = await browser.newContext({ javaScriptEnabled, viewport: { width: 390, height: 844 } });
      t.teardown(() => context.close());
      const page = await context.newPage();

      await startSignIn(page, fixture.app);
      await enterPassword(page, fixture);
      await page.waitForSelector('#mfa-submit');
      t.is(await page.locator('input[name=code]:focus').count(), 1);
      await browser.screenshot(page, `sqlite-${scripts}-30-second-factor`);

      await page.keyboard.type('000 000');
      await page.keyboard.press('Enter');
      await page.waitForSelector('#problem');
      t.is(await page.inputValue('input[name=code]'), '');
      await browser.screenshot(page, `sqlite-${scripts}-31-second-factor-wrong`);
      await page.keyboard.type(code().replace(/(?=\d{3}$)/, ' '));
      await page.check('#remember-device');
      await page.click('#mfa-submit');
      await page.click('#consent-submit');
      await page.waitForSelector('#greeting');
      t.true((await page.textContent('#id-token-claims'))?.includes('mfa'));

      // The same browser is not asked again; another one is, and takes a recovery code.
      await page.click('#sign-out');
      const other = await (await browser.newContext({ javaScriptEnabled })).newPage();
      t.teardown(() => other.context().close());
      await startSignIn(other, fixture.app);
      await enterPassword(other, fixture);
      await other.click('#use-recovery-code');
      t.is(await other.locator('input[name=recovery_code]:focus').count(), 1);
      await other.keyboard.type((recoveryCodes[3] ?? '').toLowerCase());
      await other.keyboard.press('Enter');
      await other.waitForSelector('#greeting');
    },
  );
}

for (const javaScriptEnabled of [true, false]) {
  const scripts = javaScriptEnabled ? 'scripts' : 'no-scripts';
  test.serial(
    `whoever must have a second factor takes a mailed code, or adds an app, inside of the sign-in (${scripts})`,
    async (t) => {
      const fixture = await openProvider(t, { name: 'sqlite' }, undefined, { REQUIRE_SECOND_FACTOR: 'everybody' });
      const viewport = { width: 320, height: 800 };
      const context = await browser.newContext({ javaScriptEnabled, viewport, colorScheme: 'dark' });
      t.teardown(() => context.close());
      const page = await context.newPage();
      await startSignIn(page, fixture.app);
      await enterPassword(page, fixture);
      await page.waitForSelector('#totp-confirm');
      await browser.screenshot(page, `sqlite-${scripts}-32-enrolment`);

      await page.click('#send-code-mail');
      await page.waitForSelector('#send-code');
      await browser.screenshot(page, `sqlite-${scripts}-33-sent-code`);
      const [mail] = (await mailsTo(fixture.latchkey, fixture.user.email)).slice(-1);
      await page.fill('input[name=code]', /\b\d{6}\b/.exec(mail?.body ?? '')?.[0] ?? '');
      await page.click('#mfa-submit');
      await page.click('#consent-submit');
      await page.waitForSelector('#greeting');
      t.false((await page.textContent('#id-token-claims'))?.includes('mfa'));

      // The app offers one, and takes no for an answer.
      await page.click('#decline-second-factor');
      await page.waitForSelector('#greeting');
      t.is(await page.locator('#second-factor-offer').count(), 0);

      await context.clearCookies();
      await startSignIn(page, fixture.app);
      await enterPassword(page, fixture);
      const secret = (await page.textContent('#totp-secret'))?.replaceAll(' ', '') ?? '';
      await page.fill('input[name=code]', new TOTP({ secret: Secret.fromBase32(secret) }).generate());
      await page.click('#totp-confirm');
      await page.waitForSelector('#recovery-codes li');
      await browser.screenshot(page, `sqlite-${scripts}-34-factor-added`);
      await page.click('#mfa-submit');
      await page.waitForSelector('#greeting');
      t.true((await page.textContent('#id-token-claims'))?.includes('urn:latchkey:acr:mfa'));
    },
  );
}
