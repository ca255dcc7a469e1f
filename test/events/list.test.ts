/** Every event on the list happens, for every reason that it can have, and says what the list promises. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { eventsPage } from '../../scripts/events-page.ts';
import { type Installation, openInstallation } from '../../src/compose.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { eventRule, type SecurityEventName, securityEvents } from '../../src/domain/events/security-events.ts';
import { type Admin, openAdmin } from '../support/admin-command.ts';
import { remember } from '../support/consents.ts';
import { mailServer, mailSettings } from '../support/mail-server.ts';
import { sharedProvider } from '../support/provider-fixture.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runEveryAct } from './acts.ts';
import { drives } from './drives.ts';
import { ADDRESS, type Drive, type EventLine, type Watched, watch, watchedProvider } from './fixture.ts';

const shared = watch(await sharedProvider());
const names = Object.keys(securityEvents) as SecurityEventName[];
const listed = names.flatMap((name) => Object.keys(eventRule(name).reasons).map((reason) => `${name} ${reason}`));
const driven = Object.entries(drives).flatMap(([name, byReason]) =>
  Object.keys(byReason).map((reason) => `${name} ${reason}`),
);

function isAsListed(t: ExecutionContext, line: EventLine): void {
  const { outcome, names: always } = eventRule(line.event as SecurityEventName);
  t.is(line.outcome, outcome);
  const missing = always.filter((field) => field === 'at' || typeof line[field] !== 'string');
  t.deepEqual(missing, [], `${line.event} ${line.reason}`);
}

async function isKept(t: ExecutionContext, provider: Watched, line: EventLine): Promise<void> {
  const { keeper } = eventRule(line.event as SecurityEventName);
  const { accountId, clientId, accountReference, requestId } = line;
  const isOfThis = async (owner: Parameters<Watched['kept']>[0]) =>
    (await provider.kept(owner)).some((kept) => kept.requestId === requestId && kept.reason === line.reason);
  if (keeper === 'account' && accountId !== undefined) t.true(await isOfThis({ kind: 'account', id: accountId }));
  else if (keeper === 'account' && accountReference !== undefined) t.true(await isOfThis({ kind: 'unknown accounts' }));
  else if (keeper === 'client' && clientId !== undefined) t.true(await isOfThis({ kind: 'client', id: clientId }));
}

const happens = test.macro<[SecurityEventName, string, Drive]>(async (t, name, reason, drive) => {
  shared.newLines();
  const provider = await drive(shared, t);
  const line = provider.newLines().find(({ event, reason: why }) => event === name && why === reason);
  if (line === undefined) return t.fail('it did not happen');
  isAsListed(t, line);
  t.regex(line.requestId ?? '', /^[0-9a-f-]{36}$/);
  t.true([ADDRESS, '127.0.0.1', '::1'].includes(line.address ?? ''), line.address);
  t.truthy(line.endpoint);
  await isKept(t, provider, line);
});

for (const [name, byReason] of Object.entries(drives)) {
  for (const [reason, drive] of Object.entries(byReason))
    test.serial(`${name} ${reason}`, happens, name as SecurityEventName, reason, drive);
}

/** What no request causes. */
const mailEvents = Object.keys(securityEvents['mail.dropped'].reasons).map((reason) => `mail.dropped ${reason}`);

test.serial('a mail that is given up is an event, which says what was mailed and not to whom', async (t) => {
  const server = await mailServer(t, { refusal: 550, hideSMTPUTF8: true });
  const provider = await watchedProvider(t, { environment: mailSettings(server) });
  const { installation } = provider.latchkey;
  const { outbox, clock } = installation;
  const order = { text: 'reset_password', language: 'en', link: 'https://id.example.com/reset/x' } as const;
  await outbox.enqueue('nobody@example.org', { ...order, usefulUntil: clock.now() + 60_000 }, 'act');
  await outbox.deliver();
  await outbox.enqueue('nobody@example.org', { ...order, usefulUntil: clock.now() - 1 }, 'act');
  await outbox.deliver();
  await outbox.enqueue('jürgen-nobody@example.org', { ...order, usefulUntil: clock.now() + 60_000 }, 'act');
  await outbox.deliver();
  await installation.mails.add({
    id: 'handed over twice',
    order: { ...order, to: 'nobody@example.org' },
    dueAt: clock.now(),
    attempts: 2,
    unanswered: 2,
    usefulUntil: clock.now() + 60_000,
  });
  await outbox.deliver();
  const lines = provider.newLines();
  for (const line of lines) {
    isAsListed(t, line);
    t.is(line.address, 'mail queue');
    t.notRegex(JSON.stringify(line), /nobody|example|https/);
  }
  t.deepEqual(lines.map(({ event, reason }) => `${event} ${reason}`).sort(), mailEvents.toSorted());
  t.deepEqual(lines.map(({ detail }) => detail).sort(), [
    'reset_password',
    'reset_password',
    'reset_password: RCPT TO 550',
    'reset_password: no SMTPUTF8',
  ]);
});

test.serial(
  'every act of administrators is on the list, and the list has every event and reason that happens',
  async (t) => {
    const folder = await temporaryFolder(t);
    const settings = { DATA_FOLDER: folder, STORAGE_URL: `sqlite:${join(folder, 'acts.db')}` };
    const command = await openAdmin(t);
    const admin: Admin = (args, input) => command(args, input, settings);
    const onInstallation = async (work: (installation: Installation) => Promise<unknown>): Promise<void> => {
      const installation = await openInstallation(readConfig(settings));
      await work(installation);
      await installation.close();
    };
    const output = await runEveryAct(admin, join(folder, 'copy.db'), {
      allow: (accountId, clientId) =>
        onInstallation(async ({ consents, issued, clock }) => {
          await remember(consents, { accountId, clientId }, { oidcScopes: ['openid'] });
          await issued.save('Grant', 'a grant', { accountId, clientId }, clock.now() + 60_000);
        }),
      register: (accountId) =>
        onInstallation(({ accounts }) => accounts.update(accountId, (one) => ({ ...one, awaitsApproval: true }))),
    });
    const lines = output
      .split('\n')
      .filter((text) => text.startsWith('{'))
      .map((text) => JSON.parse(text) as EventLine);
    for (const line of lines) {
      isAsListed(t, line);
      t.is(line.address, 'command line');
    }
    const acts = lines.map(({ event, reason }) => `${event} ${reason}`);
    t.deepEqual([...new Set([...driven, ...acts, ...mailEvents])].sort(), listed.toSorted());
  },
);

test('docs/events.md is what the list says: npm run docs:events', (t) => {
  t.is(readFileSync(new URL('../../docs/events.md', import.meta.url), 'utf8'), eventsPage());
});
