/**
 * What the owner of an account is told by mail, each time with a link to one button: "This was not me" (not-me.ts).
 *
 * 1. There is one link for each address and text, so that what somebody causes again and again leaves one.
 * 2. Whoever took an account over causes notices as well. None of them, and nothing else that is done in the account, ends a link
 *    that went to the address which the account had before.
 * 3. Of a notice, and the use of an older link or an administrator's act that ends notices, at once the notice loses: who was thrown
 *    out is mailed nothing.
 */
import type { Account, AccountStore } from '../../storage/records/accounts.ts';
import { canonicalIdentifier } from '../../storage/records/canonical-identifier.ts';
import { issueLink, type LinkDeps, type LinkToIssue, toNobody } from '../links/links.ts';
import { type MailFacts, type MailText, mailNotice, type Outbox } from '../mail/outbox.ts';
import { type Issued, isSameStanding, issuedFor } from './standing.ts';

export const noticeTexts = [
  'new_device',
  'factor_added',
  'factor_removed',
  'recovery_codes_renewed',
  'factors_reset',
  'password_changed',
  'email_change_begun',
  'email_changed',
  'failed_sign_ins',
] as const satisfies readonly MailText[];

export interface Notice {
  readonly text: (typeof noticeTexts)[number];
  /** Who is told, where that is not the address that the account has: the one that it had before. */
  readonly to?: Pick<Account, 'email'> & Pick<Issued, 'heldAt'>;
  readonly facts?: Omit<MailFacts, 'at'>;
}

export interface NoticeDeps extends LinkDeps {
  readonly accounts: Pick<AccountStore, 'get'>;
  readonly outbox: Pick<Outbox, 'enqueue'>;
}

type Told = Pick<Account, 'id' | 'email' | 'noticesEndedAt' | 'noticeAnswers'>;

function noticeLink(account: Told, { text, to }: Pick<Notice, 'text' | 'to'>, now: number): LinkToIssue {
  const { id, email } = { ...account, ...to };
  const subject = `${id}\0${canonicalIdentifier(email)}\0${text}`;
  return { purpose: 'not_me', subject, email, accountId: id, details: { ...issuedFor(account, to?.heldAt ?? now) } };
}

/**
 * For after the act, with the account as the act has left it, or as it was read for the act where that leaves it alone. Never held back: somebody who is signed in did it, or an
 * administrator. Of what administrators do, the language is that of the account (domain/mail/language.ts).
 */
export async function notify(account: Told, notice: Notice, language: string, deps: NoticeDeps): Promise<void> {
  // What it tells of has happened: a call that the database does not answer once must not keep it from being told.
  await tell(account, notice, language, deps).catch(() => tell(account, notice, language, deps));
}

async function tell(account: Told, notice: Notice, language: string, deps: NoticeDeps): Promise<void> {
  const { accounts, links, clock } = deps;
  const { text, facts } = notice;
  const { address, stored } = await issueLink(noticeLink(account, notice, clock.now()), deps);
  // Read after the link was stored: what ends links looks for this one after the account was written.
  const current = await accounts.get(account.id);
  if (current === undefined || !isSameStanding(account, current)) {
    await links.withdraw(stored);
    return;
  }
  await mailNotice({ text, to: stored.email, language, link: address, facts: { at: clock.now(), ...facts } }, deps);
}

/** For where nobody is told: by the same calls on storage, so that their time does not show which accounts there are. */
export async function notifyNobody(text: Notice['text'], deps: NoticeDeps): Promise<void> {
  const { stored } = await issueLink(
    toNobody(noticeLink({ id: 'nobody', email: 'nobody' }, { text }, deps.clock.now())),
    deps,
  );
  await deps.accounts.get('nobody');
  await deps.outbox.enqueue(stored.email, undefined, 'act');
}
