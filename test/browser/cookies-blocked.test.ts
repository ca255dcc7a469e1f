/**
 * A browser that keeps no cookies is told so before anybody types a password. The packed Chromium has no switch for it, so a proxy takes
 * the cookies out of what reaches it: nothing is kept, and nothing is sent.
 */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { request } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import got from 'got';
import { launch } from '../support/browser.ts';
import { listen } from '../support/listener.ts';
import { openProvider } from './fixture.ts';

const browser = await launch();
test.after.always(() => browser.close());

function withoutCookies({ 'set-cookie': _cookies, ...headers }: IncomingHttpHeaders, from: string, to: string) {
  const { location } = headers;
  return { ...headers, ...(location !== undefined && { location: location.replace(from, to) }) };
}

/** The address of the provider, for a browser whose cookies are blocked there. */
async function addressWithoutCookies(t: ExecutionContext, issuer: string): Promise<string> {
  const { server, origin } = await listen(t);
  server.on('request', (asked: IncomingMessage, answer: ServerResponse) => {
    const { method, url, headers } = asked;
    const options = { method, headers: { ...headers, host: new URL(issuer).host } };
    const forwarded = request(`${issuer}${url}`, options, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, withoutCookies(answered.headers, issuer, origin));
      answered.pipe(answer);
    });
    asked.pipe(forwarded);
  });
  return origin;
}

for (const javaScriptEnabled of [true, false]) {
  const scripts = javaScriptEnabled ? 'on' : 'off';

  test(`with cookies blocked a sign-in shows no field for a password, and leads back to the app (JavaScript ${scripts})`, async (t) => {
    const { latchkey, app } = await openProvider(t, { name: 'sqlite' });
    const site = await addressWithoutCookies(t, latchkey.issuer);
    const context = await browser.newContext({ javaScriptEnabled });
    t.teardown(() => context.close());
    const page = await context.newPage();
    const { headers } = await got(`${app}/sign-in?iss=${latchkey.issuer}`, { followRedirect: false });
    await page.goto(String(headers.location).replace(latchkey.issuer, site));
    t.regex(page.url(), new RegExp(`^${site}/interaction/`));
    t.is(await page.locator('input').count(), 0);
    t.is(await page.locator('a[rel=help][href$="/docs/errors/cookies_blocked"]').count(), 1);
    t.is(await page.getAttribute('main a.button', 'href'), `${app}/`);
    await browser.screenshot(page, `cookies-blocked-${scripts}`);
  });
}

test('with cookies blocked /account shows no field for a password either', async (t) => {
  const { latchkey } = await openProvider(t, { name: 'sqlite' });
  const site = await addressWithoutCookies(t, latchkey.issuer);
  const context = await browser.newContext();
  t.teardown(() => context.close());
  const page = await context.newPage();
  const answer = await page.goto(`${site}/account`);
  t.is(answer?.status(), 400);
  t.is(await page.locator('input').count(), 0);
  t.is(await page.locator('a[rel=help][href$="/docs/errors/cookies_blocked"]').count(), 1);
});
