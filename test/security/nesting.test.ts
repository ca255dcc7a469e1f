/** JSON that is nested too deep is refused at every door before anything is built of it, and is no fault. */
import test, { type ExecutionContext } from 'ava';
import { newKeyedApp } from '../protocol/client-assertions.ts';
import { pluggedFeatures } from '../support/plugged-features.ts';
import { newVisitor, sharedProvider, toldApp } from '../support/provider-fixture.ts';
import type { App } from '../support/relying-party.ts';

const fixture = await sharedProvider({ extraOptions: pluggedFeatures });
const { latchkey, newApp } = fixture;
const { issuer, logged } = latchkey;

const lists = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
const objects = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
/** As deep as is said, this object included. */
const claimsOf = (levels: number, nest = lists) => `{"id_token":{"sub":{"value":${nest(levels - 3)}}}}`;
const DEPTHS = [11, 500, 1500, 3900];

const encode = (json: string): string => Buffer.from(json).toString('base64url');

/** Of a signature that nobody checks so early. */
function unsigned(app: App, claims: string, header = '{"alg":"ES256"}'): string {
  const exp = Math.floor(Date.now() / 1000) + 60;
  const { client_id: id } = app.client;
  const payload = `{"iss":"${id}","sub":"${id}","client_id":"${id}","aud":"${issuer}","exp":${exp},"jti":"${exp}","claims":${claims}}`;
  return `${encode(header)}.${encode(payload)}.AAAA`;
}

const formOf = (app: App, parameters: Readonly<Record<string, string>>) =>
  Object.fromEntries(new URL(app.request(parameters).url).searchParams);

async function isRefused(t: ExecutionContext, app: App, path: string, form: Readonly<Record<string, string>>) {
  const { statusCode, body } = await app.post(path, form);
  t.deepEqual([statusCode, body.error], [400, 'invalid_request'], `${path}: ${JSON.stringify(body)}`);
  t.regex(String(body.error_description), /nested deeper than 10 levels/);
}

for (const levels of DEPTHS) {
  test(`claims of ${levels} levels are invalid_request at /auth`, async (t) => {
    const app = await newApp();
    // What is deeper does not fit into an address.
    const claims = claimsOf(Math.min(levels, 2000));
    for (const prompt of [{}, { prompt: 'none' }, { prompt: 'consent' }]) {
      const told = toldApp(await newVisitor().open(app.request({ claims, ...prompt }).url));
      t.is(told.error, 'invalid_request');
      t.regex(told.error_description ?? '', /nested deeper than 10 levels/);
    }
  });

  test(`claims of ${levels} levels are invalid_request at /request, for apps with and without a secret`, async (t) => {
    for (const metadata of [{}, { token_endpoint_auth_method: 'none' }]) {
      const app = await newApp(metadata);
      await isRefused(t, app, '/request', formOf(app, { claims: claimsOf(levels) }));
    }
  });

  test(`claims of ${levels} levels are invalid_request where a device asks`, async (t) => {
    const app = await newApp({
      grant_types: ['urn:ietf:params:oauth:grant-type:device_code'],
      redirect_uris: [],
      response_types: [],
    });
    await isRefused(t, app, '/device/auth', { scope: 'openid', claims: claimsOf(levels) });
  });

  test(`a request object with claims of ${levels} levels is invalid_request`, async (t) => {
    const app = await newApp();
    const request = unsigned(app, claimsOf(levels));
    await isRefused(t, app, '/request', { request });
  });

  test(`a header of ${levels} levels is invalid_request`, async (t) => {
    const app = await newApp();
    const request = unsigned(app, '{}', `{"alg":"ES256","x":${lists(levels + 1)}}`);
    await isRefused(t, app, '/request', { request });
  });

  test(`a client assertion of ${levels} levels is invalid_request, whatever proves it`, async (t) => {
    const keyed = await newKeyedApp(fixture, {
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
    });
    const odd = JSON.parse(lists(levels + 1)) as unknown;
    // What is deeper cannot even be made here.
    const assertion = levels < 1000 ? await keyed.assertion({ odd }) : unsigned(keyed.app, lists(levels));
    for (const path of ['/token', '/request', '/token/introspection', '/token/revocation']) {
      const { statusCode } = await keyed.post(path, assertion, { grant_type: 'client_credentials', token: 'x' });
      t.is(statusCode, 400, path);
    }
  });
}

test('a body as large as there may be is refused by its depth, and is no fault', async (t) => {
  const app = await newApp();
  await isRefused(t, app, '/request', formOf(app, { claims: claimsOf(8000) }));
  await isRefused(t, app, '/request', formOf(app, { claims: claimsOf(3000, objects) }));
  for (const levels of [12_000, 19_000]) {
    await isRefused(t, app, '/request', { request: unsigned(app, lists(levels)) });
  }
});

test('claims of 10 levels are taken at every door, and brackets in a text are none', async (t) => {
  const app = await newApp();
  for (const claims of [claimsOf(10), JSON.stringify({ userinfo: { [lists(50)]: null, '"[\\"[[': null } })]) {
    t.is((await newVisitor().open(app.request({ claims }).url)).status, 200, claims);
    t.is((await app.post('/request', formOf(app, { claims }))).statusCode, 201, claims);
  }
  const { body } = await app.post('/request', { request: unsigned(app, claimsOf(10)) });
  // The app has not signed it, and that is all.
  t.is(body.error, 'invalid_request_object');
});

test.after('nothing of it was a fault in the log', (t) => {
  t.deepEqual(
    logged.filter(({ level }) => level === 'error'),
    [],
  );
});
