/** The `account` verbs of the admin command, in real processes. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { openAdmin } from '../support/admin-command.ts';
import { giveFactors } from '../support/factors.ts';
import { startInstallation } from '../support/installation.ts';
import { mailsTo } from '../support/mails.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('an account is created, shown, listed, disabled and enabled, and its password is never shown', async (t) => {
  const admin = await openAdmin(t);
  const claims = join(await temporaryFolder(t), 'claims.json');
  await writeFile(claims, '{"locale":"en"}');
  const flags = ['--email', 'ada@example.test', '--username', 'ada', '--name', 'Ada', '--claims', claims];
  const created = await admin(
    ['account', 'create', ...flags, '--email-verified', '--password-stdin', '--json'],
    'correct horse battery\n',
  );
  t.is(created.exitCode, 0, created.stderr);
  const account = created.json();
  t.like(account, { email: 'ada@example.test', username: 'ada', name: 'Ada', emailVerified: true, hasPassword: true });
  t.deepEqual(account.claims, { locale: 'en' });
  t.false(/passwordHash|\$2b\$|correct horse/.test(created.stdout + created.stderr));

  for (const name of [String(account.id), 'ADA@example.test', 'ada']) {
    const { secondFactors, ...shown } = (await admin(['account', 'show', name, '--json'])).json();
    t.deepEqual(shown, account);
    const none = { authenticatorApps: [], passkeys: [], recoveryCodesLeft: 0, rememberedDevices: 0 };
    t.deepEqual(secondFactors, none);
  }
  t.deepEqual((await admin(['account', 'list', '--json'])).json(), { items: [account], next: null });
  t.true((await admin(['account', 'disable', 'ada', '--json'])).json().isDisabled);
  t.false((await admin(['account', 'enable', 'ada', '--json'])).json().isDisabled);
});

test('an account is disabled with a reason that administrators read, until it is enabled', async (t) => {
  const admin = await openAdmin(t);
  await admin(['account', 'create', '--email', 'ada@example.test']);
  const disable = (reason: string) => admin(['account', 'disable', 'ada@example.test', '--reason', reason, '--json']);
  for (const reason of ['', ' ', 'two\nlines', 'x'.repeat(151)]) {
    const refused = await disable(reason);
    t.is(refused.exitCode, 1, reason);
    t.regex(refused.stderr, /reason_invalid/);
  }
  t.is((await disable('seen in a leak')).json().disabledReason, 'seen in a leak');
  const { items } = (await admin(['audit', 'read', '--account', 'ada@example.test', '--json'])).json();
  t.like((items as readonly unknown[])[0], { event: 'account.disabled', detail: 'seen in a leak' });
  t.is((await admin(['account', 'enable', 'ada@example.test', '--json'])).json().disabledReason, undefined);
});

test('a password is set from the first line of standard input', async (t) => {
  const admin = await openAdmin(t);
  const created = await admin(['account', 'create', '--email', 'ada@example.test', '--json']);
  t.false(created.json().hasPassword);
  const changed = await admin(
    ['account', 'set-password', 'ada@example.test', '--json'],
    'a correct horse reads\nsecond line\n',
  );
  t.true(changed.json().hasPassword);
  const empty = await admin(['account', 'set-password', 'ada@example.test']);
  t.deepEqual([empty.exitCode, empty.stdout], [64, '']);
});

test('a list goes on where the page before said', async (t) => {
  const admin = await openAdmin(t);
  for (const name of ['ada', 'grace', 'edith']) await admin(['account', 'create', '--email', `${name}@example.test`]);
  const first = (await admin(['account', 'list', '--limit', '2', '--json'])).json();
  const second = (await admin(['account', 'list', '--limit', '2', '--after', String(first.next), '--json'])).json();
  const emails = [first, second].flatMap(({ items }) => (items as { email: string }[]).map(({ email }) => email));
  t.deepEqual(emails.toSorted(), ['ada@example.test', 'edith@example.test', 'grace@example.test']);
  t.is(second.next, null);
});

test('what is refused says why on standard error and ends with 1', async (t) => {
  const admin = await openAdmin(t);
  await admin(['account', 'create', '--email', 'ada@example.test']);
  const refused = {
    email_taken: await admin(['account', 'create', '--email', 'ADA@example.test', '--json']),
    email_invalid: await admin(['account', 'create', '--email', 'ada', '--json']),
    password_too_short: await admin(['account', 'set-password', 'ada@example.test', '--json'], 'short\n'),
    account_unknown: await admin(['account', 'disable', 'nobody', '--json']),
  };
  for (const [code, { exitCode, stdout, stderr }] of Object.entries(refused)) {
    t.deepEqual([exitCode, stdout], [1, ''], code);
    t.true(stderr.includes(code), stderr);
  }
});

test('the id of an account that is gone names nobody else, however often it is deleted', async (t) => {
  const installation = await startInstallation();
  t.teardown(installation.stop);
  const { config, installation: opened } = installation;
  const { id } = await installation.createAccount({ email: 'ada@example.test' });
  // Of a time when such a username was taken.
  const other = { ...(await installation.createAccount({ email: 'x@example.test' })), email: 'eve@example.test' };
  await opened.accounts.create({ ...other, id: 'f'.repeat(32), username: id });
  const run = await openAdmin(t);
  const settings = { STORAGE_URL: config.storageUrl, DATA_FOLDER: config.dataFolder };
  const admin = (...args: readonly string[]) => run(['account', ...args], '', settings);

  t.is((await admin('delete', id)).exitCode, 0);
  for (const verb of ['delete', 'show', 'disable', 'sessions-end']) t.is((await admin(verb, id)).exitCode, 1, verb);

  const left = await opened.accounts.get('f'.repeat(32));
  t.is(left?.username, id);
  t.false(left?.isDisabled);
});

test('an account is updated, which tells what it changed and ends nothing', async (t) => {
  const admin = await openAdmin(t);
  const flags = ['--email', 'ada@example.test', '--username', 'ada', '--email-verified', '--json'];
  const before = (await admin(['account', 'create', ...flags])).json();
  const claims = join(await temporaryFolder(t), 'claims.json');
  await writeFile(claims, '\ufeff{"locale":"de"}');
  const changes = ['--email', 'ada@xn--exmple-cua.test', '--no-username', '--name', 'Ada', '--claims', claims];
  const changed = await admin(['account', 'update', 'ada', ...changes, '--json']);
  t.is(changed.exitCode, 0, changed.stderr);
  t.like(changed.json(), { id: before.id, email: 'ada@exämple.test', emailVerified: false, name: 'Ada' });
  t.deepEqual(changed.json().changed, ['email', 'emailVerified', 'username', 'name', 'claims']);
  t.false('username' in changed.json());
  const again = await admin(['account', 'update', 'ADA@EXÄMPLE.test', '--email-verified', '--no-name']);
  t.regex(again.stderr, /changed: emailVerified, name\n/);
  const { changed: _changed, ...view } = (
    await admin(['account', 'update', String(before.id), '--no-email-verified', '--json'])
  ).json();
  t.false(view.emailVerified);
  t.is((await admin(['account', 'update', 'ada@exämple.test'])).exitCode, 64);
  t.is((await admin(['account', 'show', 'ada'])).exitCode, 1);
});

test('second factors are shown by kind, count and date, and reset with a notice to the person', async (t) => {
  const running = await startInstallation();
  t.teardown(running.stop);
  const { config, installation } = running;
  const { id, email } = await running.createAccount({ email: 'ada@example.test' });
  const { recoveryCodes } = await giveFactors(id, installation);
  const secrets = (await installation.factors.get(id)).apps.map(({ secret }) => secret);
  const run = await openAdmin(t);
  const settings = { ISSUER: config.issuer, STORAGE_URL: config.storageUrl, DATA_FOLDER: config.dataFolder };
  const admin = (...args: readonly string[]) => run(['account', ...args, '--json'], '', settings);
  const shown = await admin('show', email);
  t.like(shown.json().secondFactors, {
    recoveryCodesLeft: 10,
    passkeys: [],
    authenticatorApps: [{ lastUsedAt: null }],
  });
  t.is(secrets.length, 1);
  for (const text of [...secrets, 'Phone', ...recoveryCodes]) t.false(`${shown.stdout}${shown.stderr}`.includes(text));

  const reset = await admin('reset-factors', email);
  t.deepEqual([reset.exitCode, reset.json()], [0, { id, sessions: 0, grants: 0 }], reset.stderr);
  t.like(await installation.factors.get(id), { apps: [], recoveryCodes: [] });
  const [mail] = await mailsTo(running, email);
  t.regex(mail?.link ?? '', /\/not-me\//);
  t.is((await admin('reset-factors', 'nobody')).exitCode, 1);
});
