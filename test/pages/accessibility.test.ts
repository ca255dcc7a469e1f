/**
 * Every state of every page in a real browser: clean for axe, readable on a small screen and in large letters, with a focus that is
 * seen. States whose markup is the same but for its words are looked at once.
 */
import test, { type ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import { securityHeaders } from '../../src/web/middleware/security-headers.ts';
import type { Language } from '../../src/web/pages/language.ts';
import { launch } from '../support/browser.ts';
import { contrastViolationsOn, violationsOn } from './axe.ts';
import { brandedPages, everyState, pages } from './every-page.ts';
import { type Site, serve } from './serve.ts';

interface Drawn {
  readonly name: string;
  readonly view: string;
  readonly html: string;
}

function drawn(language: Language, by = pages): readonly Drawn[] {
  return Object.entries(everyState(language)).map(([name, page]) => ({
    ...{ name, view: page.view },
    html: by.render(page),
  }));
}

const withoutWords = (html: string): string =>
  html.replace(/>[^<]*</g, '><').replace(/ (value|href|action|title|content|src|data-[\w-]+)="[^"]*"/g, ' $1');

function firstOfEach(states: readonly Drawn[], kindOf: (state: Drawn) => string): readonly Drawn[] {
  return [...new Map(states.toReversed().map((state) => [kindOf(state), state])).values()].toReversed();
}

/** Whatever a style may look at: classes, elements, and what is wrong with a field. */
const classesIn = (html: string): string =>
  [...new Set(html.match(/class="[^"]*"|aria-invalid|<\w+/g))].toSorted().join(' ');

const browser = await launch();
test.after.always(() => browser.close());

interface Visit {
  readonly page: Page;
  open(state: Drawn): Promise<void>;
}

async function visit(
  t: ExecutionContext,
  states: readonly Drawn[],
  colorScheme: 'light' | 'dark',
  act: (visit: Visit) => Promise<void>,
  by = pages,
): Promise<void> {
  const html = new Map(states.map((state) => [`/${state.name}`, state.html]));
  await using site: Site = await serve(securityHeaders('http://localhost:3000'), by.assets.serve, (ctx) => {
    ctx.body = html.get(ctx.path) ?? '';
    ctx.type = 'html';
  });
  const context = await browser.newContext({ colorScheme });
  t.teardown(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  // A page that posts itself is looked at before it does.
  await page.route('**/hand-over.*.js', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
  await act({ page, open: async ({ name }) => void (await page.goto(`${site.origin}/${name}`)) });
  t.deepEqual(complaints, []);
}

const WIDE = { width: 1280, height: 800 };
const SMALL = { width: 320, height: 568 };

async function isCleanInLight(t: ExecutionContext, { page, open }: Visit, state: Drawn): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light' });
  await open(state);
  t.deepEqual(await violationsOn(page), [], state.name);
}

async function isCleanInBothModes(t: ExecutionContext, visited: Visit, state: Drawn): Promise<void> {
  await isCleanInLight(t, visited, state);
  const { page } = visited;
  await page.emulateMedia({ colorScheme: 'dark' });
  t.deepEqual(await contrastViolationsOn(page), [], `${state.name} in dark`);
}

test('every state is clean for axe in light and in dark', async (t) => {
  const states = firstOfEach(drawn('en'), ({ html }) => withoutWords(html));
  // Colours are those of classes: the same view with the same classes has nothing new in dark.
  const inDark = new Set(firstOfEach(states, ({ view, html }) => `${view} ${classesIn(html)}`));
  await visit(t, states, 'light', async (at) => {
    await at.page.setViewportSize(WIDE);
    for (const state of states) {
      if (inDark.has(state)) await isCleanInBothModes(t, at, state);
      else await isCleanInLight(t, at, state);
    }
  });
});

test('with a logo, a colour and links of the operator pages are clean for axe and fit, in both modes', async (t) => {
  const states = drawn('en', brandedPages).filter(({ name }) => ['login', 'consent', 'error', 'mails'].includes(name));
  t.is(states.length, 4);
  const act = async (at: Visit): Promise<void> => {
    const { page } = at;
    await page.setViewportSize(SMALL);
    for (const state of states) {
      await isCleanInBothModes(t, at, state);
      t.false(await page.evaluate(SCROLLS_SIDEWAYS), `${state.name} scrolls sideways`);
      t.deepEqual(await page.evaluate(SMALL_TARGETS), [], state.name);
      t.is(await page.getByRole('banner').getByRole('img', { name: 'Latchkey' }).count(), 1);
      t.is(
        await page.evaluate("getComputedStyle(document.querySelector('main a, .button')).getPropertyValue('--accent')"),
        '#99ccff',
      );
    }
  };
  await visit(t, states, 'light', act, brandedPages);
});

test('every view is clean for axe in German, on a small screen and in dark', async (t) => {
  const states = firstOfEach(drawn('de'), ({ view }) => view);
  await visit(t, states, 'dark', async ({ page, open }) => {
    await page.setViewportSize(SMALL);
    for (const state of states) {
      await open(state);
      t.deepEqual(await violationsOn(page), [], state.name);
    }
  });
});

/** WCAG 2.2, 2.5.8: anything to press is at least 24 by 24 pixels, links inside sentences excepted. */
const SMALL_TARGETS = `[...document.querySelectorAll('button, input, a.button, a.aside, .documents a, footer a')]
  .filter((target) => target.checkVisibility() && target.type !== 'hidden')
  .filter((target) => { const { width, height } = target.getBoundingClientRect(); return width < 24 || height < 24; })
  .map((target) => target.outerHTML)`;

const LANDMARKS = "['main', 'header', 'h1'].map((one) => document.querySelectorAll(one).length)";

/** What is cut off, or sticks out of the window. */
const SCROLLS_SIDEWAYS = 'document.documentElement.scrollWidth > innerWidth';

/** Of each thing that Tab reaches, what shows the focus there (WCAG 2.4.7). */
const WITHOUT_FOCUS = `[...document.querySelectorAll('a[href], button, input, [tabindex]')]
  .filter((one) => one.checkVisibility() && one.type !== 'hidden')
  .filter((one) => {
    one.focus();
    const { outlineStyle, outlineWidth } = getComputedStyle(one);
    return document.activeElement !== one || outlineStyle === 'none' || parseFloat(outlineWidth) < 2;
  })
  .map((one) => one.outerHTML)`;

/** Fields with `autofocus` get it when the page is drawn first. */
const IS_DRAWN = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))';

/** The problem itself, or the field that it is about: by its link, or because the field says so. */
const OPENS_AT_PROBLEM = `(() => {
  const problem = document.querySelector('#problem');
  if (!document.querySelector('#problem, .field-problem') || !document.querySelector('form')) return true;
  const { activeElement: focused } = document;
  const isLinked = problem?.querySelector('a[href^="#"]')?.hash === '#' + focused.id;
  return focused === problem || focused.getAttribute('aria-invalid') === 'true' || isLinked;
})()`;

for (const language of ['en', 'de'] as const) {
  test(`every state in ${language} fits 320 pixels, in letters of twice the size too, shows its focus, and opens at its problem`, async (t) => {
    const states = firstOfEach(drawn(language), ({ html }) => withoutWords(html));
    await visit(t, states, 'light', async ({ page, open }) => {
      await page.setViewportSize(SMALL);
      for (const state of states) {
        await open(state);
        await page.evaluate(IS_DRAWN);
        t.true(await page.evaluate(OPENS_AT_PROBLEM), `${state.name} opens elsewhere than at its problem`);
        t.false(await page.evaluate(SCROLLS_SIDEWAYS), `${state.name} scrolls sideways`);
        t.deepEqual(await page.evaluate(SMALL_TARGETS), [], state.name);
        t.deepEqual(await page.evaluate(LANDMARKS), [1, 1, 1], state.name);
        t.deepEqual(await page.evaluate(WITHOUT_FOCUS), [], state.name);
        await page.evaluate("document.documentElement.style.fontSize = '200%'");
        t.false(await page.evaluate(SCROLLS_SIDEWAYS), `${state.name} scrolls sideways at 200 %`);
      }
    });
  });
}
