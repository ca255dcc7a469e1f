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
