/** How a client proves who it is with a secret, or says that it has none (RFC 6749 2.3.1). */
import test from 'ava';
import got, { type OptionsInit, type Response } from 'got';
import { rotateClientSecret } from '../../src/domain/clients/secrets.ts';
import { obtainCode, redeem, sharedProvider } from '../support/provider-fixture.ts';
import { type App, CALLBACK, type TokenAnswer } from '../support/relying-party.ts';

const { latchkey, newApp } = await sharedProvider();
const service = { grant_types: ['client_credentials'], response_types: [], redirect_uris: [], resources: [] };

async function askForToken(options: OptionsInit): Promise<Response<TokenAnswer>> {
  const fixed = { throwHttpErrors: false, retry: { limit: 0 }, responseType: 'json' } as const;
  return (await got.post(`${latchkey.issuer}/token`, { ...fixed, ...options })) as Response<TokenAnswer>;
}

const basic = ({ client }: App, secret = client.client_secret) => ({
  authorization: `Basic ${Buffer.from(`${client.client_id}:${secret}`).toString('base64')}`,
});
const grant = { grant_type: 'client_credentials' };

for (const method of ['client_secret_basic', 'client_secret_post']) {
  test(`${method} may send the secret in the header or the body`, async (t) => {
    const app = await newApp({ ...service, token_endpoint_auth_method: method });
    const { client_id: clientId, client_secret: secret } = app.client;
    t.is((await askForToken({ form: grant, headers: basic(app) })).statusCode, 200);
    t.is((await askForToken({ form: { ...grant, client_id: clientId, client_secret: secret } })).statusCode, 200);
  });
}

test('a wrong secret is 401 invalid_client, with a challenge where the header was used', async (t) => {
  const app = await newApp(service);
  const header = await askForToken({ form: grant, headers: basic(app, 'wrong') });
  t.is(header.statusCode, 401);
  t.is(header.body.error, 'invalid_client');
  t.regex(String(header.headers['www-authenticate']), /^Basic /);

  const body = await askForToken({ form: { ...grant, client_id: app.client.client_id, client_secret: 'wrong' } });
  t.is(body.statusCode, 401);
  t.is(body.body.error, 'invalid_client');
});

test('an unknown client and a wrong secret get the same answer', async (t) => {
  const app = await newApp(service);
  const wrong = await askForToken({ form: grant, headers: basic(app, 'wrong') });
  const unknown = await askForToken({ form: grant, username: 'nobody', password: 'wrong' });
  t.is(unknown.statusCode, wrong.statusCode);
  t.deepEqual(unknown.body, wrong.body);
});

test('what is stored of a secret is no secret', async (t) => {
  const app = await newApp(service);
  const stored = await latchkey.installation.clients.get(app.client.client_id);
  t.is(stored?.secretHashes.length, 1);
  for (const hash of stored?.secretHashes ?? []) {
    t.is((await askForToken({ form: grant, headers: basic(app, hash) })).statusCode, 401);
  }
});

test('a client with a secret cannot go without', async (t) => {
  const app = await newApp(service);
  t.is((await askForToken({ form: { ...grant, client_id: app.client.client_id } })).statusCode, 401);
});

test('credentials in two places are refused', async (t) => {
  const app = await newApp(service);
  const { client_id: clientId, client_secret: secret } = app.client;
  const { statusCode, body } = await askForToken({
    form: { ...grant, client_id: clientId, client_secret: secret },
    headers: basic(app),
  });
  t.is(statusCode, 400);
  t.is(body.error, 'invalid_request');
});

test('a header that names another client than the body is refused', async (t) => {
  const [app, other] = [await newApp(service), await newApp(service)];
  const { statusCode } = await askForToken({
    form: { ...grant, client_id: other.client.client_id },
    headers: basic(app),
  });
  t.is(statusCode, 400);
});

test('an authorization header that cannot be read is the client’s mistake', async (t) => {
  for (const header of [
    'Basic',
    'Basic !!!',
    'Basic YWJj',
    'Basic OmE=',
    'Basic JTpi',
    'Basic a b',
    'Bearer abc',
    'x',
  ]) {
    const { statusCode } = await askForToken({ form: grant, headers: { authorization: header } });
    t.true(statusCode === 400 || statusCode === 401, `${header}: ${statusCode}`);
  }
});

