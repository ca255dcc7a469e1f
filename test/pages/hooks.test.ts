/** What automation may rely on (browser tests, conformance tools) is on the pages. */
import test from 'ava';
import { errorPage } from '../../src/web/middleware/errors.ts';
import { handOverPage } from '../../src/web/middleware/hand-over.ts';
import { type LogoutPage, logoutPage, signedOutPage } from '../../src/web/provider-pages.ts';
import { drawAccount, drawConsent, drawInvitation, drawLogin, pages } from './every-page.ts';

const drawLogout = (page: Partial<LogoutPage> = {}) =>
  pages.render(logoutPage({ language: 'en', action: '/end', xsrf: 'secret', ...page }));

function form(html: string, action: string): string {
  const start = html.indexOf(`<form`, html.lastIndexOf('<form', html.indexOf(`action="${action}"`)));
  return html.slice(start, html.indexOf('</form>', start));
}

test('the login form posts login, password and the cross-site token', (t) => {
  const html = drawLogin({ action: '/go', abortAction: '/stop', csrfToken: 'token-1' });
  const login = form(html, '/go');
  t.regex(login, /^<form [^>]*method="post"/);
  t.regex(login, /<input [^>]*name="login"[^>]*autocomplete="username"/);
  t.regex(login, /<input [^>]*name="password" type="password" autocomplete="current-password"/);
  t.regex(login, /<input type="hidden" name="csrf" value="token-1">/);
  t.regex(login, /<button id="login-submit" class="[^"]*\blogin-submit\b[^"]*" type="submit">/);
});

test('the way back to the app is a form of its own, so that the password does not travel with it', (t) => {
  const html = drawLogin({ action: '/go', abortAction: '/stop', csrfToken: 'token-1' });
  const abort = form(html, '/stop');
  t.regex(abort, /<button id="abort"/);
  t.regex(abort, /name="csrf" value="token-1"/);
  t.notRegex(abort, /password/);
});

test('the login page keeps the login and never shows a password', (t) => {
  const html = drawLogin({ login: 'ann@example.com', problem: 'wrong_credentials' });
  t.regex(html, /name="login" type="text" value="ann@example\.com"/);
  t.notRegex(html, /name="password"[^>]* value=/);
});

test('why the login page is shown again is on it as a code', (t) => {
  for (const problem of ['wrong_credentials', 'other_account', 'expected_account'] as const)
    t.regex(drawLogin({ problem }), new RegExp(`id="problem" data-problem="${problem}"`));
  for (const hint of ['sign_in_again', 'other_account'] as const)
    t.regex(drawLogin({ hint }), new RegExp(`data-hint="${hint}"`));
});

test('the form of an invitation posts name, password and terms to its own address, which is on no page', (t) => {
  const html = drawInvitation({ csrfToken: 'token-3', name: 'Ann' });
  t.regex(html, /<form class="stack" method="post">\s*<input type="hidden" name="csrf" value="token-3">/);
  t.regex(html, /<input id="name" name="name" type="text" value="Ann"/);
  t.regex(html, /<input id="password" name="password" type="password" autocomplete="new-password"/);
  t.regex(html, /<input id="terms" name="terms" type="checkbox" value="[^"]+" required/);
  t.regex(html, /<button id="confirm-submit"/);
  t.notRegex(html, /action=|name="email"/);
});

test('allow and deny are two forms with the cross-site token', (t) => {
  const html = drawConsent({ action: '/allow', abortAction: '/deny', csrfToken: 'token-2' });
  t.regex(form(html, '/allow'), /name="csrf" value="token-2"[\s\S]*<button id="consent-submit"/);
  t.regex(form(html, '/deny'), /name="csrf" value="token-2"[\s\S]*<button id="abort"/);
});

