/** The consent page in a real browser: all of it in one look on a desktop, its buttons always in sight on a phone. */
import test from 'ava';
import type { Page } from 'playwright-core';
import type { ConsentPage } from '../../src/web/interactions/consent.ts';
import { securityHeaders } from '../../src/web/middleware/security-headers.ts';
import { launch } from '../support/browser.ts';
import { drawConsent, pages } from './every-page.ts';
import { serve } from './serve.ts';

/** What the demo asks for (scripts/demo/seed.ts). */
const demo: Partial<ConsentPage> = {
  action: '/allow',
  abortAction: '/deny',
  client: { name: 'Fieldnotes', uri: 'http://localhost:3001' },
  account: { email: 'robin@example.com', name: 'Robin Redbreast' },
  oidcScopes: ['openid', 'profile', 'email', 'offline_access'],
  oidcClaims: [],
  resources: [
    {
      identifier: 'http://localhost:3002/notes',
      name: 'Notes',
      language: 'en',
      scopes: [
        { name: 'notes:read', description: 'Read your notes' },
        { name: 'notes:write', description: 'Write notes for you' },
      ],
    },
  ],
  redirectHost: 'localhost:3001',
};

const WORD = 'Kraftfahrzeughaftpflichtversicherungsvertragsverwaltungsanwendung';

const long: Partial<ConsentPage> = {
  ...demo,
  client: {
    name: WORD,
    uri: 'https://notes.example',
    policyUri: 'https://notes.example/p',
    tosUri: 'https://notes.example/t',
  },
  account: { email: `${WORD}@example.com`, name: WORD },
  oidcScopes: ['openid', 'profile', 'email', 'address', 'phone', 'groups', 'offline_access'],
  resources: ['one', 'two', 'three'].map((name) => ({
    identifier: `https://${name}.example/${WORD}`,
    name: `${name} ${WORD}`,
    scopes: Array.from({ length: 12 }, (_, at) => ({ name: `s${at}`, description: `${WORD} ${at}` })),
  })),
};

const drawn: Readonly<Record<string, string>> = {
  '/demo-en': drawConsent({ ...demo, language: 'en' }),
  '/demo-de': drawConsent({ ...demo, language: 'de' }),
  '/long-en': drawConsent({ ...long, language: 'en' }),
  '/long-de': drawConsent({ ...long, language: 'de' }),
};

const serveAll = () =>
  serve(securityHeaders('http://localhost:3000'), pages.assets.serve, (ctx) => {
    ctx.body = drawn[ctx.path] ?? '';
    ctx.type = 'html';
  });

const inside = (page: Page, selector: string): Promise<boolean> =>
  page.evaluate(`(() => {
    const { top, bottom, left, right } = document.querySelector('${selector}').getBoundingClientRect();
    return top >= 0 && left >= 0 && bottom <= innerHeight + 0.5 && right <= innerWidth + 0.5;
  })()`);

async function seesButtons(page: Page): Promise<boolean> {
  return (await inside(page, '#consent-submit')) && (await inside(page, '#abort'));
}

test('the demo’s own request fits 1280 by 800 without scrolling, in every language and colour', async (t) => {
  await using site = await serveAll();
  await using browser = await launch({ viewport: { width: 1280, height: 800 } });
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await (await browser.newContext({ colorScheme })).newPage();
    for (const path of ['/demo-en', '/demo-de']) {
      await page.goto(site.origin + path);
      await browser.screenshot(page, `consent-fits${path.replace('/', '-')}-${colorScheme}`);
      t.true(await page.evaluate('document.documentElement.scrollHeight <= innerHeight'), path);
      t.true(await seesButtons(page), path);
    }
  }
});

/** Phones, and a desktop at 200 %. */
const sizes = [
  [320, 568],
  [360, 640],
  [390, 844],
  [640, 400],
] as const;

for (const [width, height] of sizes) {
  test(`at ${width} by ${height} the buttons are in sight wherever the page is scrolled, without JavaScript`, async (t) => {
    await using site = await serveAll();
    await using browser = await launch({ viewport: { width, height }, javaScriptEnabled: false });
    const page = await browser.newPage();
    for (const path of Object.keys(drawn)) {
      await page.goto(site.origin + path);
      await browser.screenshot(page, `consent-fits${path.replace('/', '-')}-${width}`);
      t.false(await page.evaluate('document.documentElement.scrollWidth > innerWidth'), `${path} scrolls sideways`);
      for (const share of [0, 0.3, 0.7, 1]) {
        await page.evaluate(`scrollTo(0, ${share} * document.documentElement.scrollHeight)`);
        t.true(await seesButtons(page), `${path} at ${share}`);
      }
    }
  });

  test(`at ${width} by ${height} what has the focus is not behind the buttons`, async (t) => {
    await using site = await serveAll();
    await using browser = await launch({ viewport: { width, height } });
    const page = await browser.newPage();
    for (const path of ['/demo-en', '/long-de']) {
      await page.goto(site.origin + path);
      for (let step = 0; step < 8; step += 1) {
        await page.keyboard.press('Tab');
        const isFree = await page.evaluate(`(() => {
          const focused = document.activeElement;
          if (focused === document.body || focused.closest('.bar')) return true;
          return focused.getBoundingClientRect().bottom <= document.querySelector('.bar').getBoundingClientRect().top;
        })()`);
        t.true(isFree, `${path} step ${step}`);
      }
    }
  });
}

test('where the page is lower than a look, the buttons do not cover it', async (t) => {
  await using site = await serveAll();
  await using browser = await launch({ viewport: { width: 320, height: 200 } });
  const page = await browser.newPage();
  await page.goto(`${site.origin}/demo-de`);
  t.false(await seesButtons(page));
});
