/** Which issuer is in charge of an identifier (RFC 7033, OIDC Discovery 1.0 2). */
import { randomBytes } from 'node:crypto';
import test from 'ava';
import got from 'got';
import { LOGIN, ownProvider, sharedProvider } from '../support/provider-fixture.ts';

const REL = 'http://openid.net/specs/connect/1.0/issuer';
const ISSUER = 'https://id.example.com';
const { latchkey } = await sharedProvider({
  environment: { ISSUER, SECRET_KEYS: randomBytes(32).toString('base64url'), BCRYPT_COST: '10' },
});
const options = { throwHttpErrors: false, retry: { limit: 0 } } as const;

const ask = (query: readonly (readonly [string, string])[], headers = {}) =>
  got(`${latchkey.address}/.well-known/webfinger?${new URLSearchParams(query as [string, string][])}`, {
    ...options,
    headers,
  });

const here = [
  'acct:ada@id.example.com',
  'acct:nobody@id.example.com',
  `acct:${encodeURIComponent(LOGIN)}@id.example.com`,
  'acct:ADA@ID.Example.COM',
  'ACCT:ada@id.example.com',
  'acct:ada@id.example.com:443',
  'mailto:ada@id.example.com',
  'mailto:ada@id.example.com?subject=hello',
  'https://id.example.com',
  'https://id.example.com/ada',
  'https://ID.EXAMPLE.COM:443/ada?a=b#c',
  'https://ada@id.example.com/',
];

test('what names the issuer’s host belongs to the issuer', async (t) => {
  for (const resource of here) {
    for (const more of [
      [],
      [['rel', REL]],
      [
        ['rel', 'x'],
        ['rel', REL],
      ],
    ] as const) {
      const answer = await ask([['resource', resource], ...more], { accept: 'text/html' });
      t.is(answer.statusCode, 200, resource);
      t.regex(answer.headers['content-type'] ?? '', /^application\/jrd\+json/);
      t.is(answer.headers['access-control-allow-origin'], '*');
      t.deepEqual(JSON.parse(answer.body), { subject: resource, links: [{ rel: REL, href: ISSUER }] });
    }
  }
});

test('whether there is such an account is not told', async (t) => {
  const [known, unknown] = [
    await ask([['resource', 'acct:ada@id.example.com']]),
    await ask([['resource', 'acct:no@id.example.com']]),
  ];
  t.is(known.body.replace('ada', 'no'), unknown.body);
  t.deepEqual(Object.keys(known.headers), Object.keys(unknown.headers));
});

test('other relations are left out, without an error (RFC 7033 4.3)', async (t) => {
  for (const rel of ['http://webfinger.net/rel/avatar', 'self', '', `${REL}/`, REL.toUpperCase()]) {
    const { statusCode, body } = await ask([
      ['resource', 'acct:ada@id.example.com'],
      ['rel', rel],
    ]);
    t.is(statusCode, 200);
    t.deepEqual(JSON.parse(body).links, [], rel);
  }
});

test('what names another host, or none, is not found', async (t) => {
  const elsewhere = [
    ...['acct:ada@example.com', 'acct:ada@id.example.com.evil.example', 'acct:ada@evil.example/id.example.com'],
    ...[
      'acct:ada@id.example.com@evil.example',
      'acct:@id.example.com',
      'acct:id.example.com',
      'mailto:ada@example.com',
    ],
    ...['https://example.com/', 'https://id.example.com:8443/', 'https://id.example.com@evil.example/', 'urn:x:y'],
    ...['https://id.example.com.evil.example/', 'acct:ada@id.example.com:8443', 'device:id.example.com', 'acct:ada@'],
    ...[
      'acct:ada@evil.example?@id.example.com',
      'acct:ada@evil.example#@id.example.com',
      'javascript:ada@id.example.com',
    ],
  ];
  for (const resource of elsewhere) {
    const answer = await ask([['resource', resource]], { accept: 'text/html', host: 'evil.example' });
    t.is(answer.statusCode, 404, resource);
    t.is(answer.headers['access-control-allow-origin'], '*');
    t.is(JSON.parse(answer.body).error, 'not_found');
    t.is(answer.headers.allow, undefined);
  }
});

test('a resource that is missing, or that is no URI, is 400', async (t) => {
  const malformed: readonly (readonly (readonly [string, string])[])[] = [
    [],
    [['rel', REL]],
    [['resource', '']],
    [['resource', 'ada@id.example.com']],
    [['resource', 'id.example.com']],
    [['resource', 'acct:ada @id.example.com']],
    [['resource', 'https://id.example.com/\n']],
    [['resource', 'https://']],
    [
      ['resource', 'acct:ada@id.example.com'],
      ['resource', 'acct:ada@id.example.com'],
    ],
    [['Resource', 'acct:ada@id.example.com']],
  ];
  for (const query of malformed) {
    const answer = await ask(query, { accept: 'text/html' });
    t.is(answer.statusCode, 400, JSON.stringify(query));
    t.is(answer.headers['access-control-allow-origin'], '*');
    t.is(JSON.parse(answer.body).error, 'invalid_request');
  }
});

test('an issuer with a port is named by mail addresses without one', async (t) => {
  const { latchkey: local } = await ownProvider(t);
  const { host, hostname } = new URL(local.issuer);
  for (const [resource, status] of [
    [`acct:ada@${hostname}`, 200],
    [`acct:ada@${host}`, 200],
    [`mailto:ada@${hostname}`, 200],
    [`${local.issuer}/ada`, 200],
    [`http://${hostname}/ada`, 404],
    [`acct:ada@${hostname}:1`, 404],
  ] as const) {
    const { statusCode } = await got(`${local.issuer}/.well-known/webfinger`, {
      ...options,
      searchParams: { resource },
    });
    t.is(statusCode, status, resource);
  }
});
