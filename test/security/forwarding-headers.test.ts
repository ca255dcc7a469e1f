/** What a caller says about proxies before it is not believed, however it is spelled. */
import test from 'ava';
import { addressesWithin, parseAddressRange } from '../../src/config/config.ts';
import type { LogFields } from '../../src/ports/log.ts';
import { createCallerReader } from '../../src/web/middleware/caller-address.ts';
import { pinToIssuer } from '../../src/web/middleware/pin-to-issuer.ts';
import { serve } from '../pages/serve.ts';

const ISSUER = 'https://id.example.com';
const FOREIGN = '203.0.113.9';

const names = [
  ...['X-Forwarded-For', 'X-Forwarded', 'Forwarded-For', 'Forwarded', 'X-Forwarded-Host', 'X-Forwarded-Proto'],
  ...['X-Forwarded-Port', 'X-Forwarded-Prefix', 'X-Forwarded-Server', 'X-Forwarded-Ssl', 'X-Forwarded-Scheme'],
  ...['X-Real-IP', 'True-Client-IP', 'X-Client-IP', 'X-Cluster-Client-IP', 'Client-IP', 'CF-Connecting-IP'],
  ...['Fastly-Client-IP', 'Fly-Client-IP', 'X-Envoy-External-Address', 'X-Original-Forwarded-For', 'X-Remote-Addr'],
  ...[
    'X-Remote-IP',
    'X-Original-Host',
    'X-Original-URL',
    'X-Rewrite-URL',
    'X-Host',
    'Proxy-Client-IP',
    'X-ProxyUser-Ip',
  ],
  ...[
    'X-HTTP-Method-Override',
    'X-Method-Override',
    'X-Scheme',
    'Via',
    'X-SSL-Client-Cert',
    'Client-Cert',
    'SSL-Client-Cert',
  ],
];

const spellings: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => name.toLowerCase(),
  (name) => name.toUpperCase(),
  (name) => name.replaceAll('-', '_'),
  (name) => name.replace('-', '_').toLowerCase(),
];

type Headers = Readonly<Record<string, string | string[]>>;

interface Warning extends LogFields {
  readonly message: string;
}

async function serveSeen(proxies: readonly string[], warnings: Warning[] = []) {
  const ranges = proxies.flatMap((text) => parseAddressRange(text) ?? []);
  const log = { warn: (fields: LogFields, message: string) => void warnings.push({ ...fields, message }) };
  return serve(
    (ctx, next) => {
      ctx.app.proxy = true;
      return next();
    },
    pinToIssuer(ISSUER, addressesWithin(ranges), log),
    (ctx) => {
      const { ip, host, protocol, method, req } = ctx;
      ctx.body = { ip, host, protocol, method, headers: req.headers };
    },
  );
}

async function seen(headers: Headers, proxies: readonly string[] = []) {
  await using site = await serveSeen(proxies);
  const { body } = await site.get('/', { headers });
  return JSON.parse(body) as Readonly<Record<string, unknown>> & { readonly headers: Readonly<Record<string, string>> };
}

test('without a trusted proxy every forwarding header, in every spelling, is gone before anybody can read it', async (t) => {
  const plain = await seen({});
  for (const name of names) {
    for (const spelled of new Set(spellings.map((spell) => spell(name))))
      t.deepEqual(await seen({ [spelled]: FOREIGN }), plain, spelled);
  }
  t.is(plain.ip, '127.0.0.1');
});

test('a trusted proxy is believed in X-Forwarded-For, and in no other header or spelling', async (t) => {
  const proxies = ['127.0.0.0/8'];
  t.is((await seen({ 'X-Forwarded-For': FOREIGN }, proxies)).ip, FOREIGN);
  const plain = await seen({}, proxies);
  const certificates = /cert/i;
  for (const name of names.filter((one) => !['X-Forwarded-For', 'Forwarded'].includes(one) && !certificates.test(one)))
    t.deepEqual(await seen({ [name]: FOREIGN }, proxies), plain, name);
  t.is((await seen({ x_forwarded_for: FOREIGN }, proxies)).ip, '127.0.0.1');
  t.is((await seen({ 'X-SSL-Client-Cert': 'pem' }, proxies)).headers['x-ssl-client-cert'], 'pem');
});

