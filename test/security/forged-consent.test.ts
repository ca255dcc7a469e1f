/** Whatever is posted to the consent page: never more than the request asks for and the page showed, never less than is required. */
import test from 'ava';
import { API, newVisitor, redeem, sharedProvider, toldApp } from '../support/provider-fixture.ts';
import { PASSWORD } from '../support/relying-party.ts';
import { formOf, send } from './sent-form.ts';

const { newApp, newAccount } = await sharedProvider();

const SCOPE = 'openid email notes:read';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

async function atConsent(metadata = {}) {
  const [app, account, user] = [await newApp(metadata), await newAccount(), newVisitor()];
  const { url, verifier } = app.request({ scope: SCOPE, resource: API });
  const page = await user.submit(await user.open(url), 'login-submit', { login: account.email, password: PASSWORD });
  return { app, user, page, verifier, form: formOf(page, '/consent') };
}

/** Posts these fields beside the cross-site token; what the app is then told, and what it gets. */
async function post({ app, user, verifier, form }: Awaited<ReturnType<typeof atConsent>>, fields: string) {
  const body = `${new URLSearchParams(form.hidden)}&${fields}`;
  const answer = await send(user, form, { body, headers: FORM });
  if (answer.statusCode !== 303) return { status: answer.statusCode };
  const { code, error } = toldApp(await user.open(String(answer.headers.location)));
  if (code === undefined) return { status: 303, error };
  const forApi = await redeem(app, { code, verifier });
  const refresh = { grant_type: 'refresh_token', refresh_token: forApi.body.refresh_token ?? '' };
  const ofAccount = await app.token({ ...refresh, scope: 'openid email' });
  return { status: 303, scopes: [forApi.body.scope, ofAccount.body.scope] };
}

const boxes = (...values: readonly string[]): string =>
  values.map((value) => `scope=${encodeURIComponent(value)}`).join('&');

const nothing = { status: 303, scopes: ['openid', 'openid'] };
const all = { status: 303, scopes: ['notes:read', 'openid email'] };

const posts: Readonly<Record<string, readonly [string, object]>> = {
  'no box': ['', nothing],
  'the boxes of the page': [boxes('email', 'notes:read'), all],
  'each box many times': [boxes(...Array.from({ length: 500 }, () => ['email', 'notes:read']).flat()), all],
  'scopes that were not asked for': [boxes('profile', 'phone', 'offline_access', 'notes:write', 'roles'), nothing],
  'one that was asked for among thousands that were not': [
    boxes('email', ...Array.from({ length: 3000 }, (_, at) => `forged-${at}`)),
    { status: 303, scopes: ['openid email', 'openid email'] },
  ],
  'scopes joined in one box': [boxes('email notes:read', 'email,notes:read'), nothing],
  'scopes of another spelling': [boxes('EMAIL', ' email', 'email ', 'notes:read\0', `${API} notes:read`), nothing],
  'names that objects inherit': [boxes('__proto__', 'constructor', 'toString', ''), nothing],
  'claims that were not asked for': ['claim=phone_number&claim=__proto__', nothing],
  'fields of other pages': ['resource=x&required=&shown=email&openid=no', nothing],
};

for (const [what, [fields, expected]] of Object.entries(posts)) {
  test(`${what}: granted is what was asked for, shown and ticked`, async (t) => {
    t.deepEqual(await post(await atConsent(), fields), expected);
  });
}

test('what is required is granted, though nothing is ticked or something else', async (t) => {
  for (const fields of ['', boxes('profile', 'notes:write')])
    t.deepEqual(await post(await atConsent({ required_scopes: ['email', 'notes:read', 'phone'] }), fields), all);
});

test('a form beyond all bounds is refused, and the page is still good', async (t) => {
  const asked = await atConsent();
  t.deepEqual(await post(asked, boxes(...Array.from({ length: 9000 }, (_, at) => `forged-${at}`))), { status: 413 });
  t.deepEqual(await post(asked, boxes('email', 'notes:read')), all);
});

test('another field twice is refused as everywhere, and the page is still good', async (t) => {
  const asked = await atConsent();
  t.deepEqual(await post(asked, `csrf=${asked.form.hidden.csrf}&${boxes('email')}`), { status: 400 });
  t.deepEqual(await post(asked, boxes('email', 'notes:read')), all);
});

test('a second answer on a page that was answered changes nothing', async (t) => {
  const asked = await atConsent();
  t.deepEqual(await post(asked, boxes('email', 'notes:read')), all);
  t.deepEqual(await post(asked, ''), { status: 400 });
  const { url, verifier } = asked.app.request({ scope: SCOPE, resource: API, prompt: 'none' });
  const { code = '' } = toldApp(await asked.user.open(url));
  t.is((await redeem(asked.app, { code, verifier })).body.scope, 'notes:read');
});

test('ticked boxes from another site, or with the token of another sign-in, allow nothing', async (t) => {
  const [asked, other] = [await atConsent(), await atConsent()];
  const fields = boxes('email', 'notes:read');
  const headers = { ...FORM, 'sec-fetch-site': 'cross-site' };
  const body = `${new URLSearchParams(asked.form.hidden)}&${fields}`;
  t.is((await send(asked.user, asked.form, { body, headers })).statusCode, 403);
  const swapped = { ...asked.form, hidden: other.form.hidden };
  t.deepEqual(await post({ ...asked, form: swapped }, fields), { status: 403 });
  const silent = asked.app.request({ scope: SCOPE, resource: API, prompt: 'none' });
  t.is(toldApp(await asked.user.open(silent.url)).error, 'consent_required');
});