/** None of them says who calls, or says it in a way that we take. */
const withoutProof: Readonly<Record<string, OptionsInit>> = {
  'no credentials': {},
  'an empty client_id': { form: { client_id: '' } },
  'an empty client_id and secret': { form: { client_id: '', client_secret: '' } },
  'an empty header': { headers: { authorization: '' } },
  'a header that names a scheme alone': { headers: { authorization: 'Basic' } },
  'a token': { headers: { authorization: 'Bearer abc' } },
  'a token of DPoP': { headers: { authorization: 'DPoP abc.def.ghi' } },
  'a scheme that nobody knows': { headers: { authorization: 'Hawk id="a", mac="b"' } },
  'a token beside a client_id': { form: { client_id: 'somebody' }, headers: { authorization: 'Bearer abc' } },
  'no body': { headers: { 'content-length': '0' } },
};

for (const path of ['/token', '/token/introspection', '/token/revocation', '/request', '/Token/']) {
  test(`who authenticates in no way at ${path} is 401 invalid_client, with a challenge (RFC 6749 5.2)`, async (t) => {
    for (const [what, { form, headers }] of Object.entries(withoutProof)) {
      const answer = await got.post(`${latchkey.issuer}${path}`, {
        ...{ throwHttpErrors: false, retry: { limit: 0 } },
        ...(what === 'no body' ? {} : { form: { ...grant, token: 'x', ...(form as object) } }),
        ...(headers !== undefined && { headers }),
      });
      t.is(answer.statusCode, 401, what);
      t.is(JSON.parse(answer.body).error, 'invalid_client', what);
      t.regex(answer.headers['www-authenticate'] ?? '', /^Basic realm="/, what);
      t.is(answer.headers['cache-control'], 'no-store', what);
    }
  });
}

test('every 401 of a client that is no client has a challenge, whatever way it tried (RFC 9110 15.5.2)', async (t) => {
  const app = await newApp(service);
  const { client_id: clientId } = app.client;
  const tried: readonly OptionsInit[] = [
    { form: { ...grant, client_id: clientId, client_secret: 'wrong' } },
    { form: { ...grant, client_id: clientId } },
    { form: { ...grant, client_id: 'nobody' } },
    { form: grant, headers: basic(app, 'wrong') },
  ];
  for (const options of tried) {
    const { statusCode, headers } = await askForToken(options);
    t.is(statusCode, 401);
    t.regex(String(headers['www-authenticate']), /^Basic /);
  }
});

test('a request that says two things, or cannot be read, stays invalid_request', async (t) => {
  const wrong: readonly OptionsInit[] = [
    { form: { ...grant, client_secret: 'x' }, headers: { authorization: 'Bearer x' } },
    { form: { ...grant, client_assertion: 'x' } },
    { form: grant, headers: { authorization: 'Basic !!!' } },
    { body: 'client_id=a&client_id=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    { json: grant },
  ];
  for (const options of wrong)
    t.is((await askForToken(options)).body.error, 'invalid_request', JSON.stringify(options));
});

test('during a rotation the old and the new secret work', async (t) => {
  const app = await newApp(service);
  const { client_id: clientId } = app.client;
  const secret = await rotateClientSecret({ clientId, keepsPrevious: true }, latchkey.installation.registration);
  t.is((await askForToken({ form: grant, headers: basic(app) })).statusCode, 200);
  t.is((await askForToken({ form: grant, headers: basic(app, secret) })).statusCode, 200);
});

test('ids and secrets that need escaping work when they are escaped (RFC 6749 appendix B)', async (t) => {
  const client = { client_id: 'a:b c/%&', client_secret: 'p:w %+&="9Zq8Lm3xTb6k' };
  const app = await newApp({ ...service, ...client });
  t.is((await app.token(grant)).statusCode, 200);
});

test('a public client redeems its code with its id and the verifier', async (t) => {
  const app = await newApp({ token_endpoint_auth_method: 'none' });
  t.is((await redeem(app, await obtainCode(app))).statusCode, 200);
});

test('a public client cannot leave PKCE out', async (t) => {
  await t.throwsAsync(() => newApp({ token_endpoint_auth_method: 'none', require_pkce: false }));
});

test('a public client that sends a secret is refused', async (t) => {
  const app = await newApp({ token_endpoint_auth_method: 'none' });
  const { code, verifier } = await obtainCode(app);
  const form = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: CALLBACK };
  const { statusCode } = await askForToken({ form, username: app.client.client_id, password: 'made up' });
  t.is(statusCode, 401);
});
