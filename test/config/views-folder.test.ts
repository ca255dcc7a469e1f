/** VIEWS_FOLDER: its files take the place of views, and what is wrong with it stops the start by name. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { checkOffline } from '../../src/check-start.ts';
import { configFromEnvironment } from '../../src/config/read-config.ts';
import type { LogFields } from '../../src/ports/log.ts';
import { exitCodeOf, explainFailure } from '../../src/start-failure.ts';
import { MailTexts } from '../../src/web/mail/mail-texts.ts';
import { notFoundPage } from '../../src/web/middleware/errors.ts';
import { Pages } from '../../src/web/pages/render.ts';
import { Views } from '../../src/web/pages/views.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { newKey } from './settings.ts';

const CONFIGURATION = 78;

function write(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

async function folderWith(t: ExecutionContext, files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = await temporaryFolder(t);
  write(folder, files);
  return folder;
}

const check = (folder: string) =>
  checkOffline(configFromEnvironment({ STORAGE_URL: 'sqlite::memory:', SECRET_KEYS: newKey(), VIEWS_FOLDER: folder }));

/** What an operator reads. */
async function failureOf(t: ExecutionContext, folder: string): Promise<string> {
  const error = await t.throwsAsync(check(folder));
  t.is(exitCodeOf(error), CONFIGURATION);
  const text = explainFailure(error);
  t.regex(text, /VIEWS_FOLDER/);
  t.notRegex(text, /\n\s+at /);
  return text;
}

const notFound = (views: Views): string =>
  new Pages('Latchkey', 'https://id.example', views).render(notFoundPage('en'));

test('a file takes the place of the view of its name, and the others stay', async (t) => {
  const folder = await folderWith(t, {
    'errors/not-found.ejs':
      '<%- page.include("layout/top") -%><b><%= page.heading %></b><%- include("layout/bottom") -%>',
    'layout/bottom.ejs': '<p>Ours</p>\n',
  });
  await t.notThrowsAsync(check(folder));
  const html = notFound(new Views(folder));
  // Its own includes, and those of views that were not replaced, find what took the place of theirs.
  t.regex(html, /<html lang="en">[\s\S]*<b>There is no page here<\/b><p>Ours<\/p>\n$/);
  t.notRegex(notFound(new Views()), /<b>/);
});

test('a subject, text or HTML of a mail is replaced like a page, and its values are escaped in HTML alone', async (t) => {
  const folder = await folderWith(t, {
    'mail/reset-password/subject.txt.ejs': 'New\n  password & more <%= page.brandName %>\r\n',
    'mail/reset-password/body.html.ejs': '<a href="<%= page.link %>"><%= page.brandName %></a>',
    'mail/layout/end.txt.ejs': 'Yours\n',
  });
  await t.notThrowsAsync(check(folder));
  const texts = new MailTexts({ views: new Views(folder), brandName: 'A & B' });
  const order = { to: '', language: 'en', usefulUntil: 0, link: 'https://id.example/reset/x?a=1&b=2' };
  const mail = texts.write({ ...order, text: 'reset_password' });
  t.is(mail.subject, 'New password & more A & B');
  t.is(mail.html, '<a href="https://id.example/reset/x?a=1&amp;b=2">A &amp; B</a>');
  t.regex(mail.text, /^https:\/\/id\.example\/reset\/x\?a=1&b=2$[\s\S]*\nYours\n$/m);
});

test('a page, or a part of one, that cannot be drawn is named in the log, and ours is shown in its place', async (t) => {
  const unbroken = notFound(new Views());
  for (const [name, source] of [
    ['errors/not-found', '<%= page.lnik.href %>'],
    ['errors/not-found', '<% throw null %>'],
    ['errors/not-found', '<%- page.include("no/such") %>'],
    ['errors/not-found', '<%- include("errors/not-found") %><%- include("errors/not-found") %>'],
    ['layout/top', '<%= page.lnik.href %>'],
    ['layout/bottom', '<%= page.heading.x.y %>'],
  ] as const) {
    const folder = await folderWith(t, { [`${name}.ejs`]: source });
    const logged: LogFields[] = [];
    const log = { warn: (fields: LogFields) => void logged.push(fields) };
    const html = new Pages('Latchkey', 'https://id.example', new Views(folder), log).render(notFoundPage('en'));
    t.true(html.includes(unbroken), source);
    t.deepEqual(
      logged.map(({ view }) => view),
      [name],
      source,
    );
    t.notRegex(JSON.stringify(logged), /lnik|no page here/);
  }
});

test('an empty folder, and what begins with a dot, changes nothing', async (t) => {
  const folder = await folderWith(t, { '.git/config': 'x', '..2026/layout/top.ejs': '<%', 'mail/.DS_Store': '' });
  await t.notThrowsAsync(check(folder));
  t.is(notFound(new Views(folder)), notFound(new Views()));
});

test('links are followed, as a mounted ConfigMap has them', async (t) => {
  const folder = await folderWith(t, { '..data/layout/bottom.ejs': 'Ours', '..data/landing.ejs': '<p>x</p>' });
  for (const name of ['layout', 'landing.ejs']) symlinkSync(join('..data', name), join(folder, name));
  await t.notThrowsAsync(check(folder));
  t.regex(notFound(new Views(folder)), /Ours$/);
});

