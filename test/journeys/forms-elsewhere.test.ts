/** What becomes of the forms outside of a sign-in's steps that come too late, twice, from elsewhere or without cookies. */
import test, { type ExecutionContext } from 'ava';
import { CookieJar } from 'tough-cookie';
import { advance, stopTime } from '../protocol/time.ts';
import { send } from '../security/sent-form.ts';
import { newVisitor, sharedProvider, TERMS } from '../support/provider-fixture.ts';
import type { Page } from '../support/user.ts';
import { foreignHeaders, formIn, REQUIRE_SECOND_FACTOR, saysWhatToDo } from './forms.ts';
import { type AtOtherForm, type End, formsElsewhere, type OtherFormRow } from './forms-elsewhere.ts';

stopTime();
const provider = await sharedProvider({ environment: { ...TERMS, SIGN_IN_BY_MAIL: 'on', REQUIRE_SECOND_FACTOR } });

function isButton({ body }: Page, button: string | RegExp): boolean {
  if (button instanceof RegExp) return button.test(body);
  if (/^[a-z-]+$/.test(button)) return body.includes(`<button id="${button}"`);
  const hrefs = [...body.matchAll(/<a [^>]*class="button[^"]*" href="([^"]*)"/g)].map(([, href]) => href);
  const isWhole = !button.includes('?iss=') && !/^\/(?:confirm|registration|new-address|not-me)\//.test(button);
  return hrefs.some((href) => (isWhole ? href === button : href?.startsWith(button)));
}

const isAt = (page: Page, end: End): boolean => page.status === end.status && isButton(page, end.button);

function endsAt(t: ExecutionContext, page: Page, end: End): void {
  t.is(page.status, end.status, page.url);
  t.true(isButton(page, end.button), `${end.button}\n${page.body}`);
}

const submit = ({ user, page, fields }: AtOtherForm, { button }: OtherFormRow) => user.submit(page, button, fields);

for (const [name, row] of Object.entries(formsElsewhere)) {
  test.serial(`${name}: left open for too long, it says what to do`, async (t) => {
    const at = await row.open(provider);
    advance(row.late.seconds);
    endsAt(t, await submit(at, row), row.late);
  });

  test.serial(`${name}: sent twice at once, it is done, and both answers say what to do`, async (t) => {
    const at = await row.open(provider);
    const both = await Promise.all([submit(at, row), submit(at, row)]);
    t.true(both.some((page) => isAt(page, row.done)));
    for (const page of both)
      t.true(isAt(page, row.done) || isAt(page, row.again), `${page.status} at ${page.url}\n${page.body}`);
  });

  test.serial(`${name}: sent again after the browser's back button, it says what to do`, async (t) => {
    const at = await row.open(provider);
    endsAt(t, await submit(at, row), row.done);
    endsAt(t, await submit(at, row), row.again);
  });

  test.serial(
    `${name}: sent from elsewhere, or without its token, it is refused and the page is still good`,
    async (t) => {
      const at = await row.open(provider);
      const { fields = {} } = at;
      for (const [how, headers] of Object.entries(foreignHeaders))
        saysWhatToDo(t, await send(at.user, formIn(at.page, row.button), { fields, headers }), how);
      for (const csrf of [undefined, '', 'A'.repeat(43)])
        saysWhatToDo(t, await send(at.user, formIn(at.page, row.button), { fields: { ...fields, csrf } }), `${csrf}`);
      endsAt(t, await submit(at, row), row.done);
    },
  );

  test.serial(`${name}: without cookies, it says so and what to do, and the browser that began goes on`, async (t) => {
    const at = await row.open(provider);
    const page = await submit({ ...at, user: newVisitor({ jar: new CookieJar() }) }, row);
    endsAt(t, page, row.blocked);
    t.true(page.body.includes('/docs/errors/cookies_blocked"'));
    endsAt(t, await submit(at, row), row.done);
  });
}
