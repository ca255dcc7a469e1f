/** The pages on which development shows the mails that it writes to files. */
import { mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import got from 'got';
import type { Context } from 'koa';
import { requestOf } from '../../src/provider/request.ts';
import { DevelopmentMails } from '../../src/web/mail/development.ts';
import type { Pages } from '../../src/web/pages/render.ts';
import { newKey } from '../config/settings.ts';
import { startInstallation } from '../support/installation.ts';

const LIST = '/development/mails';

const evil = `"'><script>alert(1)</script><img src=x onerror=alert(1)>&amp;`;
/** RFC 2047: a client decodes it. */
const encoded = (text: string): string => `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`;

function mail(headers: Readonly<Record<string, string>>, body: string, type = 'text/plain'): string {
  const all = { 'Content-Type': `${type}; charset=utf-8`, 'MIME-Version': '1.0', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return [...lines, '', body].join('\r\n');
}

function alternatives(headers: Readonly<Record<string, string>>, text: string, html: string): string {
  const part = (type: string, body: string) => `--b\r\nContent-Type: text/${type}; charset=utf-8\r\n\r\n${body}\r\n`;
  const { 'Content-Type': _, ...rest } = headers;
  return mail(rest, `${part('plain', text)}${part('html', html)}--b--\r\n`, 'multipart/alternative; boundary=b');
}

async function startWith(t: ExecutionContext, files: Readonly<Record<string, string | Uint8Array>>) {
  const installation = await startInstallation();
  t.teardown(installation.stop);
  const folder = join(installation.config.dataFolder, 'mails');
  if (Object.keys(files).length > 0) await mkdir(folder);
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  const get = (path: string) =>
    got(`${installation.address}${path}`, {
      headers: { host: new URL(installation.issuer).host },
      throwHttpErrors: false,
      retry: { limit: 0 },
      followRedirect: false,
    });
  const show = (name: string) => get(`${LIST}/${encodeURIComponent(name)}`);
  return { issuer: installation.issuer, address: installation.address, folder, get, show };
}

test('the newest mail stands first, with whom it is to, when it was sent, and a link to its page', async (t) => {
  const { get, issuer } = await startWith(t, {
    '2026-11-26T08-00-00.000Z reset_password 1.eml': mail(
      { To: 'Ada <ada@example.test>', Subject: encoded('Für Ada'), Date: 'Thu, 26 Nov 2026 08:00:00 +0000' },
      'x',
    ),
    '2026-11-26T09-00-00.000Z approved 2.eml': mail({ To: 'bob@example.test', Subject: 'For Bob' }, 'x'),
  });
  const { statusCode, body, headers } = await get(LIST);
  t.is(statusCode, 200);
  t.is(headers['cache-control'], 'no-store');
  t.regex(
    body,
    /bob@example\.test[\s\S]*For Bob[\s\S]*November 26, 2026[\s\S]*Ada &lt;ada@example\.test&gt;[\s\S]*Für Ada/,
  );
  const [, href = ''] = /<a href="(\/development\/mails\/[^"]*)">Für Ada/.exec(body) ?? [];
  const shown = await got(`${issuer}${href}`);
  t.regex(shown.body, /<h1>Für Ada<\/h1>/);
});

