/** Nothing tells whether an address has an account: not the page, its status, its size, nor what it costs. */
import test, { type ExecutionContext } from 'ava';
import { disableAccount } from '../../src/domain/accounts/change.ts';
import type { Records } from '../../src/storage/driver.ts';
import { stopTime } from '../protocol/time.ts';
import { heardRecords } from '../support/heard-records.ts';
import { mailsTo } from '../support/mails.ts';
import { newVisitor, sharedProvider } from '../support/provider-fixture.ts';
import type { Page } from '../support/user.ts';
import { begins, confirms, NEW_PASSWORD, newAddress, outcomeOf, shownCode } from './registering.ts';

// So that nothing which a process remembers for seconds is read anew in between.
stopTime();
const operations: string[] = [];

const counting = (records: Records): Records =>
  heardRecords(records, (method, collection) => {
    // A mail that has left is removed when it has, after the answer.
    if (collection !== undefined && method !== 'remove') operations.push(`${method} ${collection}`);
  });

const fixture = await sharedProvider({ wrapRecords: counting });
const { latchkey } = fixture;

/** Which accounts there are whose address counts as known. */
const known: Readonly<Record<string, () => Promise<string>>> = {
  'an account': async () => (await fixture.newAccount()).email,
  'an account, typed in capitals': async () => (await fixture.newAccount()).email.toUpperCase(),
  'an account, typed in full width': async () =>
    (await fixture.newAccount()).email.replace(/[a-z]/, (c) => String.fromCodePoint(c.charCodeAt(0) + 0xfee0)),
  'a disabled account': async () => {
    const { id, email } = await fixture.newAccount();
    await disableAccount(id, latchkey.installation);
    return email;
  },
  'an account without a password': async () => (await latchkey.createAccount({ email: newAddress() })).email,
  'an expired account': async () => (await fixture.newAccount({ expiresAt: 1 })).email,
  'an account that awaits approval': async () => (await fixture.newAccount({ awaitsApproval: true })).email,
};

/** What must be equal: secrets and the address are as long, and other, on each page. */
function seenOf(page: Page, email: string): unknown {
  const shown = page.body.split(email).length - 1;
  const body = page.body
    .replaceAll(email, '(address)')
    .replaceAll(/[\w-]{43}/g, '(secret)')
    .replaceAll(/client_id=[\w-]+/g, '(client)');
  const { date: _date, 'content-length': _length, 'x-request-id': _id, ...headers } = page.headers;
  return { status: page.status, bytes: Buffer.byteLength(page.body) - shown * Buffer.byteLength(email), body, headers };
}

/** Everything that the browser that began can do afterwards. */
async function wholeVisit(email: string, notices = 0): Promise<readonly unknown[]> {
  for (let notice = 0; notice < notices; notice += 1)
    await latchkey.installation.outbox.enqueue(email, undefined, 'act');
  const { user, waiting, register } = await begins(fixture, { email });
  const seen: unknown[] = [];
  const measured = async (act: () => Promise<Page>): Promise<void> => {
    operations.length = 0;
    seen.push(seenOf(await act(), email));
    // What was queued is taken out of the queue after the answer, sent or not.
    seen.push(operations.filter((operation) => operation !== 'remove mails').sort());
  };
  await measured(() => user.submit(register, 'register-submit', { email, name: 'Wren', password: NEW_PASSWORD }));
  await measured(() => user.open(waiting.url));
  for (let guess = 0; guess < 7; guess += 1)
    await measured(() => user.submit(waiting, 'code-submit', { code: 'ABCD-EFGH' }));
  for (let time = 0; time < 4; time += 1) await measured(() => user.submit(waiting, 'send-again'));
  for (let guess = 0; guess < 7; guess += 1)
    await measured(() => user.submit(waiting, 'code-submit', { code: 'ABCD-EFGH' }));
  await measured(() => user.open(waiting.url));
  await measured(() => user.open(register.url));
  return seen;
}

let unknown: readonly unknown[] = [];
test.before(async () => {
  // Once before, so that what is remembered in the process is the same for all.
  await wholeVisit(newAddress());
  unknown = await wholeVisit(newAddress());
});

async function sameAsUnknown(t: ExecutionContext, email: string): Promise<void> {
  const seen = await wholeVisit(email);
  t.is(seen.length, unknown.length);
  for (const [index, each] of seen.entries()) t.deepEqual(each, unknown[index], `${index}`);
}

for (const [what, addressOf] of Object.entries(known)) {
  test.serial(`all pages of a registration are those of an unknown address: ${what}`, async (t) => {
    await sameAsUnknown(t, await addressOf());
  });
}

for (const notices of [1, 2, 3, 5]) {
  test.serial(`how many mails went to an address within the hour is not shown: ${notices}`, async (t) => {
    const { email } = await fixture.newAccount();
    const seen = await wholeVisit(email, notices);
    for (const [index, each] of seen.entries()) t.deepEqual(each, unknown[index], `${index}`);
  });
}

test.serial(
  'the owner of a known address is told by mail, at the address of the account, and gets no link to confirm',
  async (t) => {
    const { email } = await fixture.newAccount({ email: `Robin.${newAddress()}` });
    await begins(fixture, { email: email.toUpperCase() });
    const mails = await mailsTo(latchkey, email);
    const told = mails.map(({ text, link, headers }) => [text, link, headers.find(({ key }) => key === 'to')?.value]);
    t.deepEqual(told, [['already_registered', `${latchkey.issuer}/account`, email]]);
  },
);

test.serial('the browser that began does not see that somebody finished elsewhere', async (t) => {
  const { email, user, waiting } = await begins(fixture);
  const elsewhere = newVisitor();
  const page = await confirms(fixture, email, elsewhere);
  const before = seenOf(await user.open(waiting.url), email);
  t.is(outcomeOf(await elsewhere.submit(page, 'password-submit', { password: 'quite another sentence here' })), 'made');
  t.deepEqual(seenOf(await user.open(waiting.url), email), before);
  const right = await user.submit(waiting, 'code-submit', { code: shownCode(page) });
  const other = await begins(fixture, { email: (await fixture.newAccount()).email });
  const wrong = await other.user.submit(other.waiting, 'code-submit', { code: 'ABCD-EFGH' });
  t.deepEqual(seenOf(right, email), seenOf(wrong, other.email));
});

test.serial('known and unknown addresses take as long', async (t) => {
  const times: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] };
  const { email } = await fixture.newAccount();
  for (let round = 0; round < 20; round += 1) {
    for (const which of round % 2 === 0 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const)) {
      const address = which === 'known' ? email : newAddress();
      const { user, register } = await begins(fixture, { email: address });
      const begunAt = performance.now();
      await user.submit(register, 'register-submit', { email: address, password: NEW_PASSWORD });
      times[which].push(performance.now() - begunAt);
    }
  }
  const median = (all: readonly number[]) => all.toSorted((a, b) => a - b)[all.length >> 1] ?? 0;
  const [one, other] = [median(times.known), median(times.unknown)];
  // A hash of cost 4 and a page: what a lookup more would take is far below, what a hash more would take far above.
  t.true(Math.abs(one - other) < Math.max(one, other) / 2, `${one} ms and ${other} ms`);
});
