/** What setting a password, disabling and enabling do to an account. */
import test, { type ExecutionContext } from 'ava';
import { disableAccount, enableAccount, endSessions, setPassword } from '../../../src/domain/accounts/change.ts';
import { deleteAccount } from '../../../src/domain/accounts/deletion.ts';
import { hasEnded, signInSecond } from '../../../src/domain/accounts/ended-sessions.ts';
import type { NoteEvent } from '../../../src/domain/events/security-events.ts';
import { user } from '../../support/accounts.ts';
import { rejectsWith } from '../../support/domain-errors.ts';
import { quickHasher } from '../../support/hashing.ts';
import { openStoresInMemory } from '../../support/stores.ts';

async function openOffice(t: ExecutionContext) {
  const { accounts, clients, clock } = await openStoresInMemory(t);
  const ada = user({ id: 'ada', email: 'ada@example.test' });
  await accounts.create(ada);
  const ended: string[] = [];
  const acts: string[] = [];
  /** How much there is of everything, and which step fails. */
  const state = { left: 1, failing: '' };
  const step = (what: string): number => {
    if (state.failing !== '' && what.startsWith(state.failing)) throw new Error('the database is gone');
    ended.push(what);
    return state.left;
  };
  const note: NoteEvent = (event, _reason, { accountId, detail } = {}) =>
    void acts.push([event, accountId, detail].filter((text) => text !== undefined).join(' '));
  const isDisabledNow = async () => (await accounts.get('ada'))?.isDisabled;
  return {
    accounts,
    clients,
    clock,
    ended,
    acts,
    state,
    note,
    hasher: quickHasher(),
    config: { brandName: 'Latchkey' },
    sessions: {
      async destroyForAccount(accountId: string) {
        return step(`sessions of ${accountId}, disabled: ${await isDisabledNow()}`);
      },
    },
    consents: {
      async removeForAccount(accountId: string) {
        return step(`consents of ${accountId}`);
      },
    },
    events: {
      async removeForAccount(accountId: string) {
        return step(`events of ${accountId}`);
      },
    },
    links: {
      async endAllOf(accountId: string) {
        return step(`links of ${accountId}`);
      },
      async endNoticesOf(accountId: string) {
        return step(`notices of ${accountId}`);
      },
      async remove(purpose: string, subject: string) {
        return step(`${purpose} of ${subject}`) > 0;
      },
    },
    mails: {
      async removeWhere() {
        step('mails to ada');
      },
    },
    outbox: {
      async enqueue(to: string, order: { readonly text: string } | undefined) {
        step(`mail ${order?.text} to ${to}`);
      },
    },
    knownNetworks: {
      async forgetAll(accountId: string) {
        return step(`networks of ${accountId}`);
      },
    },
    rememberedDevices: {
      async endAllOf(accountId: string) {
        return step(`devices of ${accountId}`);
      },
    },
    factors: {
      async removeAllOf(accountId: string) {
        return step(`factors of ${accountId}`) > 0;
      },
    },
    grants: {
      async destroyAllOf(owner: { readonly accountId: string } | { readonly clientId: string }) {
        return step(`grants of ${JSON.stringify(owner)}`);
      },
    },
  };
}

type Office = Awaited<ReturnType<typeof openOffice>>;

test('a new password is the one that verifies', async (t) => {
  const office = await openOffice(t);
  office.clock.advance(60);
  await setPassword({ accountId: 'ada', password: 'correct horse battery staple' }, office);
  const ada = await office.accounts.get('ada');
  t.true((await office.hasher.verify('correct horse battery staple', ada?.passwordHash)).isRight);
  t.is(ada?.updatedAt, office.clock.now());
});