test('an address of ours is a link on the page of its mail, exactly as it was mailed, and no other is', async (t) => {
  const { issuer, folder, show } = await startWith(t, { 'x.eml': '' });
  const link = `${issuer}/reset/${'aB_-'.repeat(21)}xy`;
  const others = [
    'https://evil.example/',
    `${issuer}.evil.example/`,
    `${issuer}@evil.example/`,
    'javascript:alert(1)',
    `javascript:alert(1)//${issuer}/`,
  ];
  await writeFile(join(folder, 'x.eml'), mail({ To: 'a@example.test' }, [link, ...others, `"${link}">x`].join('\n')));
  const { body } = await show('x.eml');
  const text = body.slice(body.indexOf('id="mail-text"'), body.indexOf('</div>', body.indexOf('id="mail-text"')));
  const links = [...text.matchAll(/<a href="([^"]*)">([^<]*)<\/a>/g)].map(([, href, label]) => [href, label]);
  t.deepEqual(
    links.filter(([href]) => href !== `${issuer}/`),
    [
      [link, link],
      [link, link],
    ],
  );
  t.notRegex(text, /href="(?!http:\/\/localhost:\d+\/)/);
});

test('markup in any header, part or name of a file stays text', async (t) => {
  const name = `<b>${evil.replaceAll('/', '')}.eml`;
  const header = encoded(evil);
  const headers = {
    Subject: header,
    From: `${header} <a@example.test>`,
    To: `${header} <a@example.test>, "${evil.replaceAll('"', '')}" <"<i>"@example.test>, ${evil}: b@example.test;`,
    Cc: header,
    'Reply-To': header,
    Date: evil,
    'Message-ID': evil,
    'X-Evil': evil,
  };
  const files = {
    [name]: alternatives(headers, evil, evil),
    'html.eml': mail(headers, evil, 'text/html'),
    'text.eml': mail(headers, evil),
    'raw.eml': evil,
    'attached.eml': mail(headers, evil, `application/octet-stream; name="${evil}"`),
    'nested.eml': mail(headers, mail(headers, evil, 'text/html'), 'message/rfc822'),
  };
  const { get, show } = await startWith(t, files);
  const pages = [await get(LIST), ...(await Promise.all(Object.keys(files).map(show)))];
  for (const { statusCode, body, headers: answered } of pages) {
    t.is(statusCode, 200);
    t.notRegex(body, /<script>|<img src=x|<b>|<i>/);
    t.regex(String(answered['content-security-policy']), /default-src 'none'/);
    t.regex(String(answered['content-type']), /^text\/html/);
  }
  t.regex(pages[1]?.body ?? '', /&lt;script&gt;[\s\S]*<pre [^>]*>[^<]*&lt;script&gt;/);
});

test('a file that is broken, cut off, too long or no mail at all breaks neither page', async (t) => {
  const whole = alternatives({ To: 'a@example.test', Subject: 'Whole' }, 'text', '<p>html</p>');
  const files: Record<string, string | Uint8Array> = {
    'empty.eml': '',
    'nul.eml': '\0'.repeat(1000),
    'noise.eml': Uint8Array.from({ length: 5000 }, (_, index) => (index * 7919) % 256),
    'long.eml': mail({ Subject: 'x'.repeat(100_000), To: 'a@example.test,'.repeat(5000) }, 'x'.repeat(500_000)),
    'longer.eml': 'x'.repeat(1024 * 1024 + 1),
    'deep.eml': 'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n'.repeat(5000),
    'dates.eml': mail({ Date: 'yesterday', Subject: '=?utf-8?B?//79?=' }, 'x'),
    'charset.eml': mail({ 'Content-Type': 'text/plain; charset=x-nothing' }, 'x'),
    ...Object.fromEntries([10, 40, 90, 150].map((length) => [`cut ${length}.eml`, whole.slice(0, length)])),
  };
  const { get, show } = await startWith(t, files);
  const list = await get(LIST);
  t.is(list.statusCode, 200);
  t.true(list.body.length < 200_000);
  for (const name of Object.keys(files)) {
    t.true(list.body.includes(`href="${LIST}/${encodeURIComponent(name)}"`), name);
    t.is((await show(name)).statusCode, 200, name);
  }
});

test('only a mail of that folder has a page', async (t) => {
  const { get, show, folder } = await startWith(t, {
    'x.eml': mail({ Subject: 'Fine' }, 'x'),
    'y.eml.part': 'half',
    z: '',
  });
  await writeFile(join(folder, '../outside.eml'), mail({ Subject: 'Outside' }, 'x'));
  await mkdir(join(folder, 'folder.eml'));
  await symlink('../secret-keys', join(folder, 'link.eml'));
  await symlink('../outside.eml', join(folder, 'other-link.eml'));
  const names = ['../outside.eml', '../secret-keys', '..', '.', '', '/etc/passwd', join(folder, 'x.eml'), './x.eml'];
  const others = [
    'x.eml/',
    'x.eml\0',
    'X.EML',
    'y.eml.part',
    'z',
    'folder.eml',
    'link.eml',
    'other-link.eml',
    'no.eml',
  ];
  for (const name of [...names, ...others]) {
    const { statusCode, body } = await show(name);
    // The first two are other spellings of the list's own address.
    t.is(statusCode, ['', '.'].includes(name) ? 200 : 404, name);
    t.notRegex(body, /Outside|half/, name);
  }
  for (const path of [
    '/../outside.eml',
    '/..%2foutside.eml',
    '/%2e%2e/outside.eml',
    '/..\\outside.eml',
    '/%00',
    '/%ff',
    '/%',
  ])
    t.true([400, 404].includes((await get(`${LIST}${path}`)).statusCode), path);
  const list = await get(LIST);
  t.is([...list.body.matchAll(/<dd>/g)].length, 1);
  t.is((await show('x.eml')).statusCode, 200);
});

test('the newest hundred are listed, by the time in their names', async (t) => {
  const nameOf = (index: number) => `2026-11-26T08-00-00.${String(index).padStart(3, '0')}Z.eml`;
  const files = Object.fromEntries(
    Array.from({ length: 130 }, (_, index) => [nameOf(index), mail({ Subject: `Mail ${index}` }, 'x')]),
  );
  const { get, show, folder } = await startWith(t, files);
  await utimes(join(folder, nameOf(0)), new Date('2030-01-01'), new Date('2030-01-01'));
  const { body } = await get(LIST);
  const shown = [...body.matchAll(/Mail (\d+)</g)].map(([, index]) => Number(index));
  t.deepEqual(
    shown,
    Array.from({ length: 100 }, (_, index) => 129 - index),
  );
  t.is((await show(nameOf(30))).statusCode, 200);
  t.is((await show(nameOf(29))).statusCode, 404);
});

test('without a mail the list says so, and is only read', async (t) => {
  const { get, issuer } = await startWith(t, {});
  const { statusCode, body } = await get(LIST);
  t.is(statusCode, 200);
  t.regex(body, /There are none yet/);
  for (const method of ['POST', 'PUT', 'DELETE'] as const)
    t.is((await got(`${issuer}${LIST}`, { method, throwHttpErrors: false, retry: { limit: 0 } })).statusCode, 405);
});

/** As it is written, by one that is no browser. */
function rawRequest(port: number, request: string, localAddress = '127.0.0.1'): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect({ port, host: '127.0.0.1', localAddress }, () => socket.write(request));
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk.toString();
  });
  socket.on('end', () => resolve(answer)).on('error', reject);
  return promise;
}

