/** In a real browser, whose cookies do not come along with a POST from another site: it is signed in all the same. */
import test, { type ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import { launch } from '../support/browser.ts';
import { listen } from '../support/listener.ts';
import { LOGIN, redeem, sharedProvider } from '../support/provider-fixture.ts';
import { CALLBACK, PASSWORD } from '../support/relying-party.ts';

const browser = await launch();
const { latchkey, newApp } = await sharedProvider();
const { issuer } = latchkey;
test.after.always(() => browser.close());

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');

function formPage(action: string, parameters: Iterable<readonly [string, string]>): string {
  const inputs = Array.from(
    parameters,
    ([name, value]) => `<input type="hidden" name="${name}" value="${escaped(value)}">`,
  );
  return `<!doctype html><form method="post" action="${action}">${inputs.join('')}<button id="send">Send</button></form>`;
}

/** An app at another site than the provider: `localhost` and `127.0.0.1` share no cookie. */
async function openSite(t: ExecutionContext) {
  const { server, origin } = await listen(t);
  let shown = '';
  server.on('request', (request, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end(request.url === '/form' ? shown : '<h1 id="app">app</h1>');
  });
  const site = origin.replace('localhost', '127.0.0.1');
  const context = await browser.newContext();
  t.teardown(() => context.close());
  const page = await context.newPage();
  const visited: string[] = [];
  page.on('request', (sent) => visited.push(sent.url(), sent.headers().referer ?? ''));
  return {
    ...{ site, page, visited },
    async post(path: string, parameters: Iterable<readonly [string, string]>): Promise<Page> {
      shown = formPage(`${issuer}${path}`, parameters);
      await page.goto(`${site}/form`);
      await page.click('#send');
      return page;
    },
  };
}

test.serial('a form of another site signs in silently and signs out, and no address shows the hint', async (t) => {
  const { site, page, visited, post } = await openSite(t);
  const [redirectUri, after] = [`${site}/callback`, `${site}/signed-out`];
  const app = await newApp({ redirect_uris: [redirectUri, CALLBACK], post_logout_redirect_uris: [after] });
  const request = (parameters = {}) => {
    const { url, verifier } = app.request({ redirect_uri: redirectUri, ...parameters });
    return { parameters: new URL(url).searchParams, verifier };
  };

  const first = request();
  await post('/auth', first.parameters);
  await page.fill('input[name=login]', LOGIN);
  await page.fill('input[name=password]', PASSWORD);
  await page.click('#login-submit');
  await page.click('#consent-submit');
  await page.waitForSelector('#app');
  const code = new URL(page.url()).searchParams.get('code') ?? '';
  const { body } = await redeem(app, { code, verifier: first.verifier }, { redirect_uri: redirectUri });
  const hint = String(body.id_token);

  await post('/auth', request({ prompt: 'none', id_token_hint: hint }).parameters);
  await page.waitForURL(`${redirectUri}?**`);
  t.truthy(new URL(page.url()).searchParams.get('code'), page.url());

  await post('/session/end', [
    ['id_token_hint', hint],
    ['post_logout_redirect_uri', after],
  ]);
  await page.waitForSelector('#logout-confirm');
  t.true(page.url().startsWith(`${issuer}/session/end?`));
  await page.reload();
  await page.click('#logout-confirm');
  await page.waitForURL(after);

  t.true(visited.some((url) => url.includes('posted=')));
  for (const part of hint.split('.')) t.false(visited.join('\n').includes(part));
});
