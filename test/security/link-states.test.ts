/** Each mailed link acts once, for its own action, while it is the newest, and its account may act: else 410, and nothing changes. */
import test from 'ava';
import got from 'got';
import { deleteAccount } from '../../src/domain/accounts/change.ts';
import { updateAccount } from '../../src/domain/accounts/update.ts';
import { linkRules } from '../../src/domain/links/links.ts';
import type { LinkPurpose } from '../../src/storage/mail/links.ts';
import type { Account } from '../../src/storage/records/accounts.ts';
import { advance, stopTime } from '../protocol/time.ts';
import { type LinkDoor, linkDoors, type OpenPage, openLink, press } from '../support/link-doors.ts';
import { newVisitor, sharedProvider } from '../support/provider-fixture.ts';
import type { Page } from '../support/user.ts';

stopTime();
const fixture = await sharedProvider();
const { installation, issuer } = fixture.latchkey;
const purposes = Object.keys(linkRules) as readonly LinkPurpose[];

interface Held extends OpenPage {
  readonly account: Account;
  readonly door: LinkDoor;
  readonly link: string;
}

/** What makes a link worth nothing: by the time its button is pressed. */
const endings: Readonly<Record<string, (held: Held) => Promise<unknown>>> = {
  'after it was used': async (held) => {
    await press(held, held.door);
    return fixture.latchkey.installation.accounts.update(held.account.id, (account) => account);
  },
  'after a newer one': ({ door, account }) => door.mail(fixture, account),
  'after three newer ones': async ({ door, account }) => {
    for (let count = 0; count < 3; count += 1) await door.mail(fixture, account);
  },
  'after the address changed': ({ account }) =>
    updateAccount(account.id, { email: `new.${account.email}` }, installation),
  'after the address changed, and a link went to the new one': async ({ account, door }) => {
    const { account: changed } = await updateAccount(account.id, { email: `new.${account.email}` }, installation);
    await door.mail(fixture, changed);
  },
  'after the account was disabled': ({ account }) =>
    installation.accounts.update(account.id, (current) => ({ ...current, isDisabled: true })),
  'after the account expired': ({ account }) =>
    installation.accounts.update(account.id, (current) => ({ ...current, expiresAt: Date.now() })),
  'after the account had to wait for an administrator': ({ account }) =>
    installation.accounts.update(account.id, (current) => ({ ...current, awaitsApproval: true })),
  'after the account was deleted': ({ account }) => deleteAccount(account.id, installation),
  'after the account was deleted, and another has its address': async ({ account }) => {
    await deleteAccount(account.id, installation);
    await fixture.newAccount({ email: account.email });
  },
  'when it is too old': async ({ link }) => {
    const purpose = purposes.find((one) => link.startsWith(`${issuer}${linkRules[one].path}/`));
    advance(purpose === undefined ? 0 : linkRules[purpose].lifeSeconds);
  },
};

const stateOf = async () => JSON.stringify((await installation.accounts.list({ limit: 1000 })).items);

async function hold(door: LinkDoor): Promise<Held> {
  const account = await fixture.newAccount();
  const link = await door.mail(fixture, account);
  return { account, door, link, ...(await openLink(link)) };
}

function isGone(page: Page): boolean {
  const leadsOn = /<a class="button primary" href="\/[^"]*">/.test(page.body);
  return page.status === 410 && leadsOn && page.body.includes('/docs/errors/link_gone"');
}

for (const [purpose, door] of Object.entries(linkDoors)) {
  for (const [when, end] of Object.entries(endings)) {
    test.serial(`${purpose}: ${when} it is gone: the page leads on, and nothing changes`, async (t) => {
      const held = await hold(door);
      await end(held);
      const before = await stateOf();
      t.true(isGone(await held.user.open(held.link)), 'opened');
      t.true(isGone(await press(held, held.door)), 'its button pressed');
      t.is(await stateOf(), before);
    });
  }

  test.serial(`${purpose}: of 50 clicks at once one works, and each other leads on`, async (t) => {
    const held = await hold(door);
    const pages = await Promise.all(Array.from({ length: 50 }, () => press(held, door)));
    t.is(pages.filter(({ status }) => status === 200).length, 1);
    // Too many passwords at once are told to come again, and have spent nothing.
    t.true(pages.every((page) => page.status === 200 || page.status === 503 || isGone(page)));
    t.true(isGone(await press(held, door)));
  });

  for (const other of purposes.filter((one) => one !== purpose)) {
    test.serial(`${purpose}: it does nothing as a link of ${other}, and stays good`, async (t) => {
      const held = await hold(door);
      const before = await stateOf();
      const address = held.link.replace(linkRules[purpose as LinkPurpose].path, linkRules[other].path);
      const options = { throwHttpErrors: false, retry: { limit: 0 }, cookieJar: held.user.jar } as const;
      const { status } = await held.user.open(address);
      t.is(status, linkDoors[other] === undefined ? 404 : 410);
      const csrf = /name="csrf" value="([^"]*)"/.exec(held.page.body)?.[1];
      const { statusCode } = await got.post(address, { ...options, form: { csrf, ...door.fields } });
      t.is(statusCode, linkDoors[other] === undefined ? 404 : 410);
      t.is(await stateOf(), before);
      t.is((await press(held, door)).status, 200);
    });
  }

  test.serial(`${purpose}: a mail program that fetches it with GET or HEAD spends nothing`, async (t) => {
    const held = await hold(door);
    for (const method of ['GET', 'HEAD', 'GET', 'OPTIONS'] as const)
      await got(held.link, { method, throwHttpErrors: false, retry: { limit: 0 } });
    t.is((await press(held, door)).status, 200);
  });

  test.serial(`${purpose}: whatever is no link is gone in the same way`, async (t) => {
    const { path } = linkRules[purpose as LinkPurpose];
    for (const token of ['x', 'A'.repeat(86), 'a'.repeat(4000), '__proto__', '%00', '%F0%9F%98%80', 'a b', '..%2f..'])
      t.true(isGone(await newVisitor().open(`${issuer}${path}/${token}`)), token);
  });
}

test('every purpose whose page is served has its row', async (t) => {
  for (const purpose of purposes) {
    const { statusCode } = await got(`${issuer}${linkRules[purpose].path}/x`, { throwHttpErrors: false });
    t.is(statusCode, linkDoors[purpose] === undefined ? 404 : 410, purpose);
  }
});
