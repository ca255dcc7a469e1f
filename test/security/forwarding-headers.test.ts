/** What a caller says about proxies before it is not believed, however it is spelled. */
import test from 'ava';
import { addressesWithin, parseAddressRange } from '../../src/config/config.ts';
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

async function seen(headers: Readonly<Record<string, string>>, proxies: readonly string[] = []) {
  const ranges = proxies.flatMap((text) => parseAddressRange(text) ?? []);
  await using site = await serve(
    (ctx, next) => {
      ctx.app.proxy = true;
      return next();
    },
    pinToIssuer(ISSUER, addressesWithin(ranges)),
    (ctx) => {
      const { ip, host, protocol, method, req } = ctx;
      ctx.body = { ip, host, protocol, method, headers: req.headers };
    },
  );
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
  for (const name of names.filter((one) => one !== 'X-Forwarded-For' && !certificates.test(one)))
    t.deepEqual(await seen({ [name]: FOREIGN }, proxies), plain, name);
  t.is((await seen({ x_forwarded_for: FOREIGN }, proxies)).ip, '127.0.0.1');
  t.is((await seen({ 'X-SSL-Client-Cert': 'pem' }, proxies)).headers['x-ssl-client-cert'], 'pem');
});

const readable: Readonly<Record<string, readonly string[]>> = {
  '203.0.113.9': [
    ...['203.0.113.9:4711', '"203.0.113.9:4711"', '"203.0.113.9"', '::ffff:203.0.113.9', '::FFFF:203.0.113.9'],
    ...['::ffff:cb00:7109', '0:0:0:0:0:ffff:cb00:7109', '[::ffff:cb00:7109]:4711', ' 203.0.113.9 ', '203.0.113.9,,'],
  ],
  '2001:db8::9': [
    ...['2001:db8::9', '2001:DB8:0::0009', '[2001:db8::9]', '[2001:db8::9]:4711', '"[2001:db8::9]"'],
    ...['"[2001:db8::9]:4711"', '2001:db8::9%eth0'],
  ],
};

for (const [address, spelled] of Object.entries(readable)) {
  test(`a proxy may write ${address} with a port, in brackets, in quotes or mapped`, async (t) => {
    for (const text of spelled) t.is((await seen({ 'X-Forwarded-For': text }, ['127.0.0.0/8'])).ip, address, text);
  });
}

test('a hop that cannot be read is one name for all, within no range, and never the proxy', async (t) => {
  const proxies = ['127.0.0.0/8'];
  const broken = [
    ...['unknown', '_hidden', 'example.com', '203.0.113', '203.0.113.9:port', '203.0.113.009', '[203.0.113.9', '"'],
    ...['', ',', '[]', '[]:1', '127.0.0.1:', '::ffff:999.0.0.1', '203.0.113.9 198.51.100.7', 'for=203.0.113.9'],
  ];
  for (const text of broken) {
    const chains = /^,?$/.test(text) ? [text] : [text, `${FOREIGN}, ${text}`, `${text}, 127.0.0.9`];
    for (const chain of chains) t.is((await seen({ 'X-Forwarded-For': chain }, proxies)).ip, 'unreadable', chain);
  }
  t.false(addressesWithin(['127.0.0.0/8', '::/1'].flatMap((text) => parseAddressRange(text) ?? []))('unreadable'));
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
