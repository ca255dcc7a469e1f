/**
 * "This was not me": whoever reads the mails of an account takes it back from whoever is in it.
 *
 * 1. Looking at the page of the link changes nothing. Its button does, once, of many clicks one. What a failure leaves is done by the
 *    next press.
 * 2. In one write the password is gone, since a thief may know it, all that was begun before counts for nothing, and the account has
 *    the address again that the link was mailed to: by the one that it has now a thief would get back in. From this write on no link of
 *    a thief is good (standing.ts), so that it does not matter which of the steps after it fails.
 * 3. All that there is of it is deleted: sessions, grants, links, known networks, remembered devices. So are the links of other
 *    notices, but for those of an address that the account had earlier.
 * 4. A link of its own, for a quarter of an hour, leads to a new password. Factors stay: a mailed link is weaker than they are. But a
 *    passkey that was added since the mail signs nobody in alone any more: it may be the thief's.
 */
import type { LinkStore, StoredLink } from '../../storage/mail/links.ts';
import type { Account, AccountStore } from '../../storage/records/accounts.ts';
import { type EndingDeps, endAll, withEnd } from '../accounts/change.ts';
import { isUsable } from '../accounts/usable.ts';
import { finishAct } from '../events/begun-acts.ts';
import { endsAtIssue, issueLink, type LinkDeps } from '../links/links.ts';
import { answerBy, isEndedBy, type NewAnswer, stands, withAnswer } from './standing.ts';

const PURPOSE = 'not_me';
const NEW_PASSWORD_MILLISECONDS = 15 * 60_000;
/** A passkey that a notice tells of was added before the notice was made. */
const TOLD_WITHIN_MILLISECONDS = 60_000;

export interface NotMeDeps extends EndingDeps, LinkDeps {
  readonly accounts: AccountStore;
  readonly links: LinkStore;
}

export interface OpenNotice {
  /** That the notice went to. */
  readonly email: string;
  /** The account has another address by now. */
  readonly isFormer: boolean;
}

/** Uses nothing up. Undefined when the link, or the account that it is for, is not good any more. */
export async function openNotice(
  token: string,
  { links, accounts, clock }: Pick<NotMeDeps, 'links' | 'accounts' | 'clock'>,
): Promise<OpenNotice | undefined> {
  const link = await links.find(PURPOSE, token);
  const account = link?.accountId === undefined ? undefined : await accounts.get(link.accountId);
  if (link === undefined || account === undefined) return undefined;
  if (!isUsable(account, clock.now()) || !stands(link, account)) return undefined;
  return { email: link.email, isFormer: link.email !== account.email };
}

export interface Denial {
  /** Where a new password is chosen. */
  readonly address: string;
}

function answered(current: Account, link: StoredLink, answer: NewAnswer): Account {
  const { passwordHash: _passwordHash, ...account } = withEnd(withAnswer(link, current, answer), answer.now);
  const { since = Infinity } = current.doubtfulPasskeys ?? {};
  const doubtfulPasskeys = { since: Math.min(since, link.createdAt - TOLD_WITHIN_MILLISECONDS), until: answer.now };
  return { ...account, doubtfulPasskeys, updatedAt: answer.now };
}

interface TakenBack {
  readonly account: Account;
  /** By this answer it got its address back, now or before a failure. */
  readonly isRestored: boolean;
}

/** Undefined when it is gone or may not be used, or whoever had it earlier was the first to answer: looked at in the write itself. */
async function takeBack(link: StoredLink, { accounts, clock }: NotMeDeps): Promise<TakenBack | undefined> {
  const { accountId = 'nobody', email } = link;
  const now = clock.now();
  const mayAnswer = (current: Account): boolean => isUsable(current, now) && stands(link, current);
  let isRestored: boolean | undefined;
  const restored = await accounts.updateIdentifiers(accountId, (current) => {
    isRestored = undefined;
    if (!mayAnswer(current)) return current;
    isRestored = current.email !== email || answerBy(link, current)?.isRestored === true;
    return { ...answered(current, link, { now, isRestored }), email, emailVerified: true };
  });
  if (restored === undefined || isRestored === undefined) return undefined;
  if (!('taken' in restored)) return { account: restored.account, isRestored };
  // Another account has that address by now: all else is done all the same.
  const account = await accounts.update(accountId, (current) =>
    mayAnswer(current) ? answered(current, link, { now, isRestored: false }) : undefined,
  );
  return account && { account, isRestored: false };
}

/** Each step may have been done before, by a press that failed later. */
async function answer(link: StoredLink, deps: NotMeDeps): Promise<Denial | undefined> {
  const { links, clock, note } = deps;
  const taken = await takeBack(link, deps);
  if (taken === undefined) return undefined;
  const { account, isRestored } = taken;
  const accountId = account.id;
  if (isRestored) note?.('account.updated', 'not_me', { accountId, detail: 'email emailVerified' });
  await finishAct(
    async () => {
      await links.endNoticesWhere(accountId, (other) => other.id !== link.id && isEndedBy(link, account, other));
      await endAll(accountId, deps);
    },
    (detail) => note?.('account.sessions_ended', 'not_me', { accountId, ...detail }),
  );
  const { address } = await issueLink(
    {
      purpose: 'reset_password',
      // Of its own: by asking for a link at the sign-in page, or by answering another notice, nobody ends this one.
      subject: `${accountId}\0${link.id}`,
      email: account.email,
      accountId,
      details: { ...endsAtIssue(account), isAfterNotice: true, isRestored },
      notAfter: clock.now() + NEW_PASSWORD_MILLISECONDS,
    },
    deps,
  );
  return { address };
}

/** For exactly one of many callers; undefined for the others, and when the link is not good any more. */
export async function denyNotice(token: string, deps: NotMeDeps): Promise<Denial | undefined> {
  const { links } = deps;
  const link = await links.begin(PURPOSE, token);
  if (link === undefined) return undefined;
  try {
    const denial = await answer(link, deps);
    await links.finish(link);
    return denial;
  } catch (error) {
    // Pressed again, it goes on. Where this fails as well, in half a minute.
    await links.giveUp(link).catch(() => undefined);
    throw error;
  }
}
