/** `account invite`, `invitations`, `approve`, `reject`, and who waits, in real processes. */
import { randomBytes } from 'node:crypto';
import test from 'ava';
import { ISSUER_DOCUMENT } from '../../src/remembered-issuer.ts';
import { type Environment, openAdmin } from '../support/admin-command.ts';
import { startInstallation } from '../support/installation.ts';
import { mailsTo } from '../support/mails.ts';
import type { Owner } from '../support/owner.ts';

const DAY_MS = 86_400_000;

/** The command beside a provider, and what that provider sees. */
async function openOffice(t: Owner, environment: Environment = {}) {
  const latchkey = await startInstallation({ environment });
  t.teardown(latchkey.stop);
  const { storageUrl, dataFolder } = latchkey.config;
  const settings = { ISSUER: latchkey.issuer, STORAGE_URL: storageUrl, DATA_FOLDER: dataFolder, ...environment };
  const run = await openAdmin(t);
  const account = (...args: readonly string[]) => run(['account', ...args, '--json'], '', settings);
  const { accounts } = latchkey.installation;
  return {
    latchkey,
    accounts,
    account,
    async register(email: string, details = {}) {
      const { id } = await latchkey.createAccount({ email, awaitsApproval: true, ...details });
      return id;
    },
  };
}

test('an invitation is mailed, listed without its link, replaced by a newer one, and withdrawn', async (t) => {
  const { latchkey, account } = await openOffice(t);
  const flags = ['--name', 'Ada Lovelace', '--groups', ' staff, board,staff,constructor', '--expires', '2090-01-31'];
  const invited = await account('invite', '--email', 'Ada@Example.test', ...flags);
  t.is(invited.exitCode, 0, invited.stderr);
  const invitation = invited.json();
  t.like(invitation, { email: 'Ada@Example.test', name: 'Ada Lovelace', accountExpiresAt: '2090-01-31T00:00:00.000Z' });
  t.deepEqual(invitation.groups, ['staff', 'board', 'constructor']);
  const life = Date.parse(String(invitation.goodUntil)) - Date.parse(String(invitation.invitedAt));
  t.true(Math.abs(life - 7 * DAY_MS) < 60_000);
  const [mail] = await mailsTo(latchkey, 'Ada@Example.test');
  t.is(mail?.text, 'invitation');
  t.true(mail?.link?.startsWith(`${latchkey.issuer}/invitation/`));

  const listed = await account('invitations');
  t.deepEqual(listed.json(), { items: [invitation], next: null });
  const token = String(mail?.link?.split('/').at(-1));
  for (const { stdout, stderr } of [invited, listed]) {
    t.false((stdout + stderr).includes('/invitation/'));
    t.false((stdout + stderr).includes(token));
  }
  const { links } = latchkey.installation;
  t.truthy(await links.find('accept_invitation', token));
  const again = (await account('invite', '--email', 'ADA@example.test')).json();
  t.is(again.id, invitation.id);
  t.is(await links.find('accept_invitation', token), undefined);
  t.is(((await account('invitations')).json().items as unknown[]).length, 1);

  await account('invite', '--email', 'grace@example.test');
  const newest = (await mailsTo(latchkey, 'grace@example.test')).at(-1);
  t.like((await account('invitations', '--withdraw', 'GRACE@example.test')).json(), { withdrawn: true });
  t.is(await links.find('accept_invitation', String(newest?.link?.split('/').at(-1))), undefined);
  t.is((await account('invitations', '--withdraw', String(invitation.id))).exitCode, 0);
  t.deepEqual((await account('invitations')).json().items, []);
  const { exitCode, stdout, stderr } = await account('invitations', '--withdraw', String(invitation.id));
  t.deepEqual([exitCode, stdout], [1, '']);
  t.true(stderr.includes('invitation_unknown'), stderr);
});

