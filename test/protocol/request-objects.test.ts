/** Authorization requests as signed JWTs (RFC 9101, RFC 9126 3): signed by the app, for us, and all that counts is in there. */
import test from 'ava';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { updateClient } from '../../src/domain/clients/change.ts';
import { API, LOGIN, newVisitor, obtainCode, redeem, sharedProvider, toldApp } from '../support/provider-fixture.ts';
import { CALLBACK, codeOf, signIn } from '../support/relying-party.ts';
import { newSigningApp, requestObject, type SigningApp } from '../support/request-doors.ts';
import type { User } from '../support/user.ts';

const OTHER_API = 'https://other.example.com/';
const fixture = await sharedProvider({ resources: [{ identifier: OTHER_API, scopes: { 'other:do': 'Do it' } }] });
const { issuer, logged, installation } = fixture.latchkey;
const now = (): number => Math.floor(Date.now() / 1000);

type Claims = Readonly<Record<string, unknown>>;

function parametersOf(app: SigningApp, parameters: Readonly<Record<string, string>> = {}) {
  const { url, verifier } = app.request(parameters);
  return { usual: Object.fromEntries(new URL(url).searchParams), verifier };
}

interface Told {
  readonly error: string | undefined;
  readonly description: string | undefined;
}

/** Opens the request with the object, and reads what was made of it: by the app, by the user or in the answer to a push. */
const doors: Readonly<Record<string, (app: SigningApp, request: string, user?: User) => Promise<Told>>> = {
  async 'by value'(app, request, user = newVisitor()) {
    // What stands beside it is where errors go that come before it is believed (OIDC Core 6.1).
    const beside = { client_id: app.client.client_id, response_type: 'code', redirect_uri: CALLBACK, scope: 'openid' };
    const page = await user.open(`${issuer}/auth?${new URLSearchParams({ ...beside, request })}`);
    if (!page.url.startsWith(CALLBACK)) return { error: undefined, description: page.body };
    const { error, error_description: description } = toldApp(page);
    return { error, description };
  },
  async pushed(app, request) {
    const { body } = await app.post('/request', { request });
    return { error: body.error as string | undefined, description: String(body.error_description) };
  },
};