const broken: Readonly<Record<string, Readonly<Record<string, string | Uint8Array>>>> = {
  'interactions/logn.ejs': { 'interactions/logn.ejs': '' },
  'login.ejs': { 'login.ejs': '' },
  'readme.md': { 'readme.md': '' },
  'layout/top.html': { 'layout/top.html': '' },
  'LANDING.EJS': { 'LANDING.EJS': '' },
  assets: { 'assets/latchkey.css': 'a{}' },
  own: { 'own/part.ejs': '' },
  'mail/reset_password': { 'mail/reset_password/body.txt.ejs': '' },
  'landing.ejs': { 'landing.ejs': '<% if (page.x { %>' },
  'layout/top.ejs': { 'layout/top.ejs': '<%= page.x' },
  'layout/bottom.ejs': { 'layout/bottom.ejs': '<% with (page) { %><% } %>' },
  'errors/error.ejs': { 'errors/error.ejs': Buffer.from([0x3c, 0xe4, 0x3e]) },
  'logout/confirm.ejs': { 'logout/confirm.ejs/x': '' },
  'links/gone.ejs': { 'links/gone.ejs': 'x'.repeat(1_048_577) },
  'mail/approved': { 'mail/approved/subject.txt.ejs': '\u200b\n' },
  'mail/invitation': { 'mail/invitation/body.txt.ejs': 'Welcome' },
  'mail/reset-password': { 'mail/reset-password/body.html.ejs': '<%= page.lnik.href %>' },
};

test('a file that is broken, or has the name of no view, stops the start and is named', async (t) => {
  for (const [name, files] of Object.entries(broken)) {
    const text = await failureOf(t, await folderWith(t, files));
    t.true(text.includes(name.split('/').at(-1) ?? ''), `${name}: ${text}`);
  }
});

test('all of them are named at once', async (t) => {
  const folder = await folderWith(t, { 'nothing.ejs': '', 'landing.ejs': '<%= (', 'layout/top.ejs': '<%' });
  const text = await failureOf(t, folder);
  for (const name of ['nothing.ejs', 'landing.ejs', 'layout/top.ejs']) t.true(text.includes(`"${name}"`), text);
});

test('the name of a file cannot forge lines of what an operator reads', async (t) => {
  const text = await failureOf(t, await folderWith(t, { 'x\n  ISSUER is fine\u001b[2J.ejs': '' }));
  t.false(text.includes('\n  ISSUER') || text.includes('\u001b'), text);
});

test('a pipe, a device or a link that leads nowhere or in a circle is named, and not waited for', async (t) => {
  const folder = await temporaryFolder(t);
  mkdirSync(join(folder, 'errors'));
  t.is(spawnSync('mkfifo', [join(folder, 'landing.ejs')]).status, 0);
  symlinkSync('/dev/zero', join(folder, 'hand-over.ejs'));
  symlinkSync('nowhere', join(folder, 'errors/error.ejs'));
  symlinkSync('unavailable.ejs', join(folder, 'errors/unavailable.ejs'));
  writeFileSync(join(folder, 'errors/not-found.ejs'), '');
  truncateSync(join(folder, 'errors/not-found.ejs'), 2 ** 36);
  const text = await failureOf(t, folder);
  for (const name of ['landing', 'hand-over', 'errors/error', 'errors/unavailable', 'errors/not-found'])
    t.true(text.includes(`"${name}.ejs"`), `${name}: ${text}`);
});

test('a folder that is missing, is a file, or cannot be read is listed with all other problems', async (t) => {
  const folder = await folderWith(t, { file: '' });
  mkdirSync(join(folder, 'closed'), { mode: 0o000 });
  t.teardown(() => chmodSync(join(folder, 'closed'), 0o700));
  // Root reads everything.
  const unreadable = process.getuid?.() === 0 ? [] : [join(folder, 'closed')];
  for (const path of [
    join(folder, 'absent'),
    join(folder, 'file'),
    join(folder, 'file/below'),
    `${folder}\0`,
    ...unreadable,
  ]) {
    const environment = { ISSUER: 'https://id.example/?', VIEWS_FOLDER: path };
    const error = t.throws(() => configFromEnvironment(environment), { name: 'ConfigurationError' });
    t.is(exitCodeOf(error), CONFIGURATION);
    t.regex(explainFailure(error), /ISSUER[\s\S]*VIEWS_FOLDER/, path);
  }
});

test('a view cannot read files or the process by what views are given', async (t) => {
  const reaching = [
    '<%- include("/etc/hostname") %>',
    '<%- include("../package.json") %>',
    '<%= process.env.PATH %>',
    '<%= globalThis.process.pid %>',
    '<%= global.process.pid %>',
    '<%= require("fs") %>',
    '<% fetch("http://127.0.0.1:1/") %>',
    '<%= this.process.pid %>',
  ];
  for (const source of reaching) {
    const views = new Views(await folderWith(t, { 'errors/not-found.ejs': source }));
    t.throws(() => views.draw('errors/not-found', { ...notFoundPage('en') }), undefined, source);
  }
});

test('the process itself ends with 78 and names the file', async (t) => {
  const folder = await folderWith(t, { 'landing.ejs': '<%= (' });
  const env = { PATH: process.env.PATH, STORAGE_URL: 'sqlite::memory:', DATA_FOLDER: await temporaryFolder(t) };
  const start = fileURLToPath(new URL('../../src/start.js', import.meta.url));
  const child = spawn(process.execPath, [start], { env: { ...env, PORT: '0', VIEWS_FOLDER: folder } });
  t.teardown(() => child.kill('SIGKILL'));
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (said += String(bytes)));
  const [code] = await once(child, 'close');
  t.is(code, CONFIGURATION, said);
  t.regex(said, /landing\.ejs/);
});