test('a new password ends what the old one opened, unless that is to stay', async (t) => {
  const office = await openOffice(t);
  await setPassword({ accountId: 'ada', password: 'correct horse battery staple', keepsSessions: true }, office);
  // A link that was mailed before would set another one.
  t.deepEqual(office.ended.splice(0), ['links of ada', 'notices of ada']);
  t.is((await office.accounts.get('ada'))?.sessionsEndedAt, undefined);

  await setPassword({ accountId: 'ada', password: 'correct horse staple' }, office);

  t.deepEqual(office.ended, [
    'notices of ada',
    'links of ada',
    'sessions of ada, disabled: false',
    'grants of {"accountId":"ada"}',
    'networks of ada',
    'devices of ada',
  ]);
  t.is((await office.accounts.get('ada'))?.sessionsEndedAt, office.clock.now());
});

test('two ends in one moment are two: a sign-in between them counts for nothing after the second', async (t) => {
  const office = await openOffice(t);
  await endSessions('ada', office);
  const between = await office.accounts.get('ada');
  await endSessions('ada', office);
  const after = await office.accounts.get('ada');
  t.true(between !== undefined && after !== undefined);
  if (between === undefined || after === undefined) return;
  const signedIn = signInSecond(between, office.clock.now());
  t.false(hasEnded(between, signedIn));
  t.true(hasEnded(after, signedIn));
  t.false(hasEnded(after, signInSecond(after, office.clock.now())));
});

test('a deleted account is gone with all that is kept of it, and its address and username are free', async (t) => {
  const office = await openOffice(t);
  await office.clients.create({ id: 'shop', metadata: {}, secretHashes: [], origin: 'developer', owner: 'ada' });
  t.deepEqual(await deleteAccount('ada', office), { sessions: 1, grants: 1, clients: 1 });
  t.deepEqual(office.ended, [
    'confirm_registration of ada@example.test',
    'accept_invitation of ada@example.test',
    'mails to ada',
    'notices of ada',
    'links of ada',
    'sessions of ada, disabled: undefined',
    'grants of {"accountId":"ada"}',
    'networks of ada',
    'devices of ada',
    'consents of ada',
    'events of ada',
    'factors of ada',
  ]);
  t.is(await office.accounts.get('ada'), undefined);
  t.is(await office.accounts.create(user({ id: 'other', email: 'ada@example.test' })), undefined);
});

test('deleting what is gone deletes what a crash left behind, and says that there is no such account when that was nothing', async (t) => {
  const office = await openOffice(t);
  await deleteAccount('ada', office);
  t.deepEqual(await deleteAccount('ada', office), { sessions: 1, grants: 1, clients: 0 });
  t.is(office.ended.length, 21);
  t.deepEqual(office.acts, ['account.deleted ada', 'account.deleted ada']);
  office.state.left = 0;
  await rejectsWith(t, 'account_unknown', () => deleteAccount('ada', office));
  t.is(office.acts.length, 2);
});

test('who closes their account is told at its address, after everything else that was to be mailed there is gone', async (t) => {
  const office = await openOffice(t);
  await deleteAccount('ada', office, { reason: 'user', notice: { language: 'de' } });
  t.deepEqual(office.ended.slice(2, 4), ['mails to ada', 'mail account_deleted to ada@example.test']);
});

test('whatever ends the sessions of an account ends its change of address too', async (t) => {
  for (const end of [
    (office: Office) => setPassword({ accountId: 'ada', password: 'correct horse staple' }, office),
    (office: Office) => endSessions('ada', office),
    (office: Office) => disableAccount('ada', office),
  ]) {
    const office = await openOffice(t);
    const pendingEmail = { address: 'new@example.test', until: office.clock.now() + 60_000 };
    await office.accounts.update('ada', (account) => ({ ...account, pendingEmail }));
    await end(office);
    t.is((await office.accounts.get('ada'))?.pendingEmail, undefined);
  }
});