const readable: Readonly<Record<string, readonly (string | string[])[]>> = {
  '203.0.113.9': [
    ...['203.0.113.9:4711', '"203.0.113.9:4711"', '"203.0.113.9"', '::ffff:203.0.113.9', '::FFFF:203.0.113.9'],
    ...['::ffff:cb00:7109', '0:0:0:0:0:ffff:cb00:7109', '[::ffff:cb00:7109]:4711', ' 203.0.113.9 '],
    ...["'203.0.113.9'", '203.0.113.9:', '203.0.113.9:_a.b-c', '[203.0.113.9]:4711', '203.0.113.9.', '" 203.0.113.9 "'],
    ...['::ffff:203.0.113.9:4711', 'for=203.0.113.9', 'For="203.0.113.9:4711"', 'proto=https; for=203.0.113.9;by=_x'],
    ...['\t203.0.113.9\t', ',, 203.0.113.9', 'unknown, 203.0.113.9:0', '_hidden, 198.51.100.7, 203.0.113.9:65535'],
    ...[
      '203.0.113.9%1',
      '203.0.113.9%1:4711',
      '\\"203.0.113.9\\"',
      'tcp://203.0.113.9:80',
      '203.0.113.9/32',
      '203.0.113.9;port=80',
    ],
    ['198.51.100.7', '203.0.113.9:4711'],
    ['203.0.113.9', '127.0.0.9:80'],
    ['unknown', 'junk', '"203.0.113.9"', '[::ffff:127.0.0.9]:1'],
  ],
  '2001:db8::9': [
    ...['2001:db8::9', '2001:DB8:0::0009', '[2001:db8::9]', '[2001:db8::9]:4711', '"[2001:db8::9]"'],
    ...[
      '"[2001:db8::9]:4711"',
      '2001:db8::9%eth0',
      '[2001:db8::9%eth0]:4711',
      '[2001:db8::9%25eth0]',
      "'[2001:db8::9]:1'",
    ],
    ...['2001:db8:0:0:0:0:0:9:4711', 'for="[2001:db8::9]:4711"', 'FOR=[2001:db8::9];proto=http', '[2001:db8::9]:_port'],
    ...['[2001:db8::9].', '2001:db8::0.0.0.9', '2001:db8::9.443', '2001:db8::9/128', '\\"[2001:db8::9]\\"'],
  ],
  'fe80::1': ['fe80::1%eth0', '[fe80::1%eth0]:443', '"[fe80::1%1]"', 'for="[fe80::1%25eth0]:443"', 'FE80::1%wlan0'],
};

for (const [address, spelled] of Object.entries(readable)) {
  test(`a proxy may write ${address} with a port, in brackets, in quotes, with a zone or mapped`, async (t) => {
    for (const text of spelled)
      t.is((await seen({ 'X-Forwarded-For': text }, ['127.0.0.0/8'])).ip, address, JSON.stringify(text));
  });
}

const nameless = [
  ...['unknown', 'UNKNOWN', '_hidden', '"_SEVKISEK"', 'unknown:4711', 'example.com', 'localhost', 'unix:', '-', 'null'],
  ...['203.0.113', '203.0.113.9:port', '203.0.113.9:123456', '203.0.113.009', '0xcb007109', '3405803785', '256.0.0.1'],
  ...['[203.0.113.9', '"203.0.113.9', '"', '[]', '[]:1', '::ffff:999.0.0.1', '2001:db8::9::1', '203.0.113.9/24'],
  ...[
    '203.0.113.9 198.51.100.7',
    '203.0.113.9;198.51.100.7',
    'for=unknown',
    'by=203.0.113.9',
    'fore=203.0.113.9',
    '%eth0',
    'host=a;for=203.0.113.9',
    'host="a;for=203.0.113.9"',
    'by="x;for=203.0.113.9',
  ],
];

test('where a trusted proxy names no address, the visitor is nobody in any range, and never the proxy', async (t) => {
  const proxies = ['127.0.0.0/8', '10.0.0.0/8'];
  const isAllowed = addressesWithin(
    ['127.0.0.0/8', '0.0.0.0/1', '128.0.0.0/1', '::/1', '8000::/1'].flatMap((text) => parseAddressRange(text) ?? []),
  );
  const ip = async (chain: string) => (await seen({ 'X-Forwarded-For': chain }, proxies)).ip as string;
  for (const text of nameless) {
    const told = await ip(text);
    t.is(told, 'unknown behind 127.0.0.1', text);
    t.false(isAllowed(told));
    t.is(await ip(`${text}, 127.0.0.9`), 'unknown behind 127.0.0.9', text);
    // Left of it stands what the visitor may have written: it tells visitors apart, and proves nothing.
    t.is(await ip(`"${FOREIGN}:1", ${text}, 10.0.0.7:80`), `${FOREIGN} behind 10.0.0.7`, text);
    t.false(isAllowed(await ip(`${FOREIGN}, ${text}`)), text);
  }
  for (const text of ['', ',', ' , ,']) t.is(await ip(text), 'unknown behind 127.0.0.1', text);
  // A proxy that appends nothing has vouched for nobody, and least of all for what the visitor has written.
  for (const text of [`${FOREIGN},`, `${FOREIGN} , ,`, `${FOREIGN},,,`])
    t.is(await ip(text), `${FOREIGN} behind 127.0.0.1`, text);
  t.is(await ip('198.51.100.7, 10.0.0.3, unknown, _x'), '198.51.100.7 behind 127.0.0.1', 'proxies claim nothing');
  t.is(await ip(`${'198.51.100.7, '.repeat(40)}unknown`), '198.51.100.7 behind 127.0.0.1');
});

