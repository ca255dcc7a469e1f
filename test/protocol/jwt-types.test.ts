/** What a JWT was signed for is what it is good for (RFC 8725 3.11, RFC 9101 10.8), and its members are of the type that they have. */
import test from 'ava';
import { LOGIN, newVisitor, sharedProvider, toldApp } from '../support/provider-fixture.ts';
import { CALLBACK, signIn } from '../support/relying-party.ts';
import { newSigningApp, requestObject, type SigningApp } from '../support/request-doors.ts';
import { type KeyedApp, newKeyedApp } from './client-assertions.ts';

const fixture = await sharedProvider();
const { issuer } = fixture.latchkey;

type Members = Readonly<Record<string, unknown>>;

const grant = { grant_type: 'client_credentials' };
const endpoints: readonly string[] = ['/token', '/token/introspection', '/token/revocation', '/request'];

/** At every endpoint where a client proves itself. */
async function answers(claims: Members, header: Members = {}, metadata: object = {}) {
  const grant_types = ['authorization_code', 'client_credentials'];
  const keyed: KeyedApp = await newKeyedApp(fixture, { grant_types, ...metadata });
  const request = Object.fromEntries(new URL(keyed.app.request().url).searchParams);
  return Promise.all(
    endpoints.map(async (path) => {
      const assertion = await keyed.assertion(claims, undefined, header);
      const { body } = await keyed.post(path, assertion, path === '/token' ? grant : { ...request, token: 'x' });
      return (body as { readonly error?: string } | undefined)?.error;
    }),
  );
}

const others: readonly unknown[] = [
  ...['at+jwt', 'logout+jwt', 'dpop+jwt', 'secevent+jwt', 'entity-statement+jwt', 'token-introspection+jwt', 'JWE'],
  ...['application/at+jwt', 'AT+JWT', 'application/', 'text/jwt', 'jwt ', '', 7, null, ['JWT']],
];
const typesOf = (own: string): readonly unknown[] => [
  ...[undefined, 'JWT', 'jwt', 'application/jwt', 'Application/JWT', own, own.toUpperCase(), `application/${own}`],
];

for (const typ of typesOf('client-authentication+jwt')) {
  test(`an assertion of the type ${typ} is taken`, async (t) => {
    t.deepEqual(await answers({}, { typ }), [undefined, undefined, undefined, undefined]);
  });
}

const ALL_REFUSED = endpoints.map(() => 'invalid_client');

test('a JWT of another type is no assertion', async (t) => {
  for (const typ of [...others, 'oauth-authz-req+jwt', 'application/oauth-authz-req+jwt'])
    t.deepEqual(await answers({}, { typ }), ALL_REFUSED, String(typ));
});

test('what asks for an authorization is no assertion, of whatever type it is', async (t) => {
  const asking: readonly Members[] = [
    { response_type: 'code' },
    { redirect_uri: CALLBACK },
    { scope: 'openid' },
    { scope: null },
    { response_type: 'code', redirect_uri: CALLBACK, scope: 'openid', state: 'x' },
  ];
  for (const claims of asking) t.deepEqual(await answers(claims), ALL_REFUSED, JSON.stringify(claims));
  t.deepEqual(await answers({ client_id: 'x', extra: 1 }), [undefined, undefined, undefined, undefined]);
});

test('a client of the FAPI 2.0 profile names its audience as one text (Security Profile 5.3.2.1)', async (t) => {
  const profile = {
    fapi_profile: '2.0',
    token_endpoint_auth_signing_alg: 'ES256',
    grant_types: ['authorization_code'],
  };
  const alike = { require_pushed_authorization_requests: true, dpop_bound_access_tokens: true };
  for (const metadata of [profile, alike]) {
    t.deepEqual((await answers({ aud: [issuer] }, {}, metadata)).slice(1), ALL_REFUSED.slice(1));
    t.deepEqual((await answers({ aud: issuer }, {}, metadata)).slice(1), [undefined, undefined, undefined]);
  }
});

/** By value and pushed. */
async function toldOf(app: SigningApp, claims: Members, header: Members = {}) {
  const usual = Object.fromEntries(new URL(app.request().url).searchParams);
  const object = () => requestObject(issuer, app, { ...usual, ...claims }, header);
  const pushed = await app.post('/request', { request: await object() });
  const beside = { client_id: app.client.client_id, response_type: 'code', redirect_uri: CALLBACK, scope: 'openid' };
  const query = new URLSearchParams({ ...beside, request: await object() });
  const page = await signIn(newVisitor(), `${issuer}/auth?${query}`, LOGIN);
  return { pushed: pushed.body.error, byValue: toldApp(page).error, state: toldApp(page).state };
}

test('a JWT of another type is no request object', async (t) => {
  const app = await newSigningApp(fixture);
  for (const typ of [...others, 'client-authentication+jwt', 'application/client-authentication+jwt'])
    t.like(
      await toldOf(app, {}, { typ }),
      { pushed: 'invalid_request_object', byValue: 'invalid_request_object' },
      String(typ),
    );
});

test('request objects of their own type, of none, and of the general one are taken', async (t) => {
  const app = await newSigningApp(fixture);
  for (const typ of typesOf('oauth-authz-req+jwt'))
    t.like(await toldOf(app, {}, { typ }), { pushed: undefined, byValue: undefined }, String(typ));
});

const untyped: readonly unknown[] = [null, 5, 0, true, false, { a: 1 }, {}];
const parameters = ['state', 'nonce', 'scope', 'prompt', 'login_hint', 'acr_values', 'code_challenge', 'redirect_uri'];

for (const name of [
  ...parameters,
  'response_mode',
  'ui_locales',
  'id_token_hint',
  'display',
  'code_challenge_method',
]) {
  test(`${name} in a request object is a text, and nothing is made into one (RFC 9101 4)`, async (t) => {
    const app = await newSigningApp(fixture);
    for (const value of untyped) {
      const told = await toldOf(app, { [name]: value });
      t.like(told, { pushed: 'invalid_request_object', byValue: 'invalid_request_object' }, JSON.stringify(value));
      t.false(['null', 'true', 'false', '5', '0', '[object Object]'].includes(told.state ?? ''));
    }
  });
}

test('claims is an object or a text, max_age a number or a text', async (t) => {
  const app = await newSigningApp(fixture);
  const wrong: readonly Members[] = [
    ...[null, 5, true].map((claims) => ({ claims })),
    ...[null, true, {}].map((max_age) => ({ max_age })),
  ];
  for (const claims of wrong)
    t.like(
      await toldOf(app, claims),
      { pushed: 'invalid_request_object', byValue: 'invalid_request_object' },
      JSON.stringify(claims),
    );
  const right: readonly Members[] = [
    { max_age: 1000 },
    { max_age: '1000' },
    { claims: { id_token: { email: null } } },
    { claims: '{"id_token":{"email":null}}' },
  ];
  for (const claims of right)
    t.like(await toldOf(app, claims), { pushed: undefined, byValue: undefined }, JSON.stringify(claims));
});
