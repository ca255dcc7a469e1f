/** The page of each mailed link: how one comes to be mailed, how its button is pressed, and what that changes. */
import { randomUUID } from 'node:crypto';
import { notify } from '../../src/domain/notices/notices.ts';
import type { LinkPurpose } from '../../src/storage/mail/links.ts';
import type { Account } from '../../src/storage/records/accounts.ts';
import { atAccount } from '../account/fixture.ts';
import { begins, linkTo, newAddress } from '../registration/registering.ts';
import { inviteTo } from './invitations.ts';
import { mailsTo } from './mails.ts';
import { type Fixture, newVisitor } from './provider-fixture.ts';
import { newLink } from './recovery.ts';
import type { Page, User } from './user.ts';

/** Who is written to, and how. */
export interface Mailing {
  /** Undefined for an address that has no account yet. */
  readonly account: Account | undefined;
  /** Mails one, or a newer one; returns the newest. */
  mail(): Promise<string>;
}

export interface LinkDoor {
  begin(fixture: Fixture): Promise<Mailing>;
  /** The button of its page, and what is filled in. */
  readonly button: string;
  readonly fields: Readonly<Record<string, string>>;
}

const NEW_PASSWORD = 'another good one, by mail';

/** To the address that the account has by now. */
export async function newNotice({ latchkey }: Fixture, { id }: Pick<Account, 'id'>): Promise<string> {
  const { installation, issuer } = latchkey;
  const account = await installation.accounts.get(id);
  if (account === undefined) throw new Error('there is no account');
  await notify(account, { text: 'new_device' }, 'en', { ...installation, issuer });
  const mails = await mailsTo(latchkey, account.email);
  return mails.findLast(({ text }) => text === 'new_device')?.link ?? 'none';
}

export const linkDoors: Readonly<Record<LinkPurpose, LinkDoor>> = {
  confirm_registration: {
    async begin(fixture) {
      const { user, email, waiting } = await begins(fixture);
      let isFirst = true;
      const mail = async () => {
        if (!isFirst) await user.submit(waiting, 'send-again');
        isFirst = false;
        return linkTo(fixture, email);
      };
      return { account: undefined, mail };
    },
    button: 'confirm-submit',
    fields: {},
  },
  accept_invitation: {
    async begin({ latchkey }) {
      const email = newAddress();
      return { account: undefined, mail: async () => (await inviteTo(latchkey, email)).link };
    },
    button: 'confirm-submit',
    fields: { name: 'Wren', password: NEW_PASSWORD },
  },
  reset_password: {
    async begin(fixture) {
      const account = await fixture.newAccount();
      const { accounts } = fixture.latchkey.installation;
      return { account, mail: async () => newLink(fixture, (await accounts.get(account.id))?.email ?? account.email) };
    },
    button: 'reset-submit',
    fields: { password: NEW_PASSWORD },
  },
  change_email: {
    async begin(fixture) {
      const { account, user, page } = await atAccount(fixture);
      const email = `${randomUUID()}@example.com`;
      const mail = async () => {
        await user.submit(page, 'email-submit', { email });
        return (await mailsTo(fixture.latchkey, email)).at(-1)?.link ?? 'none';
      };
      return { account, mail };
    },
    button: 'confirm-submit',
    fields: {},
  },
  not_me: {
    async begin(fixture) {
      const account = await fixture.newAccount({ emailVerified: true });
      return { account, mail: () => newNotice(fixture, account) };
    },
    button: 'not-me-submit',
    fields: {},
  },
};

/** The page as it was opened while the link was good, to be sent later. */
export interface OpenPage {
  readonly page: Page;
  readonly user: User;
}

export async function openLink(link: string): Promise<OpenPage> {
  const user = newVisitor();
  return { user, page: await user.open(link) };
}

export function press(
  { page, user }: OpenPage,
  { button, fields }: Pick<LinkDoor, 'button' | 'fields'>,
): Promise<Page> {
  return user.submit(page, button, fields);
}