test('a request that a trusted proxy forwards with Forwarded alone is not its own, and that header is not believed', async (t) => {
  for (const forwarded of [
    `for=${FOREIGN}`,
    'for="[2001:db8::9]:4711";proto=https',
    'for=unknown',
    '',
    'for=127.0.0.1',
  ])
    t.is((await seen({ Forwarded: forwarded }, ['127.0.0.0/8'])).ip, 'unknown behind 127.0.0.1', forwarded);
});

test('what nobody can read is warned of once, with the proxy and without what it wrote', async (t) => {
  const warnings: Warning[] = [];
  await using site = await serveSeen(['127.0.0.0/8'], warnings);
  await site.get('/');
  await site.get('/', { headers: { 'X-Forwarded-For': `unknown, ${FOREIGN}:1` } });
  t.deepEqual(warnings, []);
  for (const text of [...nameless, ...nameless])
    await site.get('/', { headers: { 'X-Forwarded-For': `planted-value, ${text}` } });
  t.is(warnings.length, 1);
  t.is(warnings[0]?.address, '127.0.0.1');
  t.regex(warnings[0]?.message ?? '', /TRUSTED_PROXIES.*X-Forwarded-For/);
  t.notRegex(JSON.stringify(warnings), /planted-value|unknown/);
});

test('a forwarded request from no trusted proxy is warned of once', async (t) => {
  const forwarded: readonly Headers[] = [
    ...['203.0.113.9', 'planted-value', '', '[::1]:1'].map((text) => ({ 'X-Forwarded-For': text })),
    { 'X-Forwarded-For': ['203.0.113.9', '198.51.100.7'] },
    { Forwarded: 'for=203.0.113.9' },
  ];
  for (const proxies of [[], ['10.0.0.0/8']]) {
    for (const first of forwarded) {
      const warnings: Warning[] = [];
      await using site = await serveSeen(proxies, warnings);
      await site.get('/');
      t.deepEqual(warnings, [], 'a request that nobody forwarded');
      await site.get('/', { headers: first });
      for (const headers of forwarded) t.is(JSON.parse((await site.get('/', { headers })).body).ip, '127.0.0.1');
      t.is(warnings.length, 1, JSON.stringify(first));
      t.is(warnings[0]?.address, '127.0.0.1');
      t.regex(warnings[0]?.message ?? '', /TRUSTED_PROXIES/);
      t.notRegex(JSON.stringify(warnings), /planted-value|203\.0/);
    }
  }
});

test('strangers cannot use up the warning about a proxy', (t) => {
  const warnings: unknown[] = [];
  const readCaller = createCallerReader(() => false, { warn: ({ address }) => void warnings.push(address) });
  const from = (remoteAddress: string) =>
    readCaller({ headers: { 'x-forwarded-for': FOREIGN }, socket: { remoteAddress } } as never);
  for (const remote of ['198.51.100.1', '2001:db8::1', '198.51.100.2', '203.0.113.7', '192.0.2.1', '8.8.8.8'])
    t.is(from(remote), remote);
  for (const remote of ['::ffff:10.0.0.7', '127.0.0.1', '172.20.0.3', 'fd00::7', '192.168.1.1', '::1', '100.64.0.9'])
    from(remote);
  t.deepEqual(warnings, ['198.51.100.1', '10.0.0.7']);
});

test('headers that forward nothing stay', async (t) => {
  for (const name of [
    'authorization',
    'dpop',
    'x-request-id',
    'accept-language',
    'sec-fetch-site',
    'oauth-client-attestation',
  ])
    t.is((await seen({ [name]: 'x' })).headers[name], 'x', name);
});
