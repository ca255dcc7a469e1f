/** Assets are served from memory, under addresses that change with their content. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import test from 'ava';
import { createAssets } from '../../src/web/middleware/assets.ts';
import { notFoundPage } from '../../src/web/middleware/errors.ts';
import { createPages } from '../../src/web/pages/render.ts';
import { signedOutPage } from '../../src/web/provider-pages.ts';
import { serve } from './serve.ts';

const assets = createAssets();
const types = {
  'latchkey.css': 'text/css; charset=utf-8',
  'reveal-password.js': 'text/javascript; charset=utf-8',
  'mark.svg': 'image/svg+xml',
};

for (const [name, type] of Object.entries(types)) {
  test(`${name} is served for good, with its type and no sniffing`, async (t) => {
    await using site = await serve(assets.serve);
    const answer = await site.get(assets.url(name));
    t.is(answer.statusCode, 200);
    t.is(answer.headers['content-type'], type);
    t.is(answer.headers['cache-control'], 'public, max-age=31536000, immutable');
    t.is(answer.headers['x-content-type-options'], 'nosniff');
    t.regex(assets.url(name), /\.[0-9a-f]{16}\.[a-z]+$/);
    t.true(answer.body.length > 100);
  });
}

test('HEAD has the length and no body, and an unchanged asset is 304', async (t) => {
  await using site = await serve(assets.serve);
  const path = assets.url('mark.svg');
  const { headers, body } = await site.get(path);
  const head = await site.get(path, { method: 'HEAD' });
  t.is(head.headers['content-length'], String(Buffer.byteLength(body)));
  t.is(head.body, '');
  const again = await site.get(path, { headers: { 'if-none-match': headers.etag ?? '' } });
  t.is(again.statusCode, 304);
  t.is(again.body, '');
});

const unknown = [
  '/assets/',
  '/assets/nothing.css',
  '/assets/latchkey.css',
  '/assets/../package.json',
  '/assets/%2e%2e/x',
];

for (const path of unknown) {
  test(`${path} is not found and not remembered`, async (t) => {
    await using site = await serve(assets.serve);
    const answer = await site.get(path);
    t.is(answer.statusCode, 404);
    t.not(answer.headers['cache-control'], 'public, max-age=31536000, immutable');
  });
}

test('an asset cannot be posted to', async (t) => {
  await using site = await serve(assets.serve);
  const answer = await site.get(assets.url('mark.svg'), { method: 'POST' });
  t.is(answer.statusCode, 405);
  t.is(answer.headers.allow, 'GET, HEAD');
});

test('other paths are left to others', async (t) => {
  await using site = await serve(assets.serve, (ctx) => {
    ctx.body = 'next';
  });
  t.is((await site.get('/asset')).body, 'next');
});

test('an overlay changes one part of the style and one view, and keeps the rest', async (t) => {
  const overlay = await mkdtemp(`${tmpdir()}/overlay-`);
  t.teardown(() => rm(overlay, { recursive: true }));
  await mkdir(`${overlay}/assets/latchkey.css`, { recursive: true });
  await mkdir(`${overlay}/errors`);
  await writeFile(`${overlay}/assets/latchkey.css/1-colours.css`, ':root { --accent: #800080; }\n');
  await writeFile(`${overlay}/errors/not-found.ejs`, '<%- page.include(\'layout/top\') -%><p><%= "ours & only" %></p>');
  const pages = createPages({ brand: { name: 'Acme', logoUrl: '/logo.svg' }, overlayFolder: overlay });
  const branded = pages.assets;
  await using site = await serve(branded.serve);
  const { body } = await site.get(branded.url('latchkey.css'));
  t.true(body.startsWith(':root { --accent: #800080; }'));
  t.true(body.includes('.button.primary'));
  t.not(branded.url('latchkey.css'), assets.url('latchkey.css'));
  t.is(branded.url('mark.svg'), assets.url('mark.svg'));

  t.regex(pages.render(notFoundPage('en')), /<img src="\/logo\.svg" alt="Acme"[\s\S]*<p>ours &amp; only<\/p>/);
  t.regex(pages.render(signedOutPage({ language: 'en' })), /signed out/);
});

test('an asset of an unknown kind stops the start', async (t) => {
  const overlay = await mkdtemp(`${tmpdir()}/overlay-`);
  t.teardown(() => rm(overlay, { recursive: true }));
  await mkdir(`${overlay}/assets`);
  await writeFile(`${overlay}/assets/page.html`, '');
  t.throws(() => createAssets(overlay), { message: /page\.html/ });
});
