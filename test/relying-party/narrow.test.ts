/** The example app's pages on a phone: whatever a provider sends, nothing scrolls sideways, the page or a part of it. */
import test from 'ava';
import { assets } from '../../examples/relying-party/pages/assets.ts';
import { claimRows } from '../../examples/relying-party/pages/claims-table.ts';
import { pageRenderer } from '../../examples/relying-party/pages/render.ts';
import { serve } from '../pages/serve.ts';
import { launch } from '../support/browser.ts';

const LONG = 'aVeryLongValueWithoutABlank'.repeat(12);
const issuer = `https://${'long-name.'.repeat(8)}example.com`;
const rows = claimRows({
  sub: LONG,
  preferred_username_of_the_other_directory: LONG,
  groups: [LONG, 'b'],
  exp: 2_000_000_000,
});
const token = { header: rows, claims: rows };
const signedIn = {
  greeting: LONG,
  idToken: token,
  userinfo: rows,
  accessToken: token,
  refreshed: [],
  asksForMore: true,
  secondFactorHref: issuer,
  issuer,
};
const called = { request: `GET ${issuer}/notes/${LONG}`, status: 200, body: { notes: [LONG] } };

async function drawAll(): Promise<Readonly<Record<string, string>>> {
  const render = pageRenderer(`Fieldnotes${LONG}`);
  const refreshed = [{ name: 'refresh token', before: LONG, after: LONG }];
  const [status, challenge] = [401, `Bearer error="invalid_token", error_description="${LONG}"`];
  const problem = { status: 400, title: `That did not work ${LONG}`, text: LONG, code: LONG, description: LONG };
  return {
    welcome: await render('welcome', { issuer, wasEndedByProvider: true }),
    'signed-in': await render('signed-in', { ...signedIn, api: called }),
    refreshed: await render('signed-in', { ...signedIn, refreshed, api: called }),
    'api-refused': await render('signed-in', { ...signedIn, api: { ...called, status, challenge, body: null } }),
    'api-away': await render('signed-in', { ...signedIn, api: { request: called.request, body: null } }),
    'signed-out': await render('signed-out', { issuer }),
    problem: await render('problem', { problem }),
  };
}

const WIDER = `[...document.querySelectorAll('body, body *')]
  .filter((element) => element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== 'inline' && element.tagName !== 'INPUT')
  .map((element) => element.tagName + '.' + element.className)`;

for (const colorScheme of ['light', 'dark'] as const) {
  test(`nothing scrolls sideways on a narrow screen: ${colorScheme}`, async (t) => {
    const drawn = await drawAll();
    await using site = await serve(assets(), (ctx) => {
      ctx.body = drawn[ctx.path.slice(1)] ?? '';
      ctx.type = 'html';
    });
    await using browser = await launch({ colorScheme, viewport: { width: 320, height: 568 } });
    const page = await browser.newPage();
    for (const name of Object.keys(drawn)) {
      await page.goto(`${site.origin}/${name}`);
      await browser.screenshot(page, `example-app-${name}-320-${colorScheme}`);
      t.false(await page.evaluate('document.documentElement.scrollWidth > innerWidth'), name);
      t.deepEqual(await page.evaluate(WIDER), [], name);
    }
  });
}
