/** From where what may be called: by the setting ALLOWED_IPS, and by the metadata of one client. */
import { request } from 'node:http';
import test from 'ava';
import got from 'got';
import { parseAddressRange } from '../../src/config/config.ts';
import { administratorsMembers } from '../../src/domain/clients/metadata/member-rules.ts';
import { EventRecorder } from '../../src/domain/events/recorder.ts';
import { systemClock } from '../../src/ports/clock.ts';
import { createOpsApp } from '../../src/web/app.ts';
import { serve } from '../pages/serve.ts';
import { API, LOGIN, newVisitor, ownProvider, toldApp } from '../support/provider-fixture.ts';
import { ask, manage } from '../support/registrations.ts';
import { codeOf, signIn } from '../support/relying-party.ts';

const INSIDE = '10.1.2.3';
const OUTSIDE = '203.0.113.9';
const options = { throwHttpErrors: false, followRedirect: false, retry: { limit: 0 } } as const;
const service = { grant_types: ['client_credentials'], redirect_uris: [], resources: [API] };

const bound = [
  '/token/introspection',
  '/TOKEN/Introspection/',
  '/reg',
  '/Reg/',
  '/reg/some-client',
  '/reg/some-client/',
];

for (const path of bound) {
  test(`with ALLOWED_IPS ${path} is 403 from elsewhere, with an event`, async (t) => {
    const environment = { ALLOWED_IPS: '10.0.0.0/8, 2001:db8::/32' };
    const { latchkey } = await ownProvider(t, { environment });
    const ask = (from: string) =>
      got(`${latchkey.issuer}${path}`, {
        ...options,
        method: 'POST',
        form: { token: 'x' },
        headers: { 'x-forwarded-for': from },
      });
    for (const from of [OUTSIDE, '2001:db9::1', '11.0.0.1']) {
      const { statusCode, body } = await ask(from);
      t.is(statusCode, 403, from);
      t.is(JSON.parse(body).error, 'access_denied');
    }
    for (const from of [INSIDE, '2001:db8::1', '::ffff:10.0.0.1']) t.not((await ask(from)).statusCode, 403, from);
    const refused = latchkey.logged.filter(({ reason }) => reason === 'address_not_allowed');
    t.is(refused.length, 3);
    t.true(refused.every(({ event }) => event === 'request.refused'));
  });
}

/** As it is written: other clients tidy paths up before they send them. */
function statusOf(issuer: string, path: string, from: string): Promise<number | undefined> {
  const { hostname, port } = new URL(issuer);
  const headers = { 'x-forwarded-for': from, 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path, method: 'POST', headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.on('error', reject).end('{}');
  });
}

test('however the path is spelled, nobody from elsewhere reaches the handler behind it', async (t) => {
  const environment = { ALLOWED_IPS: '10.0.0.0/8', REGISTRATION: 'open' };
  const { issuer } = (await ownProvider(t, { environment })).latchkey;
  const spellings = (path: string, encoded: string) => [
    ...[path, path.toUpperCase(), `${path}/`, `${issuer}${path}`, `${path}?a=b`, `${path}/?a=/nowhere`],
    ...[`${path}//`, `/${path}`, encoded, `${path}%2f`, `${path}%00`, `/.${path}`, `/x/..${path}`, `${path}/.`],
    ...[`${path};a=b`, `${path}\\`],
  ];
  const reached: string[] = [];
  for (const path of [...spellings('/reg', '/%72eg'), ...spellings('/token/introspection', '/token/%69ntrospection')]) {
    const [inside, outside] = [await statusOf(issuer, path, INSIDE), await statusOf(issuer, path, OUTSIDE)];
    t.not(inside, 403, path);
    if (inside !== 404) reached.push(path);
    t.true(outside === 403 || (inside === 404 && outside === 404), `${path}: ${inside}, ${outside}`);
  }
  t.is(reached.length, 13, reached.join(' '));
});