const actsOnAda = {
  'setting a password': [
    (office: Office) => setPassword({ accountId: 'ada', password: 'correct horse battery staple' }, office),
    ['account.password_set ada', 'account.sessions_ended ada'],
  ],
  'ending its sessions': [(office: Office) => endSessions('ada', office), ['account.sessions_ended ada']],
  'disabling it': [(office: Office) => disableAccount('ada', office), ['account.disabled ada']],
  'deleting it': [(office: Office) => deleteAccount('ada', office), ['account.deleted ada']],
} as const;

for (const [name, [act, acts]] of Object.entries(actsOnAda)) {
  test(`an act is recorded once it has begun, though a later step fails, and again when it is repeated: ${name}`, async (t) => {
    for (const failing of ['sessions', 'grants']) {
      const office = await openOffice(t);
      office.state.failing = failing;
      await t.throwsAsync(() => act(office), { message: 'the database is gone' });
      t.deepEqual(office.acts, [...acts.slice(0, -1), `${acts.at(-1)} not finished`]);
      office.state.failing = '';
      await act(office);
      t.deepEqual(office.acts.slice(acts.length), [...acts]);
    }
  });
}

test('what is refused, or fails before its first step, is no act', async (t) => {
  const office = await openOffice(t);
  await rejectsWith(t, 'password_too_short', () => setPassword({ accountId: 'ada', password: 'short' }, office));
  await rejectsWith(t, 'account_unknown', () => endSessions('nobody', office));
  const fail = async () => {
    throw new Error('the database is gone');
  };
  const accounts = Object.assign(Object.create(office.accounts), { update: fail, remove: fail });
  for (const [act] of Object.values(actsOnAda)) await t.throwsAsync(() => act({ ...office, accounts }));
  t.deepEqual(office.acts, []);
});

test('a password that keeps the sessions, and enabling, are one act each', async (t) => {
  const office = await openOffice(t);
  await setPassword({ accountId: 'ada', password: 'correct horse battery staple', keepsSessions: true }, office);
  await enableAccount('ada', office);
  t.deepEqual(office.acts, ['account.password_set ada', 'account.enabled ada']);
});

test('a new password keeps to the policy', async (t) => {
  const office = await openOffice(t);
  await rejectsWith(t, 'password_like_login', () =>
    setPassword({ accountId: 'ada', password: 'ada@example.test' }, office),
  );
  await rejectsWith(t, 'password_too_short', () => setPassword({ accountId: 'ada', password: 'short' }, office));
  t.is((await office.accounts.get('ada'))?.passwordHash, undefined);
});

test('disabling an account shuts the door first and then ends its sessions and grants', async (t) => {
  const office = await openOffice(t);
  t.true((await disableAccount('ada', office)).isDisabled);
  t.deepEqual(office.ended, [
    'notices of ada',
    'links of ada',
    'sessions of ada, disabled: true',
    'grants of {"accountId":"ada"}',
    'networks of ada',
    'devices of ada',
  ]);
});

test('disabling a disabled account ends what a crash left behind', async (t) => {
  const office = await openOffice(t);
  await disableAccount('ada', office);
  await disableAccount('ada', office);
  t.is(office.ended.length, 12);
});

test('an enabled account can sign in again and stays as it was, but what was ended stays ended', async (t) => {
  const office = await openOffice(t);
  const before = await office.accounts.get('ada');
  await disableAccount('ada', office);
  await enableAccount('ada', office);
  const now = office.clock.now();
  const ended = { sessionsEndedAt: now, noticesEndedAt: now, updatedAt: now };
  t.deepEqual(await office.accounts.get('ada'), before && { ...before, ...ended });
});

test('nothing happens to an account that does not exist', async (t) => {
  const office = await openOffice(t);
  await rejectsWith(t, 'account_unknown', () => disableAccount('nobody', office));
  await rejectsWith(t, 'account_unknown', () => enableAccount('nobody', office));
  await rejectsWith(t, 'account_unknown', () =>
    setPassword({ accountId: 'nobody', password: 'correct horse battery staple' }, office),
  );
  t.deepEqual(office.ended, []);
});
