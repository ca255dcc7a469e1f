/** Whoever reads the mails of an account is told of a change that was made, whichever call on the database failed after it. */
import test from 'ava';
import { changeOwnPassword } from '../../src/domain/accounts/change.ts';
import { requestNewAddress, useNewAddress } from '../../src/domain/accounts/new-address.ts';
import { completeReset, openReset } from '../../src/domain/recovery/recovery.ts';
import type { Account } from '../../src/storage/records/accounts.ts';
import { breakableStorage } from '../protocol/broken-storage.ts';
import { mailsTo } from '../support/mails.ts';
import { ownProvider } from '../support/provider-fixture.ts';
import { newLink } from '../support/recovery.ts';

const tokenOf = (link: string): string => new URL(link).pathname.split('/').at(-1) ?? '';

async function opened(t: Parameters<typeof ownProvider>[0]) {
  const storage = breakableStorage();
  const fixture = await ownProvider(t, { wrapRecords: storage.wrapRecords });
  const { latchkey, newAccount } = fixture;
  const { installation, issuer } = latchkey;
  const deps = { ...installation, issuer, throttle: { payForLink: async () => undefined } };
  let asked = 0;
  const request = async (account: Account) => {
    asked += 1;
    const typed = `to-${account.email}`;
    const proof = { authTime: Math.floor(installation.clock.now() / 1000) + 1 };
    await requestNewAddress({ account, proof, typed, language: 'en', address: `10.0.${asked}.1` }, deps);
    return typed;
  };
  return { storage, fixture, latchkey, newAccount, installation, deps, request };
}

type Opened = Awaited<ReturnType<typeof opened>>;

interface Told {
  readonly text: string;
  /** Makes what the change needs, and returns the change. */
  readonly prepare: (account: Account, opened: Opened) => Promise<() => Promise<unknown>>;
  readonly isDone: (before: Account, after: Account | undefined) => boolean;
}

const password = 'owner has got it back now';
const caller = { network: '192.0.2.0/24', address: '192.0.2.1', account: 'ada', isKnown: true };
const hasNewPassword: Told['isDone'] = (before, after) => before.passwordHash !== after?.passwordHash;

const changes: Readonly<Record<string, Told>> = {
  'a reset': {
    text: 'password_changed',
    prepare: async (account, { fixture, deps }) => {
      const token = tokenOf(await newLink(fixture, account.email));
      const open = await openReset(token, deps);
      if (open === undefined) throw new Error('the link is good for nothing');
      return () => completeReset({ token, open, password, caller, language: 'en' }, deps);
    },
    isDone: hasNewPassword,
  },
  'a password changed at /account': {
    text: 'password_changed',
    prepare: async ({ id: accountId }, { deps }) => {
      const proof = { authTime: Math.floor(deps.clock.now() / 1000) + 1 };
      return () => changeOwnPassword({ accountId, proof, password, caller, language: 'en' }, deps);
    },
    isDone: hasNewPassword,
  },
  'a new address asked for': {
    text: 'email_change_begun',
    prepare:
      async (account, { request }) =>
      () =>
        request(account),
    isDone: (_before, after) => after?.pendingEmail !== undefined,
  },
  'a new address proven': {
    text: 'email_changed',
    prepare: async (account, { request, latchkey, deps }) => {
      const email = await request(account);
      const link = (await mailsTo(latchkey, email)).at(-1)?.link ?? '';
      return () => useNewAddress(tokenOf(link), 'en', deps);
    },
    isDone: (before, after) => before.email !== after?.email,
  },
};

for (const [what, { text, prepare, isDone }] of Object.entries(changes)) {
  test(`${what} is told whichever call fails once after it`, async (t) => {
    const all = await opened(t);
    const { storage, latchkey, newAccount, installation } = all;
    let failedAfterIt = 0;
    for (let call = 1; call < 100; call += 1) {
      const account = await newAccount();
      const change = await prepare(account, all);
      storage.failCall(call);
      const isFailed = await change().then(
        () => false,
        () => true,
      );
      const made = storage.recover();
      const isChanged = isDone(account, await installation.accounts.get(account.id));
      if (isFailed && isChanged) failedAfterIt += 1;
      const isTold = (await mailsTo(latchkey, account.email)).some((mail) => mail.text === text);
      t.is(isTold, isChanged, `call ${call}`);
      if (made < call) break;
    }
    t.true(failedAfterIt > 0, 'some call failed after the change');
  });
}
