/** The cookies that a sign-in is bound by: how they are set, and that one which a sibling domain could set is not read. */
import { randomBytes } from 'node:crypto';
import test from 'ava';
import { browserToBind, createBrowserBinding, isBoundBrowser } from '../../src/provider/protection/browser-binding.ts';
import { followRequest } from '../../src/provider/request.ts';
import { KeyedHash } from '../../src/storage/encryption/keyed-hash.ts';
import { serve } from '../pages/serve.ts';

const keyedHash = new KeyedHash(randomBytes(32));

/** `/begin` answers with what a sign-in is bound to; `/HASH` says whether one that is bound to it goes on. */
const site = (issuer: string) =>
  serve(
    (ctx, next) => {
      ctx.app.proxy = true;
      ctx.req.headers['x-forwarded-proto'] = new URL(issuer).protocol.slice(0, -1);
      return next();
    },
    followRequest,
    createBrowserBinding(issuer, keyedHash),
    (ctx) => {
      ctx.body = ctx.path === '/begin' ? browserToBind(keyedHash) : String(isBoundBrowser(ctx.path.slice(1)));
    },
  );

test('on https no sibling domain can set it, and it is not sent in the clear', async (t) => {
  await using https = await site('https://id.example.com');
  const [cookie = '', ...others] = (await https.get('/begin')).headers['set-cookie'] ?? [];
  t.deepEqual(others, []);
  t.regex(cookie, /^__Host-latchkey_browser_\d+=[\w-]{43}; path=\/; expires=[^;]+; samesite=lax; secure; httponly$/i);
});

test('any of its cookies makes a browser the one that began, and none without the prefix does on https', async (t) => {
  await using https = await site('https://id.example.com');
  const [first, second] = [await https.get('/begin'), await https.get('/begin')];
  const cookies = [first, second].map(({ headers }) => headers['set-cookie']?.[0]?.split(';')[0] ?? '');
  const goesOn = async (bound: string, cookie: string) => (await https.get(`/${bound}`, { headers: { cookie } })).body;
  for (const { body: bound } of [first, second]) {
    t.is(await goesOn(bound, cookies.join('; ')), 'true');
    t.is(await goesOn(bound, cookies.join('; ').replaceAll('__Host-', '')), 'false');
    t.is(await goesOn(bound, cookies.join('; ').replaceAll('__Host-', '__Secure-')), 'false');
  }
  t.is(await goesOn(first.body, cookies[1] ?? ''), 'false');
  t.is(await goesOn('', cookies.join('; ')), 'false');
});
