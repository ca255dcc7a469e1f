/** The field for a new password, in a real browser. */
import test from 'ava';
import { securityHeaders } from '../../src/web/middleware/security-headers.ts';
import { newPasswordField } from '../../src/web/pages/new-password.ts';
import { de } from '../../src/web/pages/words/de.ts';
import { launch } from '../support/browser.ts';
import { everyPage, pages } from './every-page.ts';
import { serve } from './serve.ts';

function drawn(newPassword: ReturnType<typeof newPasswordField>): string {
  const field = pages.render({ view: 'layout/new-password', language: 'de', heading: '', newPassword });
  return `<!doctype html><html lang="de"><title>Passwort</title><form><input name="email">${field}</form></html>`;
}

const siteWith = (html: string) =>
  serve(securityHeaders('http://localhost:3000'), pages.assets.serve, (ctx) => {
    ctx.body = html;
    ctx.type = 'html';
  });

test('how strong a password looks is told in words of the page while it is typed', async (t) => {
  await using site = await siteWith(drawn(newPasswordField('de')));
  await using browser = await launch();
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(site.origin);
  const { strengths } = de.newPassword;
  const told = page.getByRole('status');
  t.is(await told.textContent(), '');
  const [password, meter] = [page.locator('#password'), page.locator('meter')];
  const values: unknown[] = [];
  for (const [typed, words] of [
    ['kurz', strengths.too_short('8')],
    ['lovelace1815', strengths.weak],
    ['purple horses', strengths.fair],
    ['correct horse battery', strengths.strong],
    ['x'.repeat(300), strengths.too_long('256')],
  ] as const) {
    await password.fill(typed);
    t.is(await told.textContent(), words);
    values.push(await page.evaluate("String(document.querySelector('meter').value)"));
    t.is((await password.inputValue()).length, typed.length);
  }
  t.deepEqual(values, ['1', '1', '2', '3', '1']);
  await password.fill('lovelace1815');
  await page.locator('[name=email]').fill('ada.lovelace@example.test');
  t.is(await told.textContent(), strengths.own);
  await password.fill('');
  t.is(await told.textContent(), '');
  t.false(await meter.isVisible());
  await page.getByRole('button').click();
  t.is(await password.getAttribute('type'), 'text');
  t.deepEqual(complaints, []);
});

test('without JavaScript the advice, the reason and the strength of what was sent are there, and the password is not', async (t) => {
  await using site = await siteWith(
    drawn(
      newPasswordField('de', {
        password: 'purple horses',
        problem: { code: 'password_too_common', message: 'Zu verbreitet' },
      }),
    ),
  );
  await using browser = await launch({ javaScriptEnabled: false });
  const page = await browser.newPage();
  await page.goto(site.origin);
  const password = page.locator('#password');
  const describedBy = ((await password.getAttribute('aria-describedby')) ?? '').split(' ');
  for (const id of describedBy) t.true(await page.locator(`#${id}`).isVisible(), id);
  t.true(describedBy.includes('password-problem'));
  t.is(await password.inputValue(), '');
  t.is(await page.getByRole('status').textContent(), de.newPassword.sent(de.newPassword.strengths.fair));
  t.is(await password.getAttribute('maxlength'), null);
});

test('every page with the field, and every page after it, tells how strong what was sent looks', (t) => {
  const drawnPages = everyPage('en');
  for (const name of ['registerWithProblems-1', 'resetWithProblems-1'])
    t.regex(drawnPages[name] ?? '', /id="password-strength" role="status">What you sent: /, name);
  for (const name of ['waiting', 'outcome-made', 'resetDone', 'invitationDone', 'account-password_changed'])
    t.regex(drawnPages[name] ?? '', /id="chosen-password" data-strength="(?:weak|fair|strong)"/, name);
  t.regex(drawnPages.reset ?? '', /data-least="8" data-most="256" data-owner="[^"]+"/);
});
