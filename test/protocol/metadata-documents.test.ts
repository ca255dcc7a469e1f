/** Clients that are known by their metadata document (draft-ietf-oauth-client-id-metadata-document). */
import test from 'ava';
import got from 'got';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { administratorsMembers } from '../../src/domain/clients/metadata/member-rules.ts';
import {
  API,
  LOGIN,
  newVisitor,
  obtainCode,
  ownProvider,
  redeem,
  sharedProvider,
  textOf,
} from '../support/provider-fixture.ts';
import { appOf, CALLBACK, PASSWORD } from '../support/relying-party.ts';
import { newUser } from '../support/user.ts';
import { ASSERTION_TYPE } from './client-assertions.ts';
import { answerJson, clientAt, startDocuments } from './documents.ts';

const { publicKey, privateKey } = await generateKeyPair('ES256');
const jwk = { ...(await exportJWK(publicKey)), alg: 'ES256', use: 'sig' };
const documents = await startDocuments();
const { latchkey, newApp } = await sharedProvider({ environment: { OUTBOUND_ALLOW_PRIVATE: documents.origin } });
test.after.always(() => documents.stop());

const appAt = (clientId: string) =>
  appOf(latchkey, { client_id: clientId, token_endpoint_auth_method: 'none', client_secret: '' });

test.serial('a metadata document with first_party: true gets the consent page', async (t) => {
  const { user } = await obtainCode(await newApp());
  const page = await user.open(appAt(documents.publish({ first_party: true })).request({ scope: 'openid' }).url);
  t.regex(page.body, /id="consent-submit"/);
});

test.serial(
  'an app is signed in to by its document, refreshes, and is known to userinfo and introspection',
  async (t) => {
    const app = appAt(documents.publish());
    const code = await obtainCode(app, { scope: 'openid email offline_access', prompt: 'consent' });
    const { body: tokens } = await redeem(app, code);
    const refreshed = await app.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' });
    t.is(refreshed.statusCode, 200);
    const headers = { authorization: `Bearer ${refreshed.body.access_token}` };
    t.like(await got(`${latchkey.issuer}/me`, { headers }).json(), { email: LOGIN });
    const { body } = await app.post('/token/introspection', { token: refreshed.body.access_token });
    t.like(body, { active: true, client_id: app.client.client_id });
  },
);

test.serial('discovery says that documents are read', async (t) => {
  const discovery = await got(`${latchkey.issuer}/.well-known/openid-configuration`).json();
  t.like(discovery, { client_id_metadata_document_supported: true });
});

const valuesOfAdministrators: Readonly<Record<string, unknown>> = {
  first_party: true,
  require_pkce: false,
  resources: [API],
  cors_origins: ['https://elsewhere.example'],
  refresh_grace_seconds: 60,
  required_scopes: ['email'],
  id_token_claims: ['email'],
  allowed_groups: ['nobody is in it'],
  allowed_ips: ['192.0.2.1'],
  minimum_acr: 'urn:latchkey:acr:mfa',
  allow_endpoint_audience: true,
  use_granted_resource: false,
  fapi_profile: '2.0',
  organization_name: 'The Bank',
  allowed_schemes: ['exp'],
  access_token_seconds: 60,
  refresh_token_idle_seconds: 60,
  refresh_token_max_seconds: 60,
};

/** Of a document that says all of it. */
async function clientSaying(values: Readonly<Record<string, unknown>>) {
  const tagged = Object.entries(values).map(([name, value]) => [`${name}#de`, value]);
  const id = documents.publish({ ...values, ...Object.fromEntries(tagged) });
  return { id, ...(await clientAt(latchkey.installation, id)) };
}

const ofAnotherForm = Object.fromEntries(administratorsMembers.map((name) => [name, { not: 'that' }]));

for (const [kind, said] of [
  ['of its form', valuesOfAdministrators],
  ['of another form', ofAnotherForm],
] as const) {
  let made: ReturnType<typeof clientSaying> | undefined;
  for (const member of administratorsMembers)
    test(`${member} ${kind} has no effect in a document, and is no error`, async (t) => {
      t.true(member in valuesOfAdministrators, 'the table above has no value');
      made ??= clientSaying(said);
      const client = await made;
      t.like(client, { clientId: client.id });
      const left = Object.keys(client).filter((name) => name.startsWith(member));
      t.deepEqual(left, []);
    });
}

test.serial(
  'a document gives its app no scope that is for chosen apps, and what made it is not for it to say',
  async (t) => {
    const id = documents.publish({ scope: 'openid email roles mcp:tools', client_id_issued_at: 1 });
    t.like(await clientAt(latchkey.installation, id), {
      scope: 'openid email',
      clientIdIssuedAt: undefined,
    });
  },
);