test('an address that the proxy in front cannot say is in no range, though the proxy itself is', async (t) => {
  const { latchkey } = await ownProvider(t, { environment: { ALLOWED_IPS: '127.0.0.0/8, 10.0.0.0/8' } });
  const ask = async (from: string) =>
    (
      await got.post(`${latchkey.issuer}/token/introspection`, {
        ...options,
        form: { token: 'x' },
        headers: { 'x-forwarded-for': from },
      })
    ).statusCode;
  const unnamed = [
    'unknown',
    '_hidden',
    `${INSIDE}, unknown`,
    `unknown, 127.0.0.9`,
    `${INSIDE}, _hidden, 127.0.0.9`,
    '',
  ];
  for (const from of [...unnamed, `${OUTSIDE}:4711`, '[2001:db9::1]:4711', '::ffff:cb00:7109'])
    t.is(await ask(from), 403, from);
  for (const from of [`${INSIDE}:4711`, `"${INSIDE}"`, '[::ffff:a01:203]:4711']) t.not(await ask(from), 403, from);
});

test('ALLOWED_IPS leaves everything else open, and without it all is open', async (t) => {
  const { latchkey, newApp } = await ownProvider(t, { environment: { ALLOWED_IPS: '10.0.0.0/8' } });
  const headers = { 'x-forwarded-for': OUTSIDE };
  for (const path of ['/', '/livez', '/readyz', '/jwks', '/.well-known/openid-configuration'])
    t.is((await got(`${latchkey.issuer}${path}`, { ...options, headers })).statusCode, 200, path);
  codeOf(await signIn(newVisitor({ headers }), (await newApp()).request().url, LOGIN));
  const open = await ownProvider(t);
  const answer = await got.post(`${open.latchkey.issuer}/token/introspection`, {
    ...options,
    form: { token: 'x' },
    headers,
  });
  t.not(answer.statusCode, 403);
});

test('the operations port is bound too, by the address of the connection', async (t) => {
  const events: unknown[] = [];
  const ignore = () => undefined;
  const log = { debug: ignore, info: ignore, warn: ignore, error: ignore };
  const clock = systemClock;
  const recorder = new EventRecorder({ sinks: [{ record: (more) => void events.push(...more) }], clock, log });
  const health = {
    ping: async () => undefined,
    isWritable: async () => true,
    isStopping: () => false,
    clock,
  };
  for (const [ranges, status] of [
    ['127.0.0.0/8', 200],
    ['10.0.0.0/8', 403],
    ['', 200],
  ] as const) {
    const allowedAddresses = [parseAddressRange(ranges)].filter((range) => range !== undefined);
    const app = createOpsApp({ config: { issuer: 'https://id.example', allowedAddresses }, health, log, recorder });
    await using site = await serve(...app.middleware);
    for (const path of ['/livez', '/readyz'])
      t.is((await site.get(path, { headers: { 'x-forwarded-for': INSIDE } })).statusCode, status, path);
  }
  t.is(events.length, 2);
  t.like(events[0], {
    record: { event: 'request.refused', reason: 'address_not_allowed', endpoint: 'operations' },
    owners: [],
  });
});

test('a client with allowed_ips is 403 from elsewhere wherever it proves who it is, right secret or not', async (t) => {
  const { latchkey, newApp } = await ownProvider(t);
  const { client } = await newApp({ ...service, allowed_ips: ['10.0.0.0/8', '198.51.100.7'] });
  const ask = (path: string, from: string, secret: string) =>
    got.post(`${latchkey.issuer}${path}`, {
      ...options,
      form: { grant_type: 'client_credentials', resource: API, token: 'x' },
      headers: { 'x-forwarded-for': from },
      username: client.client_id,
      password: secret,
    });
  for (const path of ['/token', '/token/introspection', '/token/revocation', '/request']) {
    for (const secret of [client.client_secret, 'wrong']) {
      const { statusCode, body } = await ask(path, OUTSIDE, secret);
      t.is(statusCode, 403, path);
      t.is(JSON.parse(body).error, 'access_denied');
    }
    t.not((await ask(path, INSIDE, client.client_secret)).statusCode, 403, path);
  }
  t.is((await ask('/token', '198.51.100.7', client.client_secret)).statusCode, 200);
  const refused = latchkey.logged.filter(({ reason }) => reason === 'address_not_allowed');
  t.is(refused.length, 8);
  t.true(refused.every(({ clientId }) => clientId === client.client_id));
});

