/** A change that was let in before its proof was ended does nothing after it. */
import test from 'ava';
import { disableAccount, enableAccount, endSessions } from '../../src/domain/accounts/change.ts';
import { deleteAccount } from '../../src/domain/accounts/deletion.ts';
import { gatedRecords } from '../support/gated-records.ts';
import { mailsTo } from '../support/mails.ts';
import { newVisitor, sharedProvider } from '../support/provider-fixture.ts';
import { choosePassword, newLink } from '../support/recovery.ts';
import { atAccount, type Change, changes, hasMessage } from './fixture.ts';

const gates = gatedRecords();
const fixture = await sharedProvider({ wrapRecords: gates.wrapRecords });
const { latchkey } = fixture;
const { installation, issuer } = latchkey;

type Ending = (accountId: string, resetLink: string) => Promise<unknown>;

const endings: Readonly<Record<string, Ending>> = {
  'its password was reset': (_accountId, link) => choosePassword(link, 'owner has got it back now'),
  'it was disabled': (accountId) => disableAccount(accountId, installation),
  'it was disabled and enabled again': async (accountId) => {
    await disableAccount(accountId, installation);
    await enableAccount(accountId, installation);
  },
  'its sessions were ended': (accountId) => endSessions(accountId, installation),
  'it was closed': (accountId) => deleteAccount(accountId, installation),
};

let count = 0;

for (const change of Object.keys(changes) as Change[]) {
  for (const [what, end] of Object.entries(endings)) {
    test.serial(`${change}: nothing is changed of an account of which ${what} between check and write`, async (t) => {
      const { user, account, page } = await atAccount(fixture);
      count += 1;
      const fields = change === 'e-mail address' ? { email: `late-${count}@example.com` } : changes[change].fields;
      const open =
        change === 'cancelled address'
          ? await user.submit(page, 'email-submit', { email: `late-${count}@example.com` })
          : page;
      const link = await newLink(fixture, account.email);
      const gate = gates.holdNext('replace', 'accounts');
      const late = user.submit(open, changes[change].button, fields);
      await gate.reached;
      await end(account.id, link);
      const before = await installation.accounts.get(account.id);
      const mails = await mailsTo(latchkey, account.email);
      gate.release();
      const answer = await late;
      t.is(answer.status, 403, answer.body);
      t.true(hasMessage(answer, 'signed_out'));
      t.deepEqual(await installation.accounts.get(account.id), before);
      t.deepEqual(await mailsTo(latchkey, account.email), mails);
      if (change === 'e-mail address') t.deepEqual(await mailsTo(latchkey, `late-${count}@example.com`), []);
    });
  }
}

const issued = [
  ['reset_password', 'recover'],
  ['change_email', 'new address'],
] as const;

for (const [purpose, name] of issued) {
  for (const [what, end] of Object.entries(endings).filter(([key]) => !key.includes('reset'))) {
    test.serial(`a link (${name}) that was issued while ${what} opens nothing`, async (t) => {
      const { user, account, page } = await atAccount(fixture);
      count += 1;
      const email = `during-${count}@example.com`;
      const visitor = newVisitor();
      const form = await visitor.open(`${issuer}/recover`);
      const gate = gates.holdNext('put', 'links');
      const asked =
        purpose === 'reset_password'
          ? visitor.submit(form, 'recover-submit', { email: account.email })
          : user.submit(page, 'email-submit', { email });
      await gate.reached;
      await end(account.id, '');
      gate.release();
      await asked;
      const to = purpose === 'reset_password' ? account.email : email;
      const link = (await mailsTo(latchkey, to)).findLast(({ text }) =>
        ['reset_password', 'confirm_new_email'].includes(text),
      )?.link;
      if (purpose === 'change_email') t.is(link, undefined);
      else t.is((await newVisitor().open(String(link))).status, 410);
    });
  }
}