test('a mail is shown to whoever asks by the name of the issuer alone', async (t) => {
  const { issuer, address } = await startWith(t, { 'x.eml': mail({ Subject: 'Secret' }, 'x') });
  const { host, port } = new URL(issuer);
  const others = [
    'Host: evil.example',
    `Host: evil.example:${port}`,
    `Host: 127.0.0.1:${port}`,
    `Host: ${host}.evil.example`,
    `Host: evil.example\r\nX-Forwarded-Host: ${host}`,
    `Host: evil.example\r\nForwarded: host=${host}`,
    'Host:',
    `Host: localhost:${Number(port) + 1}`,
  ];
  for (const path of [LIST, `${LIST}/`, `${LIST}/x.eml`]) {
    const get = (headers: string, target = path) =>
      rawRequest(Number(new URL(address).port), `GET ${target} HTTP/1.1\r\n${headers}\r\nConnection: close\r\n\r\n`);
    for (const headers of others) {
      const answer = await get(headers);
      t.regex(answer, /^HTTP\/1\.1 404 /, headers);
      t.notRegex(answer, /Secret/);
    }
    t.regex(await get('Host: evil.example', `http://${host}${path}`), /^HTTP\/1\.1 404 /);
    t.regex(await get(`Host: ${host.toUpperCase()}`), /^HTTP\/1\.1 200 [\s\S]*Secret/);
  }
  t.regex(await rawRequest(Number(port), `GET ${LIST} HTTP/1.0\r\n\r\n`), / 404 /);
});

test('a mail is shown to nobody who comes from elsewhere, whatever proxies say', async (t) => {
  const installation = await startInstallation({ environment: { TRUSTED_PROXIES: '127.0.0.1' } });
  t.teardown(installation.stop);
  const { host } = new URL(installation.issuer);
  const get = (from: string) =>
    got(`${installation.address}${LIST}`, { headers: { host, 'x-forwarded-for': from }, throwHttpErrors: false });
  t.is((await get('127.0.0.1')).statusCode, 200);
  for (const from of ['192.0.2.1', '10.0.0.1', '2001:db8::1']) t.is((await get(from)).statusCode, 404, from);
  const mails = new DevelopmentMails({ folder: '/', issuer: 'http://localhost:3000', pages: {} as Pages });
  const ctx = { req: { socket: { remoteAddress: '::ffff:10.0.0.1' } }, ip: '127.0.0.1' } as Context;
  requestOf(ctx).givenHost = 'localhost:3000';
  await mails.list(ctx as Parameters<typeof mails.list>[0], () => Promise.resolve());
  t.is(ctx.body, undefined);
});

const withoutPage: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  production: {
    ISSUER: 'https://id.example.com',
    SECRET_KEYS: newKey(),
    TRUSTED_PROXIES: '127.0.0.1',
    BCRYPT_COST: '10',
  },
  'production on a loopback host': {
    NODE_ENV: 'production',
    ISSUER: 'https://localhost',
    SECRET_KEYS: newKey(),
    TRUSTED_PROXIES: '127.0.0.1',
    BCRYPT_COST: '10',
  },
  'development with a mail server': { SMTP_URL: 'smtp://127.0.0.1:1', MAIL_FROM: 'id@example.com' },
};

for (const [name, environment] of Object.entries(withoutPage)) {
  test(`${name} has no such page`, async (t) => {
    const installation = await startInstallation({ environment });
    t.teardown(installation.stop);
    await mkdir(join(installation.config.dataFolder, 'mails'));
    await writeFile(join(installation.config.dataFolder, 'mails/x.eml'), mail({ Subject: 'Secret' }, 'x'));
    const { host } = new URL(installation.issuer);
    const headers = installation.issuer.startsWith('https:')
      ? { host, 'x-forwarded-proto': 'https', 'x-forwarded-for': '192.0.2.1' }
      : {};
    for (const path of [LIST, `${LIST}/`, `${LIST}/x.eml`, '/DEVELOPMENT/mails']) {
      const { statusCode, body } = await got(`${installation.address}${path}`, { headers, throwHttpErrors: false });
      t.is(statusCode, 404, path);
      t.notRegex(body, /Secret/);
    }
  });
}
