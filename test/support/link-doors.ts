/** The page of each mailed link: how one comes to be mailed, how its button is pressed, and what that changes. */
import type { LinkPurpose } from '../../src/storage/mail/links.ts';
import type { Account } from '../../src/storage/records/accounts.ts';
import { type Fixture, newVisitor } from './provider-fixture.ts';
import { newLink } from './recovery.ts';
import type { Page, User } from './user.ts';

export interface LinkDoor {
  /** Mails one to the account. */
  readonly mail: (fixture: Fixture, account: Account) => Promise<string>;
  /** The button of its page, and what is filled in. */
  readonly button: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** A purpose without a row has no page yet. */
export const linkDoors: Readonly<Partial<Record<LinkPurpose, LinkDoor>>> = {
  reset_password: {
    mail: (fixture, { email }) => newLink(fixture, email),
    button: 'reset-submit',
    fields: { password: 'another good one, by mail' },
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

export function press({ page, user }: OpenPage, { button, fields }: LinkDoor): Promise<Page> {
  return user.submit(page, button, fields);
}