test.serial('an app whose document names an address on the device is a native app: its port is free', async (t) => {
  const id = documents.publish({ redirect_uris: ['http://127.0.0.1/callback'] });
  const { url } = appAt(id).request({ redirect_uri: 'http://127.0.0.1:4321/callback', prompt: 'none' });
  const page = await newUser({ stopAt: 'http://127.0.0.1:4321/' }).open(url);
  t.regex(page.body, /login_required/);
});

test.serial('a public app of a document needs PKCE', async (t) => {
  const query = new URLSearchParams({
    client_id: documents.publish({ require_pkce: false }),
    ...{ response_type: 'code', redirect_uri: CALLBACK, scope: 'openid' },
  });
  const page = await newVisitor().open(`${latchkey.issuer}/auth?${query}`);
  t.regex(page.body, /invalid_request.*code_challenge is missing/s);
});

test.serial('nobody is sent on to the redirect URI of a document before they did something here', async (t) => {
  const app = appAt(documents.publish());
  const { user: other } = await obtainCode(await newApp());
  for (const user of [newVisitor(), other])
    for (const [parameters, code] of [
      [{ prompt: 'none' }, /login_required|consent_required/],
      [{ response_type: 'token' }, /unsupported_response_type/],
      [{ response_mode: 'form_post', prompt: 'none' }, /login_required|consent_required/],
    ] as const) {
      const page = await user.open(app.request({ ...parameters }).url);
      t.true(page.url.startsWith(latchkey.issuer), page.url);
      t.is(page.status, 400);
      t.regex(page.body, code);
    }
  const page = await other.open(app.request().url);
  t.regex((await other.submit(page, 'abort')).url, /error=access_denied/);
});

test.serial('an app of a document that somebody allowed gets errors as any other: in an iframe too', async (t) => {
  const app = appAt(documents.publish());
  const { user } = await obtainCode(app, { scope: 'openid' });
  t.regex((await user.open(app.request({ scope: 'openid', prompt: 'none' }).url)).url, /code=/);
  t.regex((await user.open(app.request({ prompt: 'none', scope: 'openid email' }).url)).url, /error=consent_required/);
  t.regex((await user.open(app.request({ response_type: 'token' }).url)).url, /error=unsupported_response_type/);
});

test.serial('whoever signs out is sent on to an address of a document if they were asked first', async (t) => {
  const address = CALLBACK;
  const app = appAt(documents.publish({ post_logout_redirect_uris: [address] }));
  const query = new URLSearchParams({ client_id: String(app.client.client_id), post_logout_redirect_uri: address });
  const signOut = `${latchkey.issuer}/session/end?${query}`;
  const visitor = newVisitor();
  const passed = await visitor.submit(await visitor.open(signOut), 'hand-over-submit');
  t.true(passed.url.startsWith(`${latchkey.issuer}/session/end/success`), passed.url);
  const { user } = await obtainCode(app, { scope: 'openid' });
  t.is((await user.submit(await user.open(signOut), 'logout-confirm')).url, address);
});

test.serial('what was allowed to an app of a document is remembered', async (t) => {
  const app = appAt(documents.publish());
  const { user } = await obtainCode(app, { scope: 'openid' });
  const page = await user.open(app.request({ scope: 'openid' }).url);
  t.regex(page.url, /code=/);
});

test.serial('pages call the app by its host, and put what it calls itself in quotes', async (t) => {
  const planted = 'Google” is safe <b>click</b> “';
  const quotes = `"'”’„‚»«›‹″′‴ʺʹ＂❞〞｣`;
  const { user } = await obtainCode(await newApp());
  const page = await user.open(
    appAt(documents.publish({ client_name: planted + quotes })).request({ scope: 'openid' }).url,
  );
  const { host } = new URL(documents.origin);
  const [heading = ''] = /<h1>.*?<\/h1>/s.exec(page.body) ?? [];
  t.true(heading.includes(host), heading);
  t.false(heading.includes('Google'));
  t.true(textOf(page).includes('It calls itself “Google is safe &lt;b&gt;click&lt;/b&gt;”.'), textOf(page));
});

test.serial('no logo of a document is shown', async (t) => {
  const app = appAt(documents.publish({ logo_uri: `${documents.origin}/logo.png` }));
  const login = await newVisitor().open(app.request().url);
  t.false(login.body.includes('logo.png'));
  t.false(String(login.headers['content-security-policy']).includes(documents.origin));
});

test.serial(
  'the consent page says that any program on the device could be the app, where a document sends people there',
  async (t) => {
    const native = appAt(documents.publish({ redirect_uris: ['http://127.0.0.1/callback'] }));
    const { user } = await obtainCode(await newApp());
    const page = await user.open(native.request({ redirect_uri: 'http://127.0.0.1:4321/callback' }).url);
    t.regex(textOf(page), /any program on it could claim to be this app/);
    const web = await user.open(appAt(documents.publish()).request().url);
    t.notRegex(textOf(web), /any program/);
  },
);

