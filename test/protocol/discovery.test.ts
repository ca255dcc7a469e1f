/** What the provider says about itself (OIDC Discovery 1.0, RFC 8414), and how that may be cached. */
import test from 'ava';
import got, { type OptionsInit, type Response } from 'got';
import { sharedProvider } from '../support/provider-fixture.ts';
import { newKeyedApp } from './client-assertions.ts';

const fixture = await sharedProvider();
const { latchkey, newApp } = fixture;
const { issuer } = latchkey;
const documents = ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'] as const;
const ENDPOINTS = [
  'authorization_endpoint',
  'token_endpoint',
  'userinfo_endpoint',
  'jwks_uri',
  'introspection_endpoint',
  'revocation_endpoint',
  'end_session_endpoint',
  'pushed_authorization_request_endpoint',
] as const;

const metadata = (): Promise<Record<string, unknown>> => got(`${issuer}${documents[0]}`).json();
const sorted = (list: unknown): string[] => [...(list as string[])].sort();

test('both well-known addresses say the same', async (t) => {
  const [openid, oauth] = await Promise.all(documents.map((path) => got(`${issuer}${path}`).json()));
  t.deepEqual(openid, oauth);
});

test('the issuer is the one that was configured, and every endpoint is below it', async (t) => {
  const document = await metadata();
  t.is(document.issuer, issuer);
  for (const endpoint of ENDPOINTS) t.true(String(document[endpoint]).startsWith(`${issuer}/`), endpoint);
});

test('every endpoint that is published answers', async (t) => {
  const document = await metadata();
  for (const endpoint of ENDPOINTS) {
    const method = /token|introspection|revocation|pushed/.test(endpoint) ? 'POST' : 'GET';
    const { statusCode } = await got(String(document[endpoint]), { method, throwHttpErrors: false });
    t.true(statusCode !== 404 && statusCode < 500, `${endpoint}: ${statusCode}`);
  }
});

test('the code flow is offered alone, with S256 and the issuer in the answer', async (t) => {
  const document = await metadata();
  t.deepEqual(document.response_types_supported, ['code']);
  t.deepEqual(sorted(document.grant_types_supported), ['authorization_code', 'client_credentials', 'refresh_token']);
  t.deepEqual(document.code_challenge_methods_supported, ['S256']);
  t.true(document.authorization_response_iss_parameter_supported);
  t.false(document.request_uri_parameter_supported);
});

test('no algorithm that needs the plain secret is offered', async (t) => {
  const document = await metadata();
  const lists = Object.entries(document).filter(([name]) => name.includes('_alg_values_supported'));
  t.true(lists.length >= 3);
  for (const [name, algorithms] of lists) {
    t.deepEqual(
      (algorithms as string[]).filter((algorithm) => algorithm.startsWith('HS') || algorithm === 'none'),
      [],
      name,
    );
  }
  t.deepEqual(sorted(document.token_endpoint_auth_methods_supported), [
    'client_secret_basic',
    'client_secret_post',
    'none',
    'private_key_jwt',
  ]);
});

for (const endpoint of ['introspection', 'revocation']) {
  test(`how clients authenticate for ${endpoint} is said, and true (RFC 8414 2)`, async (t) => {
    const document = await metadata();
    const methods = document[`${endpoint}_endpoint_auth_methods_supported`];
    t.deepEqual(sorted(methods), ['client_secret_basic', 'client_secret_post', 'none', 'private_key_jwt']);
    t.deepEqual(
      sorted(document[`${endpoint}_endpoint_auth_signing_alg_values_supported`]),
      sorted(document.token_endpoint_auth_signing_alg_values_supported),
    );
    const address = String(document[`${endpoint}_endpoint`]);
    const taken = async (options: OptionsInit) => {
      const answer = (await got.post(address, { ...options, throwHttpErrors: false })) as Response;
      t.is(answer.statusCode, 200);
    };
    for (const method of methods as string[]) {
      if (method === 'private_key_jwt') {
        const keyed = await newKeyedApp(fixture);
        const answer = await keyed.post(new URL(address).pathname, await keyed.assertion(), { token: 'x' });
        t.is(answer.statusCode, 200);
        continue;
      }
      const { client } = await newApp({ token_endpoint_auth_method: method });
      const { client_id: id, client_secret: secret } = client;
      if (method === 'none') await taken({ form: { token: 'x', client_id: id } });
      if (method === 'client_secret_post') await taken({ form: { token: 'x', client_id: id, client_secret: secret } });
      if (method === 'client_secret_basic') await taken({ form: { token: 'x' }, username: id, password: secret });
    }
  });
}

test('what certification looks for is there', async (t) => {
  const document = await metadata();
  t.true((document.id_token_signing_alg_values_supported as string[]).includes('RS256'));
  t.deepEqual(document.subject_types_supported, ['public']);
  t.deepEqual(sorted(document.scopes_supported), [
    'address',
    'email',
    'groups',
    'offline_access',
    'openid',
    'phone',
    'profile',
    'roles',
  ]);
  t.true((document.claims_supported as string[]).length >= 20);
  t.true(document.claims_parameter_supported);
  t.true(document.backchannel_logout_supported);
  t.true(document.backchannel_logout_session_supported);
  t.true((document.request_object_signing_alg_values_supported as string[]).includes('RS256'));
});

for (const path of [...documents, '/jwks']) {
  test(`${path} may be cached, and is not sent again while it is the same`, async (t) => {
    const { headers } = await got(`${issuer}${path}`);
    t.regex(headers['cache-control'] ?? '', /^public, max-age=[1-9]\d*$/);
    const { etag = '' } = headers;
    t.regex(etag, /^"[^"]{20,}"$/);

    const again = await got(`${issuer}${path}`, { headers: { 'if-none-match': etag } });
    t.is(again.statusCode, 304);
    t.is(again.body, '');
    t.is(again.headers.etag, etag);

    const changed = await got(`${issuer}${path}`, { headers: { 'if-none-match': '"another"' } });
    t.is(changed.statusCode, 200);
  });

  test(`${path} may be read by pages of any origin`, async (t) => {
    const { headers } = await got(`${issuer}${path}`, { headers: { origin: 'https://anywhere.example' } });
    t.true(['*', 'https://anywhere.example'].includes(headers['access-control-allow-origin'] ?? ''));
    t.is(headers['access-control-allow-credentials'], undefined);
  });
}

test('the key set holds public keys for each algorithm that signs, each with an id of its own', async (t) => {
  const { keys } = await got(`${issuer}/jwks`).json<{ keys: Record<string, unknown>[] }>();
  const members = keys.flatMap((key) => Object.keys(key));
  for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']) t.false(members.includes(secret), secret);
  t.deepEqual(sorted(keys.map(({ alg }) => alg)), ['ES256', 'PS256', 'RS256']);
  t.true(keys.every(({ use }) => use === 'sig'));
  t.is(new Set(keys.map(({ kid }) => kid)).size, keys.length);
});

test('a key set is sent as one', async (t) => {
  t.regex((await got(`${issuer}/jwks`)).headers['content-type'] ?? '', /^application\/jwk-set\+json/);
  t.regex((await got(`${issuer}${documents[0]}`)).headers['content-type'] ?? '', /^application\/json/);
});
