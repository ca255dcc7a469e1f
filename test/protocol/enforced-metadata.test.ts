/** Each member of client metadata that is offered changes what happens, compared with a client that does not have it. */
import test from 'ava';
import got from 'got';
import { decodeJwt, decodeProtectedHeader, generateKeyPair } from 'jose';
import { memberGroups } from '../../src/domain/clients/metadata/members.ts';
import { LOGIN, newVisitor, obtainCode, redeem, sharedProvider } from '../support/provider-fixture.ts';
import { type App, CALLBACK, signIn, WEB_APP } from '../support/relying-party.ts';
import { storeClient } from '../support/stored-client.ts';
import { newKeyedApp } from './client-assertions.ts';

const fixture = await sharedProvider();
const { latchkey, newApp } = fixture;
const { issuer } = latchkey;
const OTHER = 'https://other.example.com/callback';
const LEVEL = 'urn:latchkey:acr:mfa';

interface Probe {
  readonly value: unknown;
  /** What the client needs beside it. */
  readonly beside?: Readonly<Record<string, unknown>>;
  /** What only comes with the value. */
  readonly besideIt?: Readonly<Record<string, unknown>>;
  readonly attempt: (app: App) => Promise<unknown>;
  readonly without: unknown;
  readonly withIt: unknown;
}

/** A pushed request needs no browser, and is held to the same rules (RFC 9126 2.1). */
async function push(app: App, parameters: Readonly<Record<string, string>> = {}): Promise<string> {
  const form = Object.fromEntries(new URL(app.request(parameters).url).searchParams);
  const { statusCode, body } = await app.post('/request', form);
  return statusCode === 201 ? 'taken' : String(body.error);
}

async function idTokenOf(app: App): Promise<string> {
  const { body } = await redeem(app, await obtainCode(app));
  return body.id_token ?? '';
}

const claimOf = (name: string) => async (app: App) => decodeJwt(await idTokenOf(app))[name] !== undefined;

/** The second time, by the session of the first. */
async function signInAgain(app: App): Promise<string> {
  const user = newVisitor();
  await signIn(user, app.request().url, LOGIN);
  const page = await user.open(app.request().url);
  return page.url.startsWith(CALLBACK) ? 'no page' : 'the sign-in page';
}

async function signOutTo(app: App): Promise<number> {
  const query = new URLSearchParams({ client_id: app.client.client_id, post_logout_redirect_uri: OTHER });
  return (await newVisitor().open(`${issuer}/session/end?${query}`)).status;
}

async function authenticateWithoutSecret({ client: { client_id } }: App): Promise<unknown> {
  const form = { client_id, grant_type: 'authorization_code', code: 'x', redirect_uri: CALLBACK };
  const answer = await got.post(`${issuer}/token`, { form, throwHttpErrors: false, retry: { limit: 0 } });
  return JSON.parse(answer.body).error;
}

const probes: Readonly<Record<string, Probe>> = {
  redirect_uris: {
    value: [CALLBACK, OTHER],
    attempt: (app) => push(app, { redirect_uri: OTHER }),
    without: 'invalid_request',
    withIt: 'taken',
  },
  post_logout_redirect_uris: { value: [OTHER], attempt: signOutTo, without: 400, withIt: 200 },
  application_type: {
    value: 'native',
    beside: { redirect_uris: ['http://127.0.0.1/callback'] },
    attempt: (app) => push(app, { redirect_uri: 'http://127.0.0.1:4711/callback' }),
    without: 'invalid_request',
    withIt: 'taken',
  },
  token_endpoint_auth_method: {
    value: 'none',
    attempt: authenticateWithoutSecret,
    without: 'invalid_client',
    withIt: 'invalid_grant',
  },
  grant_types: {
    value: ['authorization_code'],
    attempt: async (app) => (await redeem(app, await obtainCode(app))).body.refresh_token === undefined,
    without: false,
    withIt: true,
  },
  response_modes: {
    value: ['form_post'],
    attempt: (app) => push(app, { response_mode: 'fragment' }),
    without: 'taken',
    withIt: 'invalid_request',
  },
  scope: {
    value: 'openid profile',
    attempt: (app) => push(app, { scope: 'openid email' }),
    without: 'taken',
    withIt: 'invalid_scope',
  },
  id_token_signed_response_alg: {
    value: 'ES256',
    attempt: async (app) => decodeProtectedHeader(await idTokenOf(app)).alg,
    without: 'RS256',
    withIt: 'ES256',
  },
  default_max_age: { value: 0, attempt: signInAgain, without: 'no page', withIt: 'the sign-in page' },
  require_auth_time: { value: true, attempt: claimOf('auth_time'), without: false, withIt: true },
  default_acr_values: { value: [LEVEL], attempt: signInAgain, without: 'no page', withIt: 'the sign-in page' },
  backchannel_logout_session_required: {
    value: true,
    beside: { backchannel_logout_uri: 'https://app.example.com/logout' },
    attempt: claimOf('sid'),
    without: false,
    withIt: true,
  },
  require_pushed_authorization_requests: {
    value: true,
    attempt: async (app) => new URL((await newVisitor().open(app.request().url)).url).searchParams.get('error'),
    without: null,
    withIt: 'invalid_request',
  },
  require_signed_request_object: {
    value: true,
    beside: { jwks_uri: 'https://app.example.com/jwks' },
    attempt: (app) => push(app),
    without: 'taken',
    withIt: 'invalid_request',
  },
  dpop_bound_access_tokens: {
    value: true,
    attempt: async (app) => (await redeem(app, await obtainCode(app))).body.error,
    without: undefined,
    withIt: 'invalid_grant',
  },
};

