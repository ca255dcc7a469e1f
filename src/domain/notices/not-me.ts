/**
 * "This was not me": whoever reads the mails of an account takes it back from whoever is in it.
 *
 * 1. Looking at the page of the link changes nothing. Its button does, once, of many clicks one.
 * 2. In one write the password is gone, since a thief may know it, all that was begun before counts for nothing, and the account has
 *    the address again that the link was mailed to: by the one that it has now a thief would get back in.
 * 3. All that there is of it is deleted: sessions, grants, links, known networks, remembered devices. So are the links of other
 *    notices, but for those that another address got before this one did: of two who answer, the one who had the account earlier wins.
 * 4. A link of its own, for a quarter of an hour, leads to a new password. Factors stay: a mailed link is weaker than they are.
 */
import type { LinkStore, StoredLink } from '../../storage/mail/links.ts';
import type { Account, AccountStore } from '../../storage/records/accounts.ts';
import { type EndingDeps, endAll, withEnd } from '../accounts/change.ts';
import { isUsable } from '../accounts/usable.ts';
import { finishAct } from '../events/begun-acts.ts';
import { endsAtIssue, issueLink, type LinkDeps } from '../links/links.ts';

const PURPOSE = 'not_me';
const NEW_PASSWORD_MILLISECONDS = 15 * 60_000;

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

async function accountOf(
  link: StoredLink | undefined,
  { accounts, clock }: Pick<NotMeDeps, 'accounts' | 'clock'>,
): Promise<Account | undefined> {
  const account = link?.accountId === undefined ? undefined : await accounts.get(link.accountId);
  return account !== undefined && isUsable(account, clock.now()) ? account : undefined;
}

/** Uses nothing up. Undefined when the link, or the account that it is for, is not good any more. */
export async function openNotice(token: string, deps: NotMeDeps): Promise<OpenNotice | undefined> {
  const link = await deps.links.find(PURPOSE, token);
  const account = await accountOf(link, deps);
  return link && account && { email: link.email, isFormer: link.email !== account.email };
}

export interface Denial {
  /** Where a new password is chosen. */
  readonly address: string;
}

function denied(current: Account, link: StoredLink, now: number): Account {
  const { passwordHash: _passwordHash, ...account } = withEnd(current, now);
  // Never the same twice: a notice under way compares it.
  const deniedAt = Math.max(now, (current.deniedAt ?? 0) + 1);
  const isSame = current.email === link.email;
  return { ...account, ...(isSame && { emailVerified: true }), deniedAt, updatedAt: now };
}

/** Undefined when the account is gone or may not be used; else the account, with whether it got its address back. */
async function takeBack(
  { id }: Account,
  link: StoredLink,
  { accounts, clock }: NotMeDeps,
): Promise<{ readonly account: Account; readonly isRestored: boolean } | undefined> {
  const now = clock.now();
  const deny = (current: Account) => (isUsable(current, now) ? denied(current, link, now) : undefined);
  let before: Account | undefined;
  const restored = await accounts.updateIdentifiers(id, (current) => {
    before = current;
    const next = deny(current);
    return next === undefined ? current : { ...next, email: link.email, emailVerified: true };
  });
  if (restored === undefined) return undefined;
  // Another account has that address by now: all else is done all the same.
  const account = 'taken' in restored ? await accounts.update(id, deny) : restored.account;
  if (account === undefined || !isUsable(account, now)) return undefined;
  return { account, isRestored: !('taken' in restored) && before?.email !== link.email };
}

/** For exactly one of many callers; undefined for the others, and when the link is not good any more. */
export async function denyNotice(token: string, deps: NotMeDeps): Promise<Denial | undefined> {
  const { links, clock, note } = deps;
  const link = await links.use(PURPOSE, token);
  const found = await accountOf(link, deps);
  if (link === undefined || found === undefined) return undefined;
  const taken = await takeBack(found, link, deps);
  if (taken === undefined) return undefined;
  const { account, isRestored } = taken;
  const accountId = account.id;
  if (isRestored) note?.('account.updated', 'not_me', { accountId, detail: 'email emailVerified' });
  await finishAct(
    async () => {
      await links.endNoticesSince(link);
      await endAll(accountId, deps);
    },
    (detail) => note?.('account.sessions_ended', 'not_me', { accountId, ...detail }),
  );
  const { address } = await issueLink(
    {
      purpose: 'reset_password',
      // Of its own: by asking for a link at the sign-in page, nobody ends this one.
      subject: `${accountId}\0${PURPOSE}`,
      email: account.email,
      accountId,
      details: { ...endsAtIssue(account), isAfterNotice: true, isRestored },
      notAfter: clock.now() + NEW_PASSWORD_MILLISECONDS,
    },
    deps,
  );
  return { address };
}