async function ask(id: string, more: Readonly<Record<string, string>> = {}, { issuer } = latchkey, life = '1m') {
  const assertion = await new SignJWT({ iss: id, sub: id, aud: issuer, jti: String(Math.random()) })
    .setProtectedHeader({ alg: 'ES256' })
    .setExpirationTime(life)
    .sign(privateKey);
  const body = new URLSearchParams({
    ...{ client_assertion_type: ASSERTION_TYPE, client_assertion: assertion },
    ...{ grant_type: 'refresh_token', refresh_token: 'x'.repeat(43), ...more },
  });
  const answer = await fetch(`${issuer}/token`, { method: 'POST', body });
  return (await answer.json()) as { readonly error: string; readonly error_description: string };
}

test.serial(
  'a document may use a key: the set at jwks_uri is fetched once a minute, however often it authenticates',
  async (t) => {
    const keys = documents.answering((response) => answerJson(response, { keys: [jwk] }));
    const id = documents.publish({ token_endpoint_auth_method: 'private_key_jwt', jwks_uri: keys });
    const errors = [await ask(id), await ask(id), await ask(id)].map(({ error }) => error);
    t.deepEqual(errors, ['invalid_grant', 'invalid_grant', 'invalid_grant']);
    t.is(documents.asked.filter((path) => keys.endsWith(path)).length, 1);
  },
);

test.serial('the keys of a registered client stay as they are when a document names their address too', async (t) => {
  // More than a document may have.
  const keys = documents.answering((response) => answerJson(response, { keys: [jwk], more: 'x'.repeat(80 * 1024) }));
  const withKeys = { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: keys };
  const stranger = documents.publish(withKeys);
  t.is((await ask(stranger)).error, 'invalid_client');
  const { client_id: id } = await latchkey.createClient({
    ...{ ...withKeys, redirect_uris: [CALLBACK], grant_types: ['authorization_code', 'refresh_token'] },
  });
  t.is((await ask(String(id))).error, 'invalid_grant');
  t.is((await ask(stranger)).error, 'invalid_client');
});

const WITH_KEY = { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [jwk] } };

test.serial('an assertion of the client of a document expires within five minutes', async (t) => {
  const id = documents.publish(WITH_KEY);
  t.is((await ask(id, {}, latchkey, '5m')).error, 'invalid_grant');
  t.is((await ask(id, {}, latchkey, '6m')).error, 'invalid_client');
});

test.serial('the client of a document gets no token for itself, whatever grants it names', async (t) => {
  const id = documents.publish({ ...WITH_KEY, grant_types: ['authorization_code', 'client_credentials'] });
  const { error_description: description } = await ask(id, { grant_type: 'client_credentials' });
  t.is(description, 'requested grant type is not allowed for this client');
});

test.serial(
  'what assertions of such clients leave behind is paid for by the network that they come from',
  async (t) => {
    const environment = { OUTBOUND_ALLOW_PRIVATE: documents.origin, BUDGET_FACTOR: '0.01' };
    const own = await ownProvider(t, { environment });
    const id = documents.publish(WITH_KEY);
    const answers: string[] = [];
    for (let count = 0; count < 7; count += 1) answers.push((await ask(id, {}, own.latchkey)).error);
    t.deepEqual(answers, [...Array<string>(6).fill('invalid_grant'), 'temporarily_unavailable']);
    t.true(
      own.latchkey.logged.some(({ event, reason }) => event === 'request.throttled' && reason === 'client_assertion'),
    );
  },
);

test.serial('a sign-in page and a page that comes too late know the app of a document', async (t) => {
  const app = appAt(documents.publish({ client_uri: `${documents.origin}/home` }));
  const user = newVisitor();
  const login = await user.open(app.request().url);
  t.true(textOf(login).includes(new URL(documents.origin).host));
  const late = await newVisitor().open(login.url);
  t.is(late.status, 400);
  t.true(late.body.includes(`href="${documents.origin}/home"`), late.body);
});

test.serial('the page /account lists the app of a document by its host', async (t) => {
  const app = appAt(documents.publish({ client_name: 'Planted name' }));
  const { user } = await obtainCode(app, { scope: 'openid' });
  let page = await user.open(`${latchkey.issuer}/account`);
  if (page.body.includes('id="login-submit"'))
    page = await user.submit(page, 'login-submit', { login: LOGIN, password: PASSWORD });
  t.true(textOf(page).includes(new URL(documents.origin).host));
  t.false(textOf(page).includes('Planted name'));
});
