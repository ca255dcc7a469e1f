/** What one authorization request may leave in the database is bounded, by whatever door it comes. */
import test, { type ExecutionContext } from 'ava';
import got from 'got';
import { UnsecuredJWT } from 'jose';
import { LOGIN, newVisitor, sharedProvider, toldApp } from '../support/provider-fixture.ts';
import { type App, codeOf, signIn } from '../support/relying-party.ts';
import { newSigningApp, requestObject } from '../support/request-doors.ts';

const fixture = await sharedProvider();
const { latchkey, newApp } = fixture;
const { issuer, installation } = latchkey;
const LIMIT = 8 * 1024;

const long = (bytes: number): string => 'x'.repeat(bytes);

/** One long parameter, or many that are short: it is their sum that counts. */
const requests: Readonly<Record<string, (bytes: number) => Readonly<Record<string, string>>>> = {
  state: (bytes) => ({ state: long(bytes) }),
  nonce: (bytes) => ({ nonce: long(bytes) }),
  login_hint: (bytes) => ({ login_hint: long(bytes) }),
  ui_locales: (bytes) => ({ ui_locales: 'en '.repeat(bytes / 3) }),
  claims: (bytes) => ({ claims: JSON.stringify({ userinfo: { [long(bytes)]: null } }) }),
  'several together': (bytes) => ({ state: long(bytes / 2), nonce: long(bytes / 2) }),
};

async function push(app: App, parameters: Readonly<Record<string, string>>) {
  return app.post('/request', Object.fromEntries(new URL(app.request(parameters).url).searchParams));
}

async function pushedUri(t: ExecutionContext, app: App, parameters: Readonly<Record<string, string>>): Promise<string> {
  const { statusCode, body } = await push(app, parameters);
  t.is(statusCode, 201);
  return `${issuer}/auth?${new URLSearchParams({ client_id: app.client.client_id, request_uri: String(body.request_uri) })}`;
}

for (const [name, parametersOf] of Object.entries(requests)) {
  test(`${name}: over 8 KB is invalid_request at /auth, which names pushed requests`, async (t) => {
    const app = await newApp();
    const told = toldApp(await newVisitor().open(app.request(parametersOf(LIMIT + 2)).url));
    t.is(told.error, 'invalid_request');
    t.regex(told.error_description ?? '', /8192 bytes.*pushed request/);
  });

  test(`${name}: over 8 KB is invalid_request at /request, which names the limit`, async (t) => {
    const { statusCode, body } = await push(await newApp(), parametersOf(LIMIT + 2));
    t.is(statusCode, 400);
    t.is(body.error, 'invalid_request');
    t.regex(String(body.error_description), /8192 bytes/);
  });

  test(`${name}: what is just below goes through, pushed or not`, async (t) => {
    const app = await newApp();
    const parameters = parametersOf(LIMIT - 1000);
    t.is((await newVisitor().open(app.request(parameters).url)).status, 200);
    t.is((await newVisitor().open(await pushedUri(t, app, parameters))).status, 200);
  });
}

for (const name of ['state', 'claims', 'several together']) {
  test(`${name}: the same limit holds inside a request object, by value and pushed`, async (t) => {
    const app = await newSigningApp(fixture);
    for (const [bytes, isTaken] of [
      [LIMIT + 2, false],
      [LIMIT - 1000, true],
    ] as const) {
      const parameters = new URL(app.request(requests[name]?.(bytes)).url).searchParams;
      const request = await requestObject(issuer, app, Object.fromEntries(parameters));
      const query = new URLSearchParams({ client_id: app.client.client_id, request });
      const page = await newVisitor().open(`${issuer}/auth?${query}`);
      t.is(page.body.includes('login-submit'), isTaken);
      if (!isTaken) t.is(toldApp(page).error, 'invalid_request');
      t.is((await app.post('/request', { request })).statusCode, isTaken ? 201 : 400);
    }
  });
}

test('it is bytes that count, as they are stored', async (t) => {
  const app = await newApp();
  for (const letter of ['ä', '"', '\n']) {
    t.is((await push(app, { login_hint: letter.repeat(LIMIT / 2) })).statusCode, 400);
    t.is((await push(app, { login_hint: letter.repeat((LIMIT - 1000) / 2) })).statusCode, 201);
  }
});

test('the limit holds in a session that needs no page, and whatever prompt says', async (t) => {
  const app = await newApp();
  const user = newVisitor();
  codeOf(await signIn(user, app.request().url, LOGIN));
  for (const prompt of [{}, { prompt: 'none' }, { prompt: 'login' }]) {
    const told = toldApp(await user.open(app.request({ state: long(LIMIT + 2), ...prompt }).url));
    t.is(told.error, 'invalid_request');
    t.is(told.code, undefined);
  }
});

test('a request object is no way around it, nor is what nobody knows in one', async (t) => {
  const app = await newApp();
  for (const claims of [{ state: long(LIMIT + 2) }, { filler: long(40_000) }]) {
    const request = new UnsecuredJWT(claims).encode();
    const form = { client_id: app.client.client_id, request };
    t.is((await app.post('/request', form)).statusCode, 400);
    const answer = await got(`${issuer}/auth?${new URLSearchParams(form)}`.slice(0, 15_000), {
      ...{ throwHttpErrors: false, followRedirect: false },
    });
    t.true(answer.statusCode < 500);
    t.is(answer.headers.location?.includes('/interaction/'), undefined);
  }
});

test('of a used pushed request only the mark is kept', async (t) => {
  const app = await newApp();
  const url = await pushedUri(t, app, { state: long(5000) });
  const id = (new URL(url).searchParams.get('request_uri') ?? '').split(':').at(-1) ?? '';
  const { issued } = installation;
  const unused = await issued.find('PushedAuthorizationRequest', id);
  t.true(JSON.stringify(unused?.payload).length > 5000);
  codeOf(await signIn(newVisitor(), url, LOGIN));
  const used = await issued.find('PushedAuthorizationRequest', id);
  t.deepEqual(used?.payload, { kind: 'PushedAuthorizationRequest', exp: 0, jti: id });
  t.is(typeof used?.consumedAt, 'number');
});
