/** Staying signed in and choosing an account, in a real browser: by keyboard and pointer, with and without JavaScript. */
import test from 'ava';
import type { Page } from 'playwright-core';
import { launch } from '../support/browser.ts';
import { listen } from '../support/listener.ts';
import { LOGIN, OTHER_LOGIN, sharedProvider } from '../support/provider-fixture.ts';
import { PASSWORD } from '../support/relying-party.ts';

const browser = await launch();
const { newApp } = await sharedProvider();
test.after.always(() => browser.close());

async function signInAs(page: Page, login: string): Promise<void> {
  await page.fill('input[name=login]', login);
  await page.fill('input[name=password]', PASSWORD);
  await page.click('#login-submit');
}

for (const javaScriptEnabled of [true, false]) {
  const scripts = `JavaScript ${javaScriptEnabled ? 'on' : 'off'}`;

  test.serial(`two people share a browser: each chooses their account, and one is removed (${scripts})`, async (t) => {
    const { server, origin } = await listen(t);
    server.on('request', (_request, response) => response.end('<h1 id="app">app</h1>'));
    const app = await newApp({ redirect_uris: [`${origin}/callback`], first_party: true });
    const request = (parameters: Readonly<Record<string, string>> = {}): string =>
      app.request({ redirect_uri: `${origin}/callback`, ...parameters }).url;
    const context = await browser.newContext({ javaScriptEnabled });
    t.teardown(() => context.close());
    const page = await context.newPage();
    const goOn = async (): Promise<void> => {
      if (!javaScriptEnabled) await page.click('#hand-over-submit');
    };

    await page.goto(request());
    t.true(await page.isChecked('input[type=checkbox][name=remember]'));
    t.is(await page.locator('#choose-account').count(), 0);
    await signInAs(page, OTHER_LOGIN);
    await page.waitForSelector('#app');

    await page.goto(request({ prompt: 'select_account' }));
    t.is(await page.locator('button[name=account]').count(), 1);
    await browser.screenshot(page, `select-account-one-${javaScriptEnabled}`);
    await page.click('#other-account');
    t.is(await page.inputValue('input[name=login]'), '');
    t.true((await page.innerText('#switching')).includes(OTHER_LOGIN));
    await signInAs(page, LOGIN);
    await goOn();
    await page.waitForSelector('#app');

    await page.goto(request({ prompt: 'select_account' }));
    const choices = page.locator('button[name=account]');
    t.is(await choices.count(), 2);
    t.true((await choices.nth(0).innerText()).includes('Signed in'));
    await browser.screenshot(page, `select-account-two-${javaScriptEnabled}`);
    await choices.nth(1).focus();
    await page.keyboard.press('Enter');
    t.is(await page.inputValue('input[name=login]'), OTHER_LOGIN);
    t.is(await page.inputValue('input[name=password]'), '');
    await page.goBack();

    await page.goto(request({ prompt: 'select_account' }));
    await page.getByRole('button', { name: `Remove ${OTHER_LOGIN} from this list` }).click();
    t.is(await choices.count(), 1);
    await choices.nth(0).click();
    await page.waitForSelector('#app');
  });

  test.serial(`unticked, nothing is left when the browser is closed (${scripts})`, async (t) => {
    const { server, origin } = await listen(t);
    server.on('request', (_request, response) => response.end('<h1 id="app">app</h1>'));
    const app = await newApp({ redirect_uris: [`${origin}/callback`], first_party: true });
    const context = await browser.newContext({ javaScriptEnabled });
    t.teardown(() => context.close());
    const page = await context.newPage();
    await page.goto(app.request({ redirect_uri: `${origin}/callback` }).url);
    await page.getByLabel('Stay signed in').uncheck();
    await signInAs(page, LOGIN);
    await page.waitForSelector('#app');
    const kept = (await context.cookies()).filter(({ expires }) => expires > 0).map(({ name }) => name);
    // What tells browsers apart, and names a sign-in that is over, says nothing of who used it.
    t.deepEqual(
      kept.filter((name) => !/^latchkey_(?:browser|interaction)/.test(name)),
      [],
    );
  });
}
