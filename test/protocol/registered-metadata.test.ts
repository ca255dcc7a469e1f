/** What a client that registers itself is told of its metadata (RFC 7591 2, 3.2.1), and a client that was stored with what is refused now. */
import { randomUUID } from 'node:crypto';
import test from 'ava';
import got from 'got';
import { updateClient } from '../../src/domain/clients/change.ts';
import { leftOutOfRegistrations, refusedMembers } from '../../src/domain/clients/metadata/refused-members.ts';
import { clientSecretHash } from '../../src/domain/clients/secrets.ts';
import { LOGIN, newVisitor, redeem, sharedProvider, textOf, toldApp } from '../support/provider-fixture.ts';
import { valuesOf } from '../support/refused-values.ts';
import { newInitialAccessToken } from '../support/registrations.ts';
import { appOf, CALLBACK, signIn } from '../support/relying-party.ts';

const { latchkey } = await sharedProvider();
const { issuer, installation } = latchkey;

/** What is refused leaves it unused. */
let unused: Promise<string> | undefined;

async function register(metadata: object) {
  unused ??= newInitialAccessToken(installation);
  const { statusCode, body } = await got.post<Record<string, unknown>>(`${issuer}/reg`, {
    json: { redirect_uris: [CALLBACK], ...metadata },
    headers: { authorization: `Bearer ${await unused}` },
    ...{ throwHttpErrors: false, retry: { limit: 0 }, responseType: 'json' },
  });
  if (statusCode === 201) unused = undefined;
  const { registration_access_token: token, registration_client_uri: address } = body;
  const read = async () =>
    (await got(String(address), { headers: { authorization: `Bearer ${token}` } }).json()) as Record<string, unknown>;
  return { statusCode, body, read };
}

test.serial('request_uris are left out of a registration, which goes on without', async (t) => {
  const { statusCode, body } = await register({ request_uris: ['https://app.example.com/request.jwt'] });
  t.is(statusCode, 201);
  t.false('request_uris' in body);
});

const refused = [...refusedMembers].filter(([name]) => !leftOutOfRegistrations.has(name));

for (const [name, { reason }] of refused) {
  test(`a registration with ${name} is invalid_client_metadata, and says why`, async (t) => {
    for (const value of valuesOf(name)) {
      const { statusCode, body } = await register({ [name]: value });
      t.is(statusCode, 400, JSON.stringify(value));
      t.is(body.error, 'invalid_client_metadata');
      t.is(body.error_description, `${name} is not offered: ${reason}`);
    }
  });
}

test('all that a registration may not have is named at once', async (t) => {
  const wrong = {
    use_mtls_endpoint_aliases: true,
    frontchannel_logout_uri: 'https://app.example.com/out',
    first_party: true,
    userinfo_signed_response_alg: 'RS256',
    tls_client_certificate_bound_access_tokens: true,
  };
  const { body } = await register(wrong);
  for (const name of Object.keys(wrong)) t.true(String(body.error_description).includes(name), name);
});

test('a registration that could never work is invalid_client_metadata', async (t) => {
  const wrong: readonly object[] = [
    { require_signed_request_object: true },
    { require_signed_request_object: true, jwks: { keys: [] } },
    { response_types: [] },
    { response_types: ['code'], grant_types: ['refresh_token'] },
    { policy_uri: 'https://user:pw@app.example.com/' },
    { 'tos_uri#de': 'https://user@app.example.com/' },
    { client_uri: 'https://user@app.example.com/' },
    { logo_uri: 'https://:pw@app.example.com/' },
    { jwks_uri: 'https://user:pw@app.example.com/jwks' },
  ];
  for (const metadata of wrong)
    t.is((await register(metadata)).body.error, 'invalid_client_metadata', JSON.stringify(metadata));
});

test('a client that was stored with what can never work goes on with what works', async (t) => {
  const [client_id, client_secret] = [randomUUID(), 'a-secret-of-a-stored-client'];
  const grant_types = ['authorization_code', 'client_credentials'];
  const odd = { response_types: [], require_signed_request_object: true, tos_uri: 'https://user@app.example.com/' };
  const metadata = {
    ...odd,
    client_id,
    grant_types,
    redirect_uris: [],
    token_endpoint_auth_method: 'client_secret_basic',
  };
  const secretHashes = [clientSecretHash(installation.keyedHash, client_secret)];
  await installation.clients.create({ id: client_id, metadata, secretHashes });
  const app = appOf(latchkey, { client_id, client_secret });
  t.is((await app.token({ grant_type: 'client_credentials' })).statusCode, 200);
});

