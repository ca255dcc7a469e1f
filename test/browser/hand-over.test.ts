/** In a real browser, the pages that post themselves do so, and without JavaScript by their button. */
import test from 'ava';
import type { Page } from 'playwright-core';
import { launch } from '../support/browser.ts';
import { listen } from '../support/listener.ts';
import { LOGIN, OTHER_LOGIN, sharedProvider } from '../support/provider-fixture.ts';
import { PASSWORD } from '../support/relying-party.ts';

const browser = await launch();
const { latchkey, newApp } = await sharedProvider();
const { issuer } = latchkey;
test.after.always(() => browser.close());

const HOSTILE = `"'></form><script>document.title='x'</script>&amp;&quot; <%= 1 %> ü 🗝️ ${'s'.repeat(2000)}`;

async function enterPassword(page: Page, login: string): Promise<void> {
  await page.fill('input[name=login]', login);
  await page.fill('input[name=password]', PASSWORD);
  await page.click('#login-submit');
}

for (const javaScriptEnabled of [true, false]) {
  const scripts = `JavaScript ${javaScriptEnabled ? 'on' : 'off'}`;

  test.serial(`form_post, another person and signing out hand over (${scripts})`, async (t) => {
    const { server, origin } = await listen(t);
    const posted: Record<string, string>[] = [];
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const path = request.url ?? '';
        posted.push({ path, ...Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString())) });
        response.end('<h1 id="app">app</h1>');
      });
    });
    const redirectUri = `${origin}/callback?a=1&b=%22`;
    const app = await newApp({ redirect_uris: [redirectUri] });
    const request = (parameters: Readonly<Record<string, string>> = {}): string =>
      app.request({ redirect_uri: redirectUri, response_mode: 'form_post', state: HOSTILE, ...parameters }).url;

    const context = await browser.newContext({ javaScriptEnabled });
    t.teardown(() => context.close());
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    const goOn = async (): Promise<void> => {
      if (!javaScriptEnabled) await page.click('#hand-over-submit');
    };

    await page.goto(request());
    await enterPassword(page, LOGIN);
    await page.click('#consent-submit');
    await goOn();
    await page.waitForSelector('#app');
    t.like(posted.at(-1), { path: '/callback?a=1&b=%22', state: HOSTILE, iss: issuer });
    t.true((posted.at(-1)?.code ?? '').length > 20);

    await page.goto(request({ prompt: 'login' }));
    await enterPassword(page, OTHER_LOGIN);
    await goOn();
    await page.click('#abort');
    await goOn();
    await page.waitForSelector('#app');
    t.like(posted.at(-1), { error: 'access_denied', state: HOSTILE });

    await page.goto(`${issuer}/session/end`);
    await page.click('#logout-confirm');
    await page.waitForURL(`${issuer}/session/end/success**`);
    await page.goto(`${issuer}/session/end`);
    await goOn();
    await page.waitForURL(`${issuer}/session/end/success**`);
    t.deepEqual(
      complaints.filter((text) => !text.includes('favicon')),
      [],
    );
    t.is(posted.filter(({ path }) => path?.startsWith('/callback')).length, 2, 'each answer is posted once');
  });
}