for (const [member, { value, beside = {}, besideIt = {}, attempt, without, withIt }] of Object.entries(probes)) {
  test(`${member} is enforced`, async (t) => {
    t.deepEqual(await attempt(await newApp(beside)), without);
    t.deepEqual(await attempt(await newApp({ ...beside, ...besideIt, [member]: value })), withIt);
  });
}

/** Kept where another party is called, or by its keys. */
const provenElsewhere: Readonly<Record<string, string>> = {
  jwks_uri: 'client-keys.test.ts',
  request_object_signing_alg: 'request-objects.test.ts',
  authorization_signed_response_alg: 'signed-answers.test.ts',
  initiate_login_uri: 'interaction-end.test.ts',
  backchannel_logout_uri: 'backchannel-logout.test.ts',
};

test('of each member of the protocol a test shows that it is enforced', (t) => {
  const proven = [
    ...Object.keys(probes),
    ...Object.keys(provenElsewhere),
    'jwks',
    'token_endpoint_auth_signing_alg',
    'response_types',
  ];
  t.deepEqual(proven.sort(), Object.keys(memberGroups['The protocol']).sort());
});

test('response_types is enforced: a client that was stored without the code gets none', async (t) => {
  t.is(await push(await storeClient(fixture, WEB_APP)), 'taken');
  t.is(await push(await storeClient(fixture, { ...WEB_APP, response_types: [] })), 'invalid_request');
});

test('jwks and token_endpoint_auth_signing_alg are enforced: no other key and no other algorithm proves the client', async (t) => {
  const form = { grant_type: 'authorization_code', code: 'x', redirect_uri: CALLBACK };
  const keyed = await newKeyedApp(fixture);
  t.is((await keyed.post('/token', await keyed.assertion(), form)).body.error, 'invalid_grant');
  const { privateKey } = await generateKeyPair('ES256');
  t.is((await keyed.post('/token', await keyed.assertion({}, privateKey), form)).body.error, 'invalid_client');
  const other = await newKeyedApp(fixture, { token_endpoint_auth_signing_alg: 'RS256' });
  t.is((await other.post('/token', await other.assertion(), form)).body.error, 'invalid_client');
});

const values: readonly Readonly<Record<string, unknown>>[] = [
  { grant_types: ['authorization_code', 'implicit'] },
  { grant_types: ['password'] },
  { grant_types: ['urn:ietf:params:oauth:grant-type:device_code'] },
  { response_types: ['code id_token'] },
  { response_types: ['none'] },
  { response_modes: ['form_post', 'web_message'] },
  { response_modes: [] },
  { application_type: 'desktop' },
  { token_endpoint_auth_method: 'tls_client_auth' },
  { token_endpoint_auth_method: 'client_secret_jwt' },
  { token_endpoint_auth_signing_alg: 'HS256' },
  { token_endpoint_auth_signing_alg: 'ES256' },
  { id_token_signed_response_alg: 'none' },
  { id_token_signed_response_alg: 'HS256' },
  { default_acr_values: ['urn:mace:incommon:iap:silver'] },
  { default_max_age: -1 },
  { default_max_age: '60' },
  { require_auth_time: 'true' },
  { dpop_bound_access_tokens: 1 },
  { scope: 'openid nonsense' },
  { contacts: ['nobody'] },
  { logo_uri: 'javascript:alert(1)' },
];

test('of a member that is enforced, a value that is not is refused by name', async (t) => {
  for (const metadata of values) {
    const { message } = await t.throwsAsync(
      () => newApp(metadata),
      { code: 'client_metadata_invalid' },
      JSON.stringify(metadata),
    );
    t.true(message.includes(String(Object.keys(metadata))), `${JSON.stringify(metadata)}: ${message}`);
  }
});