const refused: Readonly<Record<string, readonly [Claims, string]>> = {
  'that has expired': [{ exp: now() - 60 }, 'invalid_request_object'],
  'that expires as a text': [{ exp: String(now() + 60) }, 'invalid_request_object'],
  'that is not valid yet': [{ nbf: now() + 120 }, 'invalid_request_object'],
  'for another provider': [{ aud: 'https://other.example/' }, 'invalid_request_object'],
  'for the authorization endpoint': [{ aud: `${issuer}/auth` }, 'invalid_request_object'],
  'for nobody': [{ aud: undefined }, 'invalid_request_object'],
  'of another issuer': [{ iss: 'somebody' }, 'invalid_request_object'],
  'of no issuer': [{ iss: undefined }, 'invalid_request_object'],
  'of another client': [{ client_id: 'somebody' }, 'invalid_request_object'],
  'with an object inside': [{ request: 'a.b.c' }, 'invalid_request_object'],
  'with a request_uri inside': [{ request_uri: 'urn:ietf:params:oauth:request_uri:x' }, 'invalid_request_object'],
  'with scopes as a list': [{ scope: ['openid', 'email'] }, 'invalid_request'],
  'with the state twice': [{ state: ['a', 'b'] }, 'invalid_request'],
  'with a list of lists as resource': [{ resource: [[API]] }, 'invalid_target'],
  'with numbers as resource': [{ resource: [API, 1] }, 'invalid_target'],
  'with an object as resource': [{ resource: { [API]: true } }, 'invalid_target'],
  'with one unknown resource of two': [{ resource: [API, 'https://unknown.example/'] }, 'invalid_target'],
  'without PKCE': [{ code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
  'with a scope of odd characters': [{ scope: 'openid\temail' }, 'invalid_scope'],
  'with a max_age that is none': [{ max_age: -1 }, 'invalid_request'],
  'with a prompt that nobody knows': [{ prompt: 'sing' }, 'invalid_request'],
};

for (const [what, [claims, error]] of Object.entries(refused)) {
  test(`a request object ${what} is ${error}, by value and pushed`, async (t) => {
    const app = await newSigningApp(fixture);
    const request = await requestObject(issuer, app, { ...parametersOf(app).usual, ...claims });
    for (const [door, send] of Object.entries(doors)) t.is((await send(app, request)).error, error, door);
  });
}

test('what the app has not signed is no request, by value and pushed', async (t) => {
  const app = await newSigningApp(fixture);
  const { usual } = parametersOf(app);
  const claims = { ...usual, iss: app.client.client_id, aud: issuer, exp: now() + 60, nbf: now() };
  const good = await requestObject(issuer, app, usual);
  const [header = '', payload = '', signature = ''] = good.split('.');
  const { privateKey: foreign } = await generateKeyPair('ES256', { extractable: true });
  const published = new TextEncoder().encode(JSON.stringify(await exportJWK(foreign)));
  const forged: Readonly<Record<string, string>> = {
    unsigned: new UnsecuredJWT(claims).encode(),
    'signed by another key': await requestObject(issuer, { ...app, privateKey: foreign }, usual),
    'signed with the secret': await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(app.client.client_secret)),
    'signed with a public key as the secret': await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .sign(published),
    'without its signature': `${header}.${payload}.`,
    'with another payload': `${header}.${Buffer.from(JSON.stringify({ ...claims, scope: 'openid' })).toString('base64url')}.${signature}`,
    'of five parts': `${good}.a.b`,
    'of text': 'a.b.c',
  };
  for (const [what, request] of Object.entries(forged))
    for (const [door, send] of Object.entries(doors))
      t.is((await send(app, request)).error, 'invalid_request_object', `${what}, ${door}`);
});

test('a client without keys sends no request objects', async (t) => {
  const [app, other] = [await fixture.newApp(), await newSigningApp(fixture)];
  const request = await requestObject(issuer, { ...other, ...app }, parametersOf({ ...other, ...app }).usual);
  for (const send of Object.values(doors))
    t.is((await send({ ...other, ...app }, request)).error, 'invalid_request_object');
});

const taken: Readonly<Record<string, Claims>> = {
  'for several providers, us among them': { aud: ['https://other.example/', issuer] },
  'of a clock that is 8 seconds ahead': { nbf: now() + 8, iat: now() + 8 },
  'without a time': { exp: undefined, nbf: undefined, iat: undefined },
  'with claims as an object': { claims: { id_token: { auth_time: { essential: true } } } },
  'with claims as a text': { claims: '{"id_token":{"auth_time":null}}' },
  'with a number as max_age': { max_age: 1000 },
  'with members that nobody knows': { extra: { a: [1] }, sub: 'somebody' },
};

for (const [what, claims] of Object.entries(taken)) {
  test(`a request object ${what} signs in, by value and pushed`, async (t) => {
    const app = await newSigningApp(fixture);
    const { usual, verifier } = parametersOf(app, { scope: 'openid email' });
    const address = (query: object) =>
      `${issuer}/auth?${new URLSearchParams({ client_id: app.client.client_id, ...query })}`;
    const byValue = await requestObject(issuer, app, { ...usual, ...claims });
    const pushed = await app.post('/request', { request: await requestObject(issuer, app, { ...usual, ...claims }) });
    t.is(pushed.statusCode, 201, JSON.stringify(pushed.body));
    t.true(Number(pushed.body.expires_in) > 0);
    for (const query of [{ request: byValue }, { request_uri: String(pushed.body.request_uri) }]) {
      const page = await signIn(newVisitor(), address(query), LOGIN);
      t.is(toldApp(page).state, usual.state);
      t.is((await redeem(app, { code: codeOf(page), verifier })).body.scope, 'openid email');
    }
  });
}

test('an object that just ran out on our clock is taken where it is used at once, and not to be kept', async (t) => {
  const app = await newSigningApp(fixture);
  const request = await requestObject(issuer, app, { ...parametersOf(app).usual, exp: now() - 8 });
  t.is((await doors['by value']?.(app, request))?.error, undefined);
  t.is((await doors.pushed?.(app, request))?.error, 'invalid_request_object');
});

test('one resource or several in an object are what the grant is for', async (t) => {
  const app = await newSigningApp(fixture);
  for (const resource of [API, [API], [API, OTHER_API]]) {
    const { usual, verifier } = parametersOf(app, { scope: 'openid notes:read other:do' });
    const request = await requestObject(issuer, app, { ...usual, resource });
    const query = new URLSearchParams({ client_id: app.client.client_id, request });
    const code = codeOf(await signIn(newVisitor(), `${issuer}/auth?${query}`, LOGIN));
    t.is((await redeem(app, { code, verifier }, { resource: API })).body.scope, 'notes:read');
  }
});

test('what stands beside an object does not count, and adds nothing to it', async (t) => {
  const app = await newSigningApp(fixture);
  const { usual, verifier } = parametersOf(app, { scope: 'openid', state: 'inside' });
  const request = await requestObject(issuer, app, usual);
  const beside = { state: 'outside', scope: 'openid email', prompt: 'none', login_hint: 'x', nonce: 'outside' };
  const query = new URLSearchParams({ ...beside, client_id: app.client.client_id, request });
  const page = await signIn(newVisitor(), `${issuer}/auth?${query}`, LOGIN);
  t.is(toldApp(page).state, 'inside');
  t.is((await redeem(app, { code: codeOf(page), verifier })).body.scope, 'openid');
});

test('a response type or client beside an object that differs from the one inside is refused', async (t) => {
  const app = await newSigningApp(fixture);
  const request = await requestObject(issuer, app, parametersOf(app).usual);
  const query = { client_id: app.client.client_id, redirect_uri: CALLBACK, response_type: 'token', request };
  t.is(
    toldApp(await newVisitor().open(`${issuer}/auth?${new URLSearchParams(query)}`)).error,
    'invalid_request_object',
  );
});

test('a client that must sign its requests is held to it at both doors (RFC 9101 10.5)', async (t) => {
  const app = await newSigningApp(fixture, { require_signed_request_object: true });
  const { usual } = parametersOf(app);
  t.is(toldApp(await newVisitor().open(app.request().url)).error, 'invalid_request');
  const pushed = await app.post('/request', usual);
  t.deepEqual([pushed.statusCode, pushed.body.error], [400, 'invalid_request']);
  const unsigned = new UnsecuredJWT({ ...usual, iss: app.client.client_id, aud: issuer, exp: now() + 60 }).encode();
  for (const send of Object.values(doors)) t.is((await send(app, unsigned)).error, 'invalid_request_object');
  for (const send of Object.values(doors))
    t.is((await send(app, await requestObject(issuer, app, usual))).error, undefined);
});

test('a plain request that was pushed before the client had to sign is refused when it is opened', async (t) => {
  const app = await newSigningApp(fixture);
  const { body } = await app.post('/request', parametersOf(app).usual);
  await updateClient(app.client.client_id, { require_signed_request_object: true }, installation.registration);

  await installation.providerDeps.caches.clients.reload(app.client.client_id);
  const query = new URLSearchParams({ client_id: app.client.client_id, request_uri: String(body.request_uri) });
  const page = await newVisitor().open(`${issuer}/auth?${query}`);
  t.is(page.status, 400);
  t.true(page.body.includes('invalid_request'));
});

test('an algorithm that a client has registered for its objects is the only one, at both doors', async (t) => {
  for (const [alg, error] of [
    ['PS256', 'invalid_request_object'],
    ['ES256', undefined],
  ] as const) {
    const app = await newSigningApp(fixture, { request_object_signing_alg: alg });
    const request = await requestObject(issuer, app, parametersOf(app).usual);
    for (const send of Object.values(doors)) t.is((await send(app, request)).error, error);
  }
});

for (const [what, claims] of Object.entries({
  'an error of the request': { prompt: 'none' },
  'a claim that is wrong': { aud: 'https://other.example/' },
  'a scope that is none': { scope: 'openid\temail' },
})) {
  test(`form_post inside an object alone is how the app hears of ${what}`, async (t) => {
    const app = await newSigningApp(fixture);
    const { usual } = parametersOf(app, { response_mode: 'form_post', state: 'kept' });
    const request = await requestObject(issuer, app, { ...usual, ...claims });
    for (const object of [request, new UnsecuredJWT({ ...usual, ...claims }).encode()]) {
      const beside = { client_id: app.client.client_id, redirect_uri: CALLBACK, response_type: 'code' };
      const page = await newVisitor().open(`${issuer}/auth?${new URLSearchParams({ ...beside, request: object })}`);
      t.regex(page.body, /name="error"/);
      t.regex(page.body, /name="state"[^>]*value="kept"/);
      t.true(page.body.includes(`action="${CALLBACK}"`));
    }
  });
}

test('discovery says that objects are taken by value, signed', async (t) => {
  const app = await fixture.newApp();
  t.truthy((await obtainCode(app)).code);
  const document = (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as Claims;
  t.true(document.request_parameter_supported);
  t.false(document.request_uri_parameter_supported);
  t.deepEqual(document.request_object_signing_alg_values_supported, ['RS256', 'PS256', 'ES256', 'Ed25519', 'EdDSA']);
});

test.after('nothing of it was a fault in the log', (t) => {
  t.deepEqual(
    logged.filter(({ level }) => level === 'error'),
    [],
  );
});
