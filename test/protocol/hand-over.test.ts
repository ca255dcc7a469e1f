/** The pages that post themselves are ours: an answer by `form_post`, signing out, signing in as somebody else. */
import test from 'ava';
import { LOGIN, newVisitor, OTHER_LOGIN, obtainCode, sharedProvider } from '../support/provider-fixture.ts';
import { CALLBACK, PASSWORD, signIn } from '../support/relying-party.ts';
import type { Page } from '../support/user.ts';

const { latchkey, newApp } = await sharedProvider();
const { issuer } = latchkey;

const references: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', '#34': '"', '#39': "'" };

/** As a browser reads it, from our page alone: oidc-provider's has no form of that id. */
function formOf({ body }: Page): { action: string; fields: Record<string, string> } {
  const plain = (text = ''): string => text.replace(/&([^;]*);/g, (_all, name: string) => references[name] ?? '\0');
  const form = /<form id="hand-over" method="post" action="([^"]*)">([\s\S]*)<\/form>/.exec(body);
  if (form === null) throw new Error(`no page of ours that hands over:\n${body}`);
  const inputs = [...(form[2] ?? '').matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)];
  return {
    action: plain(form[1]),
    fields: Object.fromEntries(inputs.map(([, name, value]) => [plain(name), plain(value)])),
  };
}

const states: Readonly<Record<string, string>> = {
  'a plain state': 'kept',
  'quotes and markup': `"'><script>alert(1)</script><input type="hidden" name="iss" value="x"/>`,
  'the end of the form': '"/></form></body></html>\n<noscript>',
  'references that are none': '&amp; &amp;quot; &#39; &#x27; &lt;b&gt; &nbsp &unknown; & &&amp;amp;',
  'letters of many scripts': 'ü ß Ω क्ष 中文 🗝️ \u202e\u200f',
  'what EJS and regular expressions would read': '<%= 1 %> $& $1 $` <%- x %> \\n \\0',
  'lines and tabs': 'a\nb\tc\u2028d',
  JSON: '{"a":"b=c&d=é","e":["<",">"]}',
  'white space at its ends': '  kept \t',
  'a long state': 's&"<'.repeat(700),
};

