/** From the login page to a mail, a new password, and back into the app. */
import test from 'ava';
import { launch } from '../support/browser.ts';
import { mailsTo } from '../support/mails.ts';
import { openProvider } from './fixture.ts';
import { allow, enterPassword, startSignIn } from './steps.ts';

const browser = await launch();
test.after.always(() => browser.close());

const NEW_PASSWORD = 'a robin builds in spring';

for (const javaScriptEnabled of [true, false]) {
  const scripts = javaScriptEnabled ? 'scripts' : 'no-scripts';
  test.serial(`who forgot their password is back in the app after one mail (${scripts})`, async (t) => {
    const fixture = await openProvider(t, { name: 'sqlite' });
    const context = await browser.newContext({ javaScriptEnabled });
    t.teardown(() => context.close());
    const page = await context.newPage();
    const picture = (name: string) => browser.screenshot(page, `sqlite-${scripts}-recovery-${name}`);

    await startSignIn(page, fixture.app);
    await enterPassword(page, fixture, 'what was it again');
    await page.click('a#forgot-password');
    await page.fill('input[name=email]', fixture.user.email);
    await picture('1-asks');
    await page.click('button#recover-submit');
    await page.waitForSelector('h1');
    await picture('2-look');

    const [mail] = await mailsTo(fixture.latchkey, fixture.user.email);
    await page.goto(mail?.link ?? '');
    await page.fill('input[name=password]', 'robin');
    await page.click('button#reset-submit');
    await page.waitForSelector('#password-problem');
    t.is(await page.inputValue('input[name=password]'), '');
    await picture('3-too-short');
    await page.fill('input[name=password]', NEW_PASSWORD);
    await page.click('button#reset-submit');
    await page.waitForSelector('#password-changed');
    await picture('4-changed');

    await page.click('main a.button.primary');
    await enterPassword(page, fixture, NEW_PASSWORD);
    await allow(page);
    await page.waitForSelector('#greeting');
    t.is(page.url(), `${fixture.app}/`);

    // The link again: its page leads to where another one is sent, and to the app.
    await page.goto(mail?.link ?? '');
    t.is(await page.locator('#reset-submit').count(), 0);
    await picture('5-gone');
    await page.click('main a.button.primary');
    await page.waitForSelector('#recover-submit');
  });
}
