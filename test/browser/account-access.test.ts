/** Somebody looks at their sessions and apps at /account, and ends what they do not want. */
import test, { type ExecutionContext } from 'ava';
import type { BrowserContext, Page } from 'playwright-core';
import { launch } from '../support/browser.ts';
import { type Fixture, openProvider } from './fixture.ts';
import { signIn } from './steps.ts';

const browser = await launch();
test.after.always(() => browser.close());

/** A device of its own. */
async function newDevice(t: ExecutionContext, options: Parameters<typeof browser.newContext>[0] = {}): Promise<Page> {
  const context: BrowserContext = await browser.newContext(options);
  t.teardown(() => context.close());
  return context.newPage();
}

async function openAccount(page: Page, { latchkey, user }: Fixture): Promise<void> {
  await page.goto(`${latchkey.issuer}/account`);
  if ((await page.locator('button#login-submit').count()) > 0) {
    await page.fill('input[name=login]', user.email);
    await page.fill('input[name=password]', user.password);
    await page.click('button#login-submit');
  }
  await page.waitForSelector('#sessions');
}

/** Tab leads there, and Enter presses it. */
async function pressByKeyboard(page: Page, selector: string): Promise<void> {
  for (let tab = 0; tab < 60; tab += 1) {
    await page.keyboard.press('Tab');
    if ((await page.locator(`${selector}:focus`).count()) > 0) return page.keyboard.press('Enter');
  }
  throw new Error(`${selector} cannot be reached by Tab`);
}

for (const javaScriptEnabled of [true, false]) {
  const scripts = `JavaScript ${javaScriptEnabled ? 'on' : 'off'}`;

  test.serial(`who ends the session of another browser signs it out, of its app too (${scripts})`, async (t) => {
    const fixture = await openProvider(t, { name: 'sqlite' });
    const [mine, other] = [await newDevice(t, { javaScriptEnabled }), await newDevice(t, { javaScriptEnabled })];
    await signIn(other, fixture);
    await openAccount(mine, fixture);
    t.is(await mine.locator('#sessions li').count(), 2);
    t.regex((await mine.textContent('#this-session')) ?? '', /Chrome on Linux[\s\S]*This session/);
    await browser.screenshot(mine, 'account-access-1-sessions');

    await mine.click('button.end-session');
    await mine.waitForSelector('#ended');
    t.is(await mine.locator('#sessions li').count(), 1);
    await browser.screenshot(mine, 'account-access-2-ended');

    // Told by the provider behind the browser.
    await other.goto(fixture.app);
    t.is(await other.locator('#ended-by-provider').count(), 1);
    await other.click('#sign-in');
    await other.waitForSelector('input[name=password]');
    await mine.goto(`${fixture.latchkey.issuer}/account`);
    await mine.waitForSelector('#sessions');
  });

  test.serial(`a revoked app cannot refresh, and asks again (${scripts})`, async (t) => {
    const fixture = await openProvider(t, { name: 'sqlite' });
    const page = await newDevice(t, { javaScriptEnabled });
    await signIn(page, fixture);
    await openAccount(page, fixture);
    await page.click('#apps summary');
    t.regex(await page.innerText('#apps'), /Fieldnotes[\s\S]*Read your notes/);
    await browser.screenshot(page, 'account-access-3-apps');

    await page.click('button.revoke-app');
    await page.waitForSelector('#no-apps');
    await browser.screenshot(page, 'account-access-4-revoked');

    await page.goto(fixture.app);
    await page.click('#refresh');
    await page.waitForSelector('#problem');
    await page.goto(fixture.app);
    await page.click('#sign-in');
    await page.waitForSelector('#consent-submit');
  });
}

test.serial('sessions are ended and apps revoked by keyboard alone', async (t) => {
  const fixture = await openProvider(t, { name: 'sqlite' });
  const [mine, other, third] = [await newDevice(t), await newDevice(t), await newDevice(t)];
  await signIn(other, fixture);
  await openAccount(third, fixture);
  await openAccount(mine, fixture);

  await pressByKeyboard(mine, '.contents a[href="#apps"]');
  await pressByKeyboard(mine, '#apps summary');
  await pressByKeyboard(mine, 'button.revoke-app');
  await mine.waitForSelector('#no-apps');
  await pressByKeyboard(mine, 'button.end-session');
  await mine.waitForSelector('#ended');
  t.is(await mine.locator('#sessions li').count(), 2);
  await pressByKeyboard(mine, 'button#end-other-sessions');
  await mine.waitForSelector('#no-other-sessions');
  t.is(await mine.locator('#sessions li').count(), 1);

  for (const page of [other, third]) {
    await page.goto(`${fixture.latchkey.issuer}/account`);
    await page.waitForSelector('input[name=password]');
  }
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [320, 1280]) {
    test.serial(`sessions, apps and activity fit: ${width} pixels, ${colorScheme}`, async (t) => {
      const fixture = await openProvider(t, { name: 'sqlite' });
      const [other, page] = [await newDevice(t), await newDevice(t, { colorScheme, viewport: { width, height: 700 } })];
      await signIn(other, fixture);
      await openAccount(page, fixture);
      await page.click('#apps summary');
      t.false(await page.evaluate('document.documentElement.scrollWidth > innerWidth'));
      await browser.screenshot(page, `account-access-${width}-${colorScheme}`);
    });
  }
}
