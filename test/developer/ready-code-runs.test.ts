/** The code that the page of a client shows is run as it is shown there, and somebody signs in. */
import { spawn } from 'node:child_process';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import got from 'got';
import { freePort } from '../../scripts/free-port.ts';
import { newVisitor, sharedProvider } from '../support/provider-fixture.ts';
import { PASSWORD } from '../support/relying-party.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { Page } from '../support/user.ts';
import { withClient } from './fixture.ts';

const fixture = await sharedProvider();
const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));

const unescapeHtml = (html: string): string =>
  html.replace(/&(#39|amp|lt|gt|quot|#34);/g, (_all, name: string) =>
    String({ '#39': "'", '#34': '"', amp: '&', lt: '<', gt: '>', quot: '"' }[name]),
  );

/** What somebody copies, by the names of the files. */
function shownOn({ body }: Page): ReadonlyMap<string, string> {
  const found = body.matchAll(/<h4[^>]*>(?:<code>([^<]*)<\/code>)?[\s\S]*?<pre[^>]*><code>([^<]*)<\/code><\/pre>/g);
  return new Map(Array.from(found, ([, name = 'commands', text = '']) => [name, unescapeHtml(text)]));
}

/** As in an empty folder; its library is among those that tests have, so that nothing is installed. */
async function run(t: ExecutionContext, shown: ReadonlyMap<string, string>): Promise<void> {
  const folder = await temporaryFolder(t);
  await symlink(modules, join(folder, 'node_modules'));
  await mkdir(join(folder, 'bin'));
  await writeFile(join(folder, 'bin/npm'), '#!/bin/sh\n');
  await chmod(join(folder, 'bin/npm'), 0o755);
  for (const [name, text] of shown) await writeFile(join(folder, name), text);
  const PATH = [join(folder, 'bin'), dirname(process.execPath), process.env.PATH].join(':');
  const child = spawn('sh', ['-c', shown.get('commands') ?? ''], {
    cwd: folder,
    env: { PATH },
    stdio: 'ignore',
    detached: true,
  });
  // With what the shell has started.
  t.teardown(() => void (child.pid === undefined || process.kill(-child.pid, 'SIGKILL')));
}

async function answers(origin: string): Promise<void> {
  const ask = () => got(origin, { throwHttpErrors: false, retry: { limit: 0 } }).catch(() => undefined);
  while ((await ask()) === undefined);
}

test('the program for openid-client, as the page of a new client shows it, signs somebody in and out', async (t) => {
  const origin = `http://localhost:${await freePort('localhost')}`;
  const fields = { redirect_uris: `${origin}/signed-in`, post_logout_redirect_uris: `${origin}/me` };
  const { page, secret } = await withClient(fixture, { client_name: `Robin's "</pre>" $(id)`, ...fields });
  const shown = shownOn(page);
  t.deepEqual([...shown.keys()], ['commands', 'package.json', 'app.js']);
  t.true(shown.get('commands')?.includes(secret));
  await run(t, shown);
  await answers(origin);

  const user = newVisitor();
  const account = await fixture.newAccount({ name: 'Robin' });
  const login = await user.open(`${origin}/login`);
  const consent = await user.submit(login, 'login-submit', { login: account.email, password: PASSWORD });
  const me = await user.submit(consent, 'consent-submit');
  t.is(me.url, `${origin}/me`);
  t.like(JSON.parse(me.body), { sub: account.id, name: 'Robin', email: account.email });
  const out = await user.submit(await user.open(`${origin}/logout`), 'logout-confirm');
  t.is(out.url, `${origin}/me`);
  t.deepEqual(JSON.parse(out.body), { error: 'nobody is signed in' });
});

test('later the page shows words in place of the secret', async (t) => {
  const { user, page, secret, clientId } = await withClient(fixture);
  t.true(shownOn(page).get('commands')?.includes(secret));
  const later = await user.open(`${fixture.latchkey.issuer}/developer/clients/${clientId}`);
  t.false(later.body.includes(secret));
  t.regex(shownOn(later).get('commands') ?? '', /^export CLIENT_SECRET='put the client secret here'$/m);
});

test('the code of each program that fits is a link away, and of what does not fit there is none', async (t) => {
  const { user, page } = await withClient(fixture);
  const links = Array.from(page.body.matchAll(/href="([^"]*\?program=[^"]*)"/g), ([, href = '']) => href);
  t.is(links.length, 7);
  const start = /^(?:npm install|npx vite)$/m;
  for (const href of links) {
    const shown = shownOn(await user.open(`${fixture.latchkey.issuer}${href}`));
    t.true(shown.size > 2 && shown.get('commands')?.includes('export CLIENT_ID='), href);
  }
  const other = String(links[0]).replace(/program=[^#]*/, 'program=oidc-client-ts&program=__proto__');
  t.regex(shownOn(await user.open(`${fixture.latchkey.issuer}${other}`)).get('commands') ?? '', start);
});

test('an app that lets a sign-in begin is signed in to from its page, and another is not', async (t) => {
  const { issuer } = fixture.latchkey;
  const begin = 'https://notes.example/begin?a=b';
  const { page } = await withClient(fixture, { initiate_login_uri: begin });
  t.true(page.body.includes(`href="${begin}&amp;iss=${encodeURIComponent(issuer)}" rel="noreferrer"`));
  t.false((await withClient(fixture)).page.body.includes('id="begin-sign-in"'));
});
