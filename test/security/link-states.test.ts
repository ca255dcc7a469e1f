/** Each mailed link acts once, for its own action, while it is the newest, and its account may act: else 410, and nothing changes. */
import test from 'ava';
import got from 'got';
import { deleteAccount } from '../../src/domain/accounts/deletion.ts';
import { cancelNewAddress, requestNewAddress } from '../../src/domain/accounts/new-address.ts';
import { updateAccount } from '../../src/domain/accounts/update.ts';
import { linkRules } from '../../src/domain/links/links.ts';
import { withdrawInvitation } from '../../src/domain/registration/invitations.ts';
import type { LinkPurpose } from '../../src/storage/mail/links.ts';
import type { Account } from '../../src/storage/records/accounts.ts';
import { advance, stopTime } from '../protocol/time.ts';
import { newAddress } from '../registration/registering.ts';
import { type LinkDoor, linkDoors, type Mailing, type OpenPage, openLink, press } from '../support/link-doors.ts';
import { newVisitor, sharedProvider } from '../support/provider-fixture.ts';
import type { Page } from '../support/user.ts';

stopTime();
const fixture = await sharedProvider();
const { installation, issuer } = fixture.latchkey;
const purposes = Object.keys(linkRules) as readonly LinkPurpose[];

interface Held extends OpenPage, Mailing {
  readonly door: LinkDoor;
  readonly link: string;
}

type Endings = Readonly<Record<string, (held: Held) => Promise<unknown>>>;

/** Younger than whatever ends. */
const PROOF = { authTime: Number.MAX_SAFE_INTEGER };

/** What makes a link worth nothing: by the time its button is pressed. */
const endings: Endings = {
  'after it was used': (held) => press(held, held.door),
  'after a newer one': ({ mail }) => mail(),
  'after three newer ones': async ({ mail }) => {
    for (let count = 0; count < 3; count += 1) await mail();
  },
  'when it is too old': async ({ link }) => {
    const purpose = purposes.find((one) => link.startsWith(`${issuer}${linkRules[one].path}/`));
    advance(purpose === undefined ? 0 : linkRules[purpose].lifeSeconds);
  },
};

const accountIn = ({ account }: Held): Account => {
  if (account === undefined) throw new Error('there is no account');
  return account;
};

/** Of links that act for an account. */
const accountEndings: Endings = {
  'after the address changed': (held) => {
    const { id, email } = accountIn(held);
    return updateAccount(id, { email: `new.${email}` }, installation);
  },
  'after the address changed, and a link went to the new one': async (held) => {
    const { id, email } = accountIn(held);
    await updateAccount(id, { email: `new.${email}` }, installation);
    await held.mail();
  },
  'after the account was disabled': (held) =>
    installation.accounts.update(accountIn(held).id, (current) => ({ ...current, isDisabled: true })),
  'after the account expired': (held) =>
    installation.accounts.update(accountIn(held).id, (current) => ({ ...current, expiresAt: Date.now() })),
  'after the account had to wait for an administrator': (held) =>
    installation.accounts.update(accountIn(held).id, (current) => ({ ...current, awaitsApproval: true })),
  'after the account was deleted': (held) => deleteAccount(accountIn(held).id, installation),
  'after the account was deleted, and another has its address': async (held) => {
    const { id, email } = accountIn(held);
    await deleteAccount(id, installation);
    await fixture.newAccount({ email });
  },
};

/** Of one kind of link alone. */
const ownEndings: Readonly<Partial<Record<LinkPurpose, Endings>>> = {
  accept_invitation: {
    'after the invitation was withdrawn': ({ page }) => {
      const [email] = /[\da-f-]{36}@example\.com/.exec(page.body) ?? [];
      return withdrawInvitation(String(email), installation);
    },
  },
  change_email: {
    'after it was cancelled': (held) => cancelNewAddress(accountIn(held).id, PROOF, installation),
    'after another address was asked for': async (held) => {
      const account = await installation.accounts.get(accountIn(held).id);
      const wanted = { typed: newAddress(), language: 'en', address: '192.0.2.1' };
      await requestNewAddress(
        { account: account ?? accountIn(held), proof: PROOF, ...wanted },
        { ...installation, issuer, throttle: { payForLink: async () => undefined } },
      );
    },
  },
};

const endingsOf = (purpose: LinkPurpose): Endings => ({
  ...endings,
  ...(['reset_password', 'change_email', 'not_me'].includes(purpose) && accountEndings),
  ...ownEndings[purpose],
});

const stateOf = async () => JSON.stringify((await installation.accounts.list({ limit: 1000 })).items);

async function hold(door: LinkDoor): Promise<Held> {
  const mailing = await door.begin(fixture);
  const link = await mailing.mail();
  return { ...mailing, door, link, ...(await openLink(link)) };
}

function isGone(page: Page): boolean {
  const leadsOn = /<a class="button primary" href="\/[^"]*">/.test(page.body);
  return page.status === 410 && leadsOn && page.body.includes('/docs/errors/link_gone"');
}

for (const purpose of purposes) {
  const door = linkDoors[purpose];
  for (const [when, end] of Object.entries(endingsOf(purpose))) {
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
      const address = held.link.replace(linkRules[purpose].path, linkRules[other].path);
      const options = { throwHttpErrors: false, retry: { limit: 0 }, cookieJar: held.user.jar } as const;
      const { status } = await held.user.open(address);
      t.is(status, 410);
      const csrf = /name="csrf" value="([^"]*)"/.exec(held.page.body)?.[1];
      const { statusCode } = await got.post(address, { ...options, form: { csrf, ...door.fields } });
      t.is(statusCode, 410);
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
    const { path } = linkRules[purpose];
    for (const token of ['x', 'A'.repeat(86), 'a'.repeat(4000), '__proto__', '%00', '%F0%9F%98%80', 'a b', '..%2f..'])
      t.true(isGone(await newVisitor().open(`${issuer}${path}/${token}`)), token);
  });
}