test.serial('what is not known is left out of the answer, and what is stored', async (t) => {
  const unknown = {
    favourite_colour: 'red',
    'client_name#fr': 'Notes',
    'redirect_uris#de': [CALLBACK],
    redirct_uris: [],
  };
  const { statusCode, body, read } = await register({ client_name: 'Notes', ...unknown, constructor: 'x' });
  t.is(statusCode, 201);
  const stored = (await installation.clients.get(String(body.client_id)))?.metadata ?? {};
  for (const seen of [body, await read(), stored])
    for (const name of [...Object.keys(unknown), 'constructor']) t.false(Object.hasOwn(seen, name), name);
});

test.serial(
  'what is informative is kept and shown, and so is what people see in each language of the pages',
  async (t) => {
    const said = {
      client_name: 'Notes',
      'client_name#de': 'Notizen',
      'tos_uri#en': 'https://app.example.com/terms',
      software_id: '4NRB1-0XZABZI9E6-5SM3R',
      software_version: '2.1',
      contacts: ['ops@example.com'],
      logo_uri: 'https://app.example.com/logo.png',
    };
    const { statusCode, body, read } = await register(said);
    t.is(statusCode, 201);
    t.like(body, said);
    t.like(await read(), said);
    t.like((await installation.clients.get(String(body.client_id)))?.metadata, said);
    for (const wrong of [{ software_id: 7 }, { software_version: '' }, { 'client_name#de': '\u200b' }])
      t.is((await register(wrong)).body.error, 'invalid_client_metadata', JSON.stringify(wrong));
  },
);

test.serial('a registration that spells the defaults out is taken', async (t) => {
  const harmless = [...refusedMembers].flatMap(([name, { harmless: value }]) =>
    value === undefined ? [] : [[name, value]],
  );
  const { statusCode, body } = await register(Object.fromEntries(harmless));
  t.is(statusCode, 201, JSON.stringify(body));
  t.is(body.id_token_signed_response_alg, 'RS256');
});

test.serial('a client that changes its own registration may not add what is refused either', async (t) => {
  const { body } = await register({ client_name: 'Notes' });
  const { registration_access_token: token, registration_client_uri: address, ...registered } = body;
  const { client_id_issued_at: _at, client_secret_expires_at: _expiry, client_secret: _secret, ...own } = registered;
  const change = async (more: object) => {
    const { statusCode, body: changed } = await got.put<Record<string, unknown>>(String(address), {
      json: { ...own, ...more },
      headers: { authorization: `Bearer ${token}` },
      ...{ throwHttpErrors: false, retry: { limit: 0 }, responseType: 'json' },
    });
    return { statusCode, error: changed.error, description: String(changed.error_description) };
  };
  for (const more of [{ use_mtls_endpoint_aliases: true }, { sector_identifier_uri: 'https://a.example/' }]) {
    const { statusCode, error, description } = await change(more);
    t.deepEqual([statusCode, error], [400, 'invalid_client_metadata']);
    t.true(description.startsWith(`${Object.keys(more)} is not offered`));
  }
});

const stored = { redirect_uris: [CALLBACK], grant_types: ['authorization_code'], response_types: ['code'] };
const secret = 'a secret that is long enough to be one';

for (const [name, value] of [
  ['use_mtls_endpoint_aliases', true],
  ['subject_type', 'pairwise'],
  ['tls_client_certificate_bound_access_tokens', true],
  ['frontchannel_logout_uri', 'https://app.example.com/out'],
] as const) {
  test(`a client that was stored with ${name} is refused wherever it comes, with the reason, until that is taken away`, async (t) => {
    const client_id = `stored-${name}`;
    const secretHashes = [clientSecretHash(installation.keyedHash, secret)];
    await installation.clients.create({
      id: client_id,
      metadata: { client_id, ...stored, [name]: value },
      secretHashes,
    });
    const app = appOf(latchkey, { client_id, client_secret: secret });

    for (const [path, form] of [
      ['/token', { grant_type: 'authorization_code', code: 'x', redirect_uri: CALLBACK }],
      ['/request', { client_id, response_type: 'code', redirect_uri: CALLBACK, scope: 'openid' }],
      ['/token/introspection', { token: 'x' }],
      ['/token/revocation', { token: 'x' }],
    ] as const) {
      const { statusCode, body } = await app.post(path, form as Readonly<Record<string, string>>);
      t.deepEqual([statusCode, body.error], [400, 'invalid_client_metadata'], path);
      t.true(String(body.error_description).startsWith(`${name} is not offered`));
    }
    const page = await newVisitor().open(app.request().url);
    t.is(page.status, 400);
    t.true(textOf(page).includes(`${name} is not offered`));
    const event = latchkey.logged.find(({ detail }) =>
      String(detail).startsWith(`the client ${client_id}: ${name} is not`),
    );
    t.like(event, { event: 'request.refused' });

    await updateClient(client_id, { [name]: null }, installation.registration);
    await installation.providerDeps.caches.clients.reload(client_id);
    const { url, verifier } = app.request();
    const { code = '' } = toldApp(await signIn(newVisitor(), url, LOGIN));
    t.is((await redeem(app, { code, verifier })).statusCode, 200);
  });
}