test('what cannot be is refused with its reason, or with 64 and the form that is expected, and nothing happens', async (t) => {
  const { account, latchkey } = await openOffice(t);
  await latchkey.createAccount({ email: 'taken@example.test' });
  const email = ['--email', 'ada@example.test'];
  const table = [
    [1, '(email_taken)', ['invite', '--email', ' TAKEN@Example.TEST ']],
    [1, '(group_invalid)', ['invite', ...email, '--groups', 'staff,,board']],
    [64, '2027-03-31T18:00:00+02:00', ['invite', ...email, '--expires', '2090-02-30']],
    [64, 'still to come', ['invite', ...email, '--expires', new Date().toISOString().slice(0, 10)]],
    [64, 'still to come', ['create', ...email, '--expires', '2001-01-01']],
    [64, '2027-03-31T18:00:00+02:00', ['update', 'taken@example.test', '--expires', 'tomorrow']],
    [64, '--name is given twice', ['invite', ...email, '--name', 'Ada', '--name', 'Eve']],
    [64, '--email is given twice', ['update', 'taken@example.test', ...email, ...email]],
    [64, '--limit is given twice', ['invitations', '--limit', '1', '--limit', '2']],
    [64, 'exclude each other', ['update', 'taken@example.test', '--expires', '2090-01-01', '--no-expires']],
  ] as const;
  for (const [code, reason, args] of table) {
    const { exitCode, stdout, stderr } = await account(...args);
    t.deepEqual([exitCode, stdout], [code, ''], args.join(' '));
    t.true(stderr.includes(reason), stderr);
  }
  const { accounts, links, mails } = latchkey.installation;
  t.is((await accounts.list({ limit: 9 })).items.length, 1);
  t.deepEqual((await links.list('accept_invitation', { limit: 9 })).items, []);
  t.deepEqual((await mails.list({ limit: 9 })).items, []);
});

test('every --groups counts, and a group with a blank in it is shown as one', async (t) => {
  const run = await openAdmin(t);
  const flags = ['--groups', 'staff', '--groups', 'night shift, board'];
  const { exitCode, stdout, stderr } = await run(['account', 'invite', '--email', 'ada@example.test', ...flags]);
  t.is(exitCode, 0, stderr);
  t.regex(stdout, /^groups +staff "night shift" board$/m);
});

test('what mails or prints links refuses a database that belongs to another issuer', async (t) => {
  const { account, accounts, register, latchkey } = await openOffice(t);
  await latchkey.installation.keys.loadOrCreate(ISSUER_DOCUMENT, () => Buffer.from('https://other.example'));
  const id = await register('ada@example.test');
  for (const args of [
    ['invite', '--email', 'eve@example.test'],
    ['approve', id],
    ['reject', id],
  ]) {
    const { exitCode, stdout, stderr } = await account(...args);
    t.deepEqual([exitCode, stdout], [78, ''], args[0]);
    t.true(stderr.includes('https://other.example'), stderr);
  }
  t.true((await accounts.get(id))?.awaitsApproval);
  t.deepEqual((await latchkey.installation.mails.list({ limit: 9 })).items, []);
});

test('who is enabled and has expired, or still waits, is named', async (t) => {
  const { account, register } = await openOffice(t);
  const id = await register('ada@example.test', { expiresAt: 1 });
  const { exitCode, stderr } = await account('enable', id);
  t.is(exitCode, 0);
  t.regex(stderr, /has expired/);
  t.regex(stderr, /waits for approval/);
});

test('an expiry is set, shown, moved and taken back', async (t) => {
  const { account } = await openOffice(t);
  const created = await account('create', '--email', 'ada@example.test', '--expires', '2090-03-31T18:00:00.5+02:00');
  t.is(created.exitCode, 0, created.stderr);
  t.is(created.json().expiresAt, '2090-03-31T16:00:00.500Z');
  const moved = await account('update', 'ada@example.test', '--expires', '2091-01-01', '--name', 'Ada');
  t.like(moved.json(), { expiresAt: '2091-01-01T00:00:00.000Z', name: 'Ada', isDisabled: false });
  t.deepEqual(moved.json().changed, ['name', 'expiresAt']);
  t.is((await account('show', 'ada@example.test')).json().expiresAt, '2091-01-01T00:00:00.000Z');
  t.deepEqual((await account('update', 'ada@example.test', '--expires', '2091-01-01')).json().changed, []);
  const never = (await account('update', 'ada@example.test', '--no-expires')).json();
  t.false('expiresAt' in never);
  t.deepEqual(never.changed, ['expiresAt']);
  t.like((await account('update', 'ada@example.test', '--expires', '2001-01-01')).json(), {
    expiresAt: '2001-01-01T00:00:00.000Z',
  });
});

