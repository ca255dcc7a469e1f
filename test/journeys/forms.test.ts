/** What becomes of every form of a sign-in that comes too late, twice, from elsewhere or without cookies: a page that says what to do. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import type { Response } from 'got';
import { CookieJar } from 'tough-cookie';
import { advance, stopTime } from '../protocol/time.ts';
import { send } from '../security/sent-form.ts';
import { newVisitor, sharedProvider, TERMS, toldApp } from '../support/provider-fixture.ts';
import type { Page } from '../support/user.ts';
import {
  type AtForm,
  atLogin,
  type FormRow,
  foreignHeaders,
  formIn,
  formsOfOthers,
  formsOfSignIn,
  newPerson,
  REQUIRE_SECOND_FACTOR,
  START,
  saysWhatToDo,
} from './forms.ts';
import { formsElsewhere } from './forms-elsewhere.ts';

stopTime();
const provider = await sharedProvider({ environment: { ...TERMS, SIGN_IN_BY_MAIL: 'on', REQUIRE_SECOND_FACTOR } });
const { issuer } = provider.latchkey;
const LIFE_SECONDS = 20 * 60;

const folder = fileURLToPath(new URL('../../views/', import.meta.url));

/** Of a list each entry has a button, with a number. */
const unnumbered = (button = ''): string => button.replace(/(?:\d+|<%= index %>)$/, '');

test('every form of a view has a row here', (t) => {
  const views = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ejs'));
  const rows = [...Object.values(formsOfSignIn), ...Object.values(formsElsewhere)];
  for (const name of views) {
    const view = name.slice(0, -'.ejs'.length);
    // Of a list the first.
    const source = readFileSync(`${folder}${name}`, 'utf8')
      .replaceAll('<%= index %>', '0')
      .replaceAll('<%= send.channel %>', 'mail');
    const forms = source.match(/<form[^>]*method="post"[\s\S]*?<\/form>/gi) ?? [];
    if (Object.hasOwn(formsOfOthers, view)) continue;
    const buttons = forms.map((form) => unnumbered(/<button[^>]*?\sid="([^"]*)"/.exec(form)?.[1]));
    t.deepEqual(
      buttons.toSorted(),
      rows
        .filter((row) => row.view === view)
        .map(({ button }) => unnumbered(button))
        .toSorted(),
      view,
    );
  }
});

/** It says what happened by its code, and its button begins again at the app. */
function leadsOn(t: ExecutionContext, { status, body }: Pick<Page, 'status' | 'body'>, code: string): void {
  t.is(status, 400);
  t.true(body.includes(`/docs/errors/${code}"`), body);
  const href = `${START}?iss=${encodeURIComponent(issuer)}`.replaceAll('&', '&amp;');
  t.true(body.includes(`class="button primary" href="${href}"`), body);
}

const pageOf = ({ statusCode, body, url, headers }: Response<string>): Page => ({
  status: statusCode,
  body,
  url,
  headers,
});

/** Sends it as its browser would, and stops at the answer. */
const sendNow = ({ user, page, typed }: AtForm, { button, fields = {} }: FormRow, more = {}) =>
  send(user, formIn(page, button), { fields: { ...fields, ...typed }, ...more });

for (const [name, row] of Object.entries(formsOfSignIn)) {
  test.serial(`${name}: left open for too long, it leads to the app`, async (t) => {
    const at = await row.open(provider, newPerson());
    advance(LIFE_SECONDS + 60);
    leadsOn(t, pageOf(await sendNow(at, row)), 'sign_in_expired');
    leadsOn(t, await at.user.open(at.page.url), 'sign_in_expired');
  });

  test.serial(
    `${name}: sent twice at once, it goes on once and is told nothing worse than where to begin again`,
    async (t) => {
      const at = await row.open(provider, newPerson());
      const both = await Promise.all([sendNow(at, row), sendNow(at, row)]);
      for (const { statusCode } of both) t.is(statusCode, 303);
      const [went, came] = both.map(({ headers }) => String(headers.location));
      t.true((await at.user.open(went ?? '')).status <= 403);
      leadsOn(t, await at.user.open(came ?? ''), 'sign_in_expired');
    },
  );

  test.serial(`${name}: sent again after the browser's back button, it leads to the app`, async (t) => {
    const at = await row.open(provider, newPerson());
    const next = await at.user.submit(at.page, row.button, { ...row.fields, ...at.typed });
    t.not(next.url, at.page.url);
    leadsOn(t, pageOf(await sendNow(at, row)), 'sign_in_expired');
    leadsOn(t, await at.user.open(at.page.url), 'sign_in_expired');
  });

  for (const [how, headers] of Object.entries(foreignHeaders)) {
    test.serial(`${name}: sent from ${how}, it is refused and the page is still good`, async (t) => {
      const at = await row.open(provider, newPerson());
      saysWhatToDo(t, await sendNow(at, row, { headers }), how);
      t.is((await sendNow(at, row)).statusCode, 303);
    });
  }

  test.serial(
    `${name}: without a token, or with that of another sign-in, it is refused and the page is still good`,
    async (t) => {
      const at = await row.open(provider, newPerson());
      const other = await row.open(provider, newPerson());
      for (const csrf of [undefined, '', formIn(other.page, row.button).hidden.csrf])
        saysWhatToDo(t, await sendNow(at, row, { fields: { ...row.fields, ...at.typed, csrf } }), String(csrf));
      t.is((await sendNow(at, row)).statusCode, 303);
    },
  );

  test.serial(`${name}: without cookies, it says so and begins again at the app`, async (t) => {
    const at = await row.open(provider, newPerson());
    const blocked = { ...at, user: newVisitor({ jar: new CookieJar() }) };
    leadsOn(t, pageOf(await sendNow(blocked, row)), 'cookies_blocked');
    leadsOn(t, await blocked.user.open(at.page.url), 'cookies_blocked');
    t.is((await sendNow(at, row)).statusCode, 303, 'the browser that began goes on');
  });
}

test.serial('a browser that keeps no cookie learns it on the first page of a sign-in', async (t) => {
  const { app } = await atLogin(provider, newPerson());
  const { headers } = await newVisitor({ stopAt: 'http' }).open(app.request().url);
  leadsOn(t, await newPerson().open(new URL(String(headers.location), issuer).href), 'cookies_blocked');
});

test.serial('no session began by a form that was refused', async (t) => {
  const at = await atLogin(provider, newPerson());
  await send(at.user, formIn(at.page, 'login-submit'), { headers: { 'sec-fetch-site': 'cross-site' } });
  t.is(toldApp(await at.user.open(at.app.request({ prompt: 'none' }).url)).error, 'login_required');
});