test('only the confirming button says logout=yes', (t) => {
  const html = drawLogout({ clientName: 'Harbour Notes' });
  const logout = form(html, '/end');
  t.regex(logout, /name="xsrf" value="secret"/);
  t.regex(logout, /<button id="logout-confirm" [^>]*name="logout" value="yes" autofocus>/);
  t.is(logout.match(/name="logout"/g)?.length, 1);
  t.regex(logout, /<button id="logout-stay" [^>]*type="submit">/);
});

test('who stays signed in without an app to leave is not led to the signed-out page', (t) => {
  const html = drawLogout();
  t.regex(html, /<a id="logout-stay"[^>]* href="\/">/);
});

test('the signed-out page says so, and which app when it was one', (t) => {
  t.regex(pages.render(signedOutPage({ language: 'en' })), /signed out/);
  t.regex(pages.render(signedOutPage({ language: 'en', clientName: 'Harbour Notes' })), /signed out of Harbour Notes/);
});

test('a page that hands over has one form, whose button says nothing of its own', (t) => {
  const fields = [{ name: 'code', value: 'c-1' }];
  const html = pages.render(handOverPage({ language: 'en', leadsTo: 'app', action: '/go', fields }));
  t.is(html.match(/<form/g)?.length, 1);
  const posted = form(html, '/go');
  t.regex(posted, /^<form id="hand-over" method="post" action="\/go">/);
  t.deepEqual(posted.match(/ name="[^"]*"/g), [' name="code"']);
  t.regex(posted, /<button id="hand-over-submit" [^>]*type="submit" autofocus>/);
});

test('an error page shows code, description and reference as text', (t) => {
  const details = { error: 'invalid_request', description: 'missing state', requestId: 'r-17', status: 400 };
  const html = pages.render(errorPage({ language: 'de', ...details }));
  for (const text of ['invalid_request', 'missing state', 'r-17']) t.true(html.includes(`>${text}<`), text);
});

test('the account page has a section for each concern, and each form its field, its button and the cross-site token', (t) => {
  const html = drawAccount({ csrfToken: 'token-3', pendingEmail: 'new@example.com' });
  for (const section of ['profile', 'password', 'sessions', 'apps', 'activity', 'closing'])
    t.regex(html, new RegExp(`<a href="#${section}">[\\s\\S]*<section [^>]*id="${section}"`));
  const forms = {
    '/account/name': [/<input [^>]*name="name"/, /<button id="name-submit"/],
    '/account/email': [/<input [^>]*name="email"/, /<button id="email-submit"/],
    '/account/email/cancel': [/<button id="email-cancel"/],
    '/account/password': [
      /<input [^>]*name="password" type="password" autocomplete="new-password"/,
      /id="password-submit"/,
    ],
    '/account/close': [/<input type="checkbox" name="understood"/, /<button id="close-submit"/],
  };
  for (const [action, parts] of Object.entries(forms))
    for (const part of [...parts, /name="csrf" value="token-3"/]) t.regex(form(html, action), part, action);
  t.regex(html, /<a id="sign-out"/);
  const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  t.deepEqual(ids, [...new Set(ids)], 'each id once');
});

test('the account page ends sessions and revokes apps by the value of a button, without a field to fill in', (t) => {
  const html = drawAccount({ csrfToken: 'token-3' });
  const forms = {
    '/account/sessions/end': /<button [^>]*class="button end-session" name="session" value="/,
    '/account/sessions/end-others': /<button id="end-other-sessions"/,
    '/account/apps/revoke': /<button [^>]*class="button revoke-app" name="app" value="/,
  };
  for (const [action, button] of Object.entries(forms)) {
    t.regex(form(html, action), button);
    t.regex(form(html, action), /name="csrf" value="token-3"[\s\S]*name="account"/);
  }
});

test('when the proof is old the account page has no field for a password, and leads to the proof', (t) => {
  const html = drawAccount({ isFresh: false });
  t.notRegex(html, /name="password"|name="understood"/);
  t.regex(html, /<a id="password-prove"[^>]* href="\/account\/proof\?section=password"/);
  t.regex(html, /<a id="closing-prove"[^>]* href="\/account\/proof\?section=closing"/);
});