test('invitations go beyond the domains that may register, and there are none where registration is off', async (t) => {
  for (const registration of ['invited', 'off']) {
    const { account } = await openOffice(t, {
      ACCOUNT_REGISTRATION: registration,
      REGISTRATION_DOMAINS: 'example.com',
    });
    const { exitCode, stderr } = await account('invite', '--email', 'ada@elsewhere.test');
    t.is(exitCode, registration === 'off' ? 1 : 0, stderr);
    t.is(stderr.includes('invitations_off'), registration === 'off');
  }
});

test('where mail is off the link is printed this once, with a note', async (t) => {
  const run = await openAdmin(t);
  const settings = {
    ISSUER: 'https://id.example.com',
    SECRET_KEYS: randomBytes(32).toString('base64url'),
    TRUSTED_PROXIES: 'none',
    BCRYPT_COST: '10',
  };
  const invited = await run(['account', 'invite', '--email', 'ada@example.test', '--json'], '', settings);
  t.is(invited.exitCode, 0, invited.stderr);
  t.regex(String(invited.json().link), /^https:\/\/id\.example\.com\/invitation\/[\w-]{86}$/);
  t.regex(invited.stderr, /hand it over/);
  t.false(invited.stderr.includes('/invitation/'));
});

test('who waits is listed in pages, and approving or rejecting them tells them', async (t) => {
  const { account, register, accounts, latchkey } = await openOffice(t);
  const ids: string[] = [];
  for (const name of ['ada', 'edith', 'grace']) {
    ids.push(await register(`${name}@example.test`, { claims: { locale: 'de-AT' }, name }));
    await latchkey.createAccount({ email: `${name}@let-in.example.test` });
  }
  const idsOf = ({ items }: Record<string, unknown>) => (items as { id: string }[]).map(({ id }) => id);
  const first = (await account('list', '--awaiting', '--limit', '2')).json();
  const second = (await account('list', '--awaiting', '--limit', '2', '--after', String(first.next))).json();
  t.deepEqual([idsOf(first).length, second.next], [2, null]);
  t.deepEqual([...idsOf(first), ...idsOf(second)].toSorted(), ids.toSorted());

  const approved = await account('approve', 'ada@example.test');
  t.is(approved.exitCode, 0, approved.stderr);
  t.like(approved.json(), { awaitsApproval: false, isDisabled: false });
  const told = (await mailsTo(latchkey, 'ada@example.test')).at(-1);
  t.like(told, { text: 'approved', link: `${latchkey.issuer}/account` });
  t.true(told?.html.includes('<html lang="de">'));

  const rejected = await account('reject', 'edith@example.test');
  t.like(rejected.json(), { id: ids[1], rejected: true });
  t.is(await accounts.findByIdentifier('edith@example.test'), undefined);
  t.like((await mailsTo(latchkey, 'edith@example.test')).at(-1), { text: 'rejected' });
});

test('only who waits is approved or rejected, and an interrupted rejection is finished by rejecting again', async (t) => {
  const { account, register, accounts, latchkey } = await openOffice(t);
  await latchkey.createAccount({ email: 'ada@example.test' });
  const half = await register('half@example.test');
  await accounts.update(half, (one) => ({ ...one, isDisabled: true }));
  const table = [
    ['approve', 'ada@example.test', 'account_not_waiting'],
    ['reject', 'ada@example.test', 'account_not_waiting'],
    ['approve', half, 'account_not_waiting'],
  ] as const;
  for (const [verb, who, code] of table) {
    const { exitCode, stdout, stderr } = await account(verb, who);
    t.deepEqual([exitCode, stdout], [1, ''], `${verb} ${who}`);
    t.true(stderr.includes(code), stderr);
  }
  t.truthy(await accounts.findByIdentifier('ada@example.test'));
  t.deepEqual((await latchkey.installation.mails.list({ limit: 9 })).items, []);
  t.is((await account('reject', half)).exitCode, 0);
  t.is(await accounts.get(half), undefined);
});