for (const [what, state] of Object.entries(states)) {
  test(`form_post gives the app ${what}, by a page of ours with status 200`, async (t) => {
    const app = await newApp();
    const page = await newVisitor().open(app.request({ response_mode: 'form_post', prompt: 'none', state }).url);
    t.is(page.status, 200);
    const { action, fields } = formOf(page);
    t.is(action, CALLBACK);
    t.like(fields, { error: 'login_required', state, iss: issuer });
    t.deepEqual(Object.keys(fields).toSorted(), ['error', 'error_description', 'error_uri', 'iss', 'state']);
    t.regex(page.headers['cache-control'] ?? '', /no-store/);
    t.regex(String(page.headers['content-security-policy']), /script-src 'self'(?:;|$)/);
    t.notRegex(page.body, /<script(?![^>]* src="\/assets\/)|Submitting Callback/);
  });
}

for (const redirectUri of [
  'https://app.example.com/cb?a=1&b=%22%3C&c=d%20e',
  "https://app.example.com/cb?it's=%C3%BC&amp;x",
  'https://app.example.com/%E2%9C%93/',
  'https://app.example.com:8443/cb',
  'http://127.0.0.1:4711/cb?x=y&z',
]) {
  test(`form_post posts to ${redirectUri} as it is`, async (t) => {
    const app = await newApp({ redirect_uris: [redirectUri] });
    const parameters = { response_mode: 'form_post', prompt: 'none', redirect_uri: redirectUri };
    t.is(formOf(await newVisitor().open(app.request(parameters).url)).action, redirectUri);
  });
}

test('form_post posts to an app of its own address scheme', async (t) => {
  const redirectUri = 'com.example.app:/cb?a=1&b=2';
  const native = { application_type: 'native', token_endpoint_auth_method: 'none', redirect_uris: [redirectUri] };
  const app = await newApp(native);
  const parameters = { response_mode: 'form_post', prompt: 'none', redirect_uri: redirectUri };
  t.is(formOf(await newVisitor().open(app.request(parameters).url)).action, redirectUri);
});

const refused: Readonly<Record<string, readonly [string, Readonly<Record<string, string>>]>> = {
  'a wrong response type': ['unsupported_response_type', { response_type: 'none of these' }],
  'no PKCE': ['invalid_request', { code_challenge: '' }],
  'an unknown resource': ['invalid_target', { resource: 'https://nowhere.example/' }],
  'a prompt that is none': ['invalid_request', { prompt: 'dance' }],
  'claims that are no JSON': ['invalid_request', { claims: '{' }],
  'a request object': ['invalid_request_object', { request: 'x.y.z' }],
};

for (const [what, [error, parameters]] of Object.entries(refused)) {
  test(`form_post hands over the error of ${what} with status 200`, async (t) => {
    const app = await newApp();
    const page = await newVisitor().open(app.request({ response_mode: 'form_post', ...parameters }).url);
    t.is(page.status, 200);
    t.is(formOf(page).fields.error, error);
  });
}

test('a code, a denial and a posted request end on the same page', async (t) => {
  const app = await newApp();
  const request = { response_mode: 'form_post', state: '<&">' };
  const success = await signIn(newVisitor(), app.request(request).url, LOGIN);
  t.is(success.status, 200);
  t.deepEqual(Object.keys(formOf(success).fields).toSorted(), ['code', 'iss', 'state']);
  t.is(formOf(success).fields.state, '<&">');
  t.true(success.body.includes('Notes'), 'it names the app');

  const user = newVisitor();
  const denied = await user.submit(await user.open(app.request(request).url), 'abort');
  t.is(denied.status, 200);
  t.like(formOf(denied).fields, { error: 'access_denied', state: '<&">' });
});

test('form_post.jwt is the same page, for errors too', async (t) => {
  const app = await newApp();
  for (const prompt of ['none', 'login']) {
    const page = await signIn(newVisitor(), app.request({ response_mode: 'form_post.jwt', prompt }).url, LOGIN);
    t.is(page.status, 200);
    t.deepEqual(Object.keys(formOf(page).fields), ['response']);
  }
});

test('the page is in the language that the request asks for, else in the browser’s', async (t) => {
  const app = await newApp();
  const german = newVisitor({ headers: { 'accept-language': 'de' } });
  const form = { response_mode: 'form_post', prompt: 'none' };
  const { body: pushed } = await app.post('/request', {
    ...Object.fromEntries(new URL(app.request({ ...form, ui_locales: 'de-AT en' }).url).searchParams),
  });
  const byPush = `${issuer}/auth?${new URLSearchParams({ client_id: app.client.client_id, request_uri: String(pushed.request_uri) })}`;
  const pages: readonly (readonly ['de' | 'en', Page])[] = [
    ['de', await newVisitor().open(app.request({ ...form, ui_locales: 'fr de' }).url)],
    ['de', await german.open(app.request(form).url)],
    ['en', await german.open(app.request({ ...form, ui_locales: 'en' }).url)],
    ['de', await newVisitor().open(byPush)],
    ['de', await signIn(newVisitor(), app.request({ response_mode: 'form_post', ui_locales: 'de' }).url, LOGIN)],
    ['de', await newVisitor().open(`${issuer}/session/end?ui_locales=de`)],
    ['de', await german.open(`${issuer}/session/end`)],
    ['en', await newVisitor().open(`${issuer}/session/end?ui_locales=xx`)],
  ];
  for (const [index, [language, page]] of pages.entries()) {
    formOf(page);
    t.true(page.body.includes(`<html lang="${language}">`), String(index));
  }
});

test('signing out without a session goes on by a page of ours', async (t) => {
  const user = newVisitor();
  const page = await user.open(`${issuer}/session/end`);
  t.is(page.status, 200);
  t.is(formOf(page).action, `${issuer}/session/end/confirm`);
  t.deepEqual(Object.keys(formOf(page).fields), ['xsrf', 'logout']);
  t.regex(page.headers['cache-control'] ?? '', /no-store/);
  t.is((await user.submit(page, 'hand-over-submit')).status, 200);
});

test('signing in as somebody else says that the session before ends, in the language of the request', async (t) => {
  const app = await newApp();
  const { user } = await obtainCode(app);
  const login = await user.open(app.request({ prompt: 'login', ui_locales: 'de', response_mode: 'form_post' }).url);
  const page = await user.submit(login, 'login-submit', { login: OTHER_LOGIN, password: PASSWORD });
  t.is(page.status, 200);
  t.true(page.body.includes('<html lang="de">'));
  t.is(formOf(page).action, `${issuer}/session/end/confirm`);
  const consent = await user.submit(page, 'hand-over-submit');
  t.is(formOf(await user.submit(consent, 'consent-submit')).action, CALLBACK);
});

test('no value that is handed over is logged', async (t) => {
  const app = await newApp();
  const page = await signIn(
    newVisitor(),
    app.request({ response_mode: 'form_post', state: 'planted-state' }).url,
    LOGIN,
  );
  const { code = '' } = formOf(page).fields;
  t.true(code.length > 20);
  t.false(JSON.stringify(latchkey.logged).includes(code));
  t.false(JSON.stringify(latchkey.logged).includes('planted-state'));
});
