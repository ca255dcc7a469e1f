/** Assets are served from memory, under addresses that change with their content. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import test from 'ava';
import { Assets } from '../../src/web/middleware/assets.ts';
import { serve } from './serve.ts';

const assets = new Assets();
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

test('a folder named like a file is served as one file, its parts in the order of their names', async (t) => {
  const folder = await mkdtemp(`${tmpdir()}/assets-`);
  t.teardown(() => rm(folder, { recursive: true }));
  await mkdir(`${folder}/one.css`);
  await writeFile(`${folder}/one.css/2-last.css`, 'b {}\n');
  await writeFile(`${folder}/one.css/1-first.css`, 'a {}\n');
  const joined = new Assets(folder);
  await using site = await serve(joined.serve);
  t.is((await site.get(joined.url('one.css'))).body, 'a {}b {}');
});

test('a style sheet is served without remarks, indentation and most ends of lines', async (t) => {
  const folder = await mkdtemp(`${tmpdir()}/assets-`);
  t.teardown(() => rm(folder, { recursive: true }));
  await writeFile(`${folder}/one.css`, '/* Why\n * so. */\n\na {\n  color: red; /* Not blue. */\n}\n');
  const assets = new Assets(folder);
  await using site = await serve(assets.serve);
  t.is((await site.get(assets.url('one.css'))).body, 'a {color: red; \n}');
});

test('an asset of an unknown kind stops the start', async (t) => {
  const folder = await mkdtemp(`${tmpdir()}/assets-`);
  t.teardown(() => rm(folder, { recursive: true }));
  await writeFile(`${folder}/page.html`, '');
  t.throws(() => new Assets(folder), { message: /page\.html/ });
});