test('users of such a client come from everywhere, and its tokens are introspected from where the API is', async (t) => {
  const { latchkey, newApp } = await ownProvider(t);
  const app = await newApp({ allowed_ips: ['10.0.0.0/8'] });
  const user = newVisitor({ headers: { 'x-forwarded-for': OUTSIDE } });
  t.truthy(toldApp(await signIn(user, app.request().url, LOGIN)).code);
  const api = await newApp({ grant_types: [], redirect_uris: [] });
  await latchkey.createResource({
    identifier: 'https://opaque.example.com/',
    scopes: { a: 'A' },
    format: 'opaque',
    introspectionClients: [api.client.client_id],
  });
  const other = await newApp({ ...service, resources: ['https://opaque.example.com/'], allowed_ips: ['10.0.0.0/8'] });
  const token = await got.post(`${latchkey.issuer}/token`, {
    ...options,
    form: { grant_type: 'client_credentials', resource: 'https://opaque.example.com/' },
    headers: { 'x-forwarded-for': INSIDE },
    username: other.client.client_id,
    password: other.client.client_secret,
  });
  const { body } = await api.post('/token/introspection', { token: String(JSON.parse(token.body).access_token) });
  t.is(body.active, true);
});

test('allowed_ips takes addresses and ranges, and nothing else', async (t) => {
  const { newApp } = await ownProvider(t);
  for (const wrong of [[], ['0.0.0.0/0'], ['example.com'], ['10.0.0.0/33'], '10.0.0.1', [1], [''], ['10.0.0.1 ']])
    await t.throwsAsync(newApp({ allowed_ips: wrong }), { code: 'client_metadata_invalid' }, JSON.stringify(wrong));
});

test('a client that registers itself sets neither that nor what else is for administrators, by an update neither', async (t) => {
  const { latchkey } = await ownProvider(t, { environment: { REGISTRATION: 'open' } });
  const redirects = { redirect_uris: ['https://app.example.com/callback'] };
  const registered = (await ask(`${latchkey.issuer}/reg`, { method: 'POST', json: redirects })).body;
  const values: Readonly<Record<string, readonly unknown[]>> = {
    organization_name: ['Harbour Ltd'],
    require_pkce: [false, true],
    cors_origins: [['https://app.example.com']],
    allowed_schemes: [['exp']],
    first_party: [true, false],
    required_scopes: [['email']],
    resources: [['https://api.example.com/']],
    refresh_grace_seconds: [0, 60],
    access_token_seconds: [60],
    refresh_token_idle_seconds: [60],
    refresh_token_max_seconds: [60],
    allowed_ips: [['10.0.0.1']],
    allowed_groups: [['staff']],
    minimum_acr: ['urn:latchkey:acr:mfa'],
    id_token_claims: [['groups']],
    allow_endpoint_audience: [true, false],
    use_granted_resource: [true, false],
    fapi_profile: ['2.0'],
  };
  t.deepEqual(Object.keys(values), [...administratorsMembers]);
  const tagged = { 'organization_name#de': 'Hafen GmbH' };
  for (const member of [
    tagged,
    ...Object.entries(values).flatMap(([name, each]) => each.map((value) => ({ [name]: value }))),
  ]) {
    const json = { ...redirects, ...member };
    for (const { statusCode, body } of [
      await ask(`${latchkey.issuer}/reg`, { method: 'POST', json }),
      await manage(registered, 'PUT', { client_id: registered.client_id, ...json }),
    ]) {
      t.is(statusCode, 400, JSON.stringify(member));
      t.is(body.error, 'invalid_client_metadata');
      t.deepEqual(body.problems?.map((problem) => problem.member).slice(0, 1), Object.keys(member));
      t.true(body.error_description?.includes('for administrators'));
    }
  }
});
