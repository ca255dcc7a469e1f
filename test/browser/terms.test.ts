/** The page that asks for the terms of service, with the keyboard alone. */
import test from 'ava';
import { launch } from '../support/browser.ts';
import { openProvider } from './fixture.ts';
import { enterPassword, startSignIn } from './steps.ts';

const browser = await launch();
test.after.always(() => browser.close());

for (const javaScriptEnabled of [true, false]) {
  const scripts = javaScriptEnabled ? 'scripts' : 'no-scripts';
  test.serial(`who accepts the terms goes on to the app (${scripts})`, async (t) => {
    const settings = { TERMS_URL: 'https://example.com/terms', TERMS_VERSION: '2026-11' };
    const fixture = await openProvider(t, { name: 'sqlite' }, undefined, settings);
    const context = await browser.newContext({ javaScriptEnabled });
    t.teardown(() => context.close());
    const page = await context.newPage();
    await startSignIn(page, fixture.app);
    await enterPassword(page, fixture);
    await page.waitForSelector('#terms-submit');
    t.is(await page.locator('input#terms:focus').count(), 1);
    await browser.screenshot(page, `sqlite-${scripts}-20-terms`);

    await page.keyboard.press('Tab');
    t.is(await page.locator('label[for=terms] a[target=_blank]:focus').count(), 1);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    t.is(await page.locator('#consent-submit').count(), 0, 'the browser asks for the box');

    // As a browser sends it that checks nothing.
    await page.locator('form:has(#terms-submit)').evaluate((form) => form.setAttribute('novalidate', ''));
    await page.click('#terms-submit');
    await page.waitForSelector('#terms-problem');
    t.is(await page.locator('input#terms:focus').count(), 1);
    await browser.screenshot(page, `sqlite-${scripts}-21-terms-missing`);

    await page.keyboard.press('Space');
    await page.keyboard.press('Enter');
    await page.click('#consent-submit');
    await page.waitForSelector('#greeting');
    t.is((await fixture.latchkey.installation.accounts.get(fixture.user.id))?.acceptedTerms?.version, '2026-11');
  });
}
