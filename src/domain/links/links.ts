/** The links that are mailed: where each leads, for how long it is good, and in which mail. */
import type { Clock } from '../../ports/clock.ts';
import type { LinkPurpose, LinkStore, NewLink, StoredLink } from '../../storage/mail/links.ts';
import type { Account } from '../../storage/records/accounts.ts';
import type { MailText, Outbox } from '../mail/outbox.ts';

const HOUR = 60 * 60;

interface LinkRule {
  /** Below the issuer; the token follows. */
  readonly path: string;
  readonly lifeSeconds: number;
}

export const linkRules = {
  confirm_registration: { path: '/confirm', lifeSeconds: 24 * HOUR },
  accept_invitation: { path: '/invitation', lifeSeconds: 7 * 24 * HOUR },
  reset_password: { path: '/reset', lifeSeconds: HOUR },
  change_email: { path: '/new-address', lifeSeconds: 24 * HOUR },
  not_me: { path: '/not-me', lifeSeconds: 7 * 24 * HOUR },
} as const satisfies Readonly<Record<LinkPurpose, LinkRule>>;

/** The mail that is sent for its link; those that have one beside what they tell are in domain/notices/notices.ts. */
export const linkTexts = {
  confirm_registration: 'confirm_registration',
  accept_invitation: 'invitation',
  reset_password: 'reset_password',
  change_email: 'confirm_new_email',
} as const satisfies Readonly<Record<Exclude<LinkPurpose, 'not_me'>, MailText>>;

/** Of the page on which people see to their account; below the issuer. Mails that need no token lead there. */
export const ACCOUNT_PATH = '/account';

export interface LinkDeps {
  readonly links: LinkStore;
  readonly clock: Clock;
  readonly issuer: string;
}

export interface IssuedLink {
  /** For a mail alone: whoever has it can use it. */
  readonly address: string;
  readonly stored: StoredLink;
}

export interface LinkToIssue extends Omit<NewLink, 'expiresAt'> {
  /** The app that the address names, so that a link which comes too late still leads back to it. */
  readonly clientId?: string | undefined;
  /** Milliseconds since the epoch: good until then at most. */
  readonly notAfter?: number;
}

/** It begins with the issuer, whatever address the request came to. */
export async function issueLink(
  { clientId, notAfter = Infinity, ...link }: LinkToIssue,
  { links, clock, issuer }: LinkDeps,
): Promise<IssuedLink> {
  const { path, lifeSeconds } = linkRules[link.purpose];
  const expiresAt = Math.min(clock.now() + lifeSeconds * 1000, notAfter);
  const { token, stored } = await links.create({ ...link, expiresAt });
  const query = clientId === undefined ? '' : `?${new URLSearchParams({ client_id: clientId })}`;
  return { address: `${issuer}${path}/${token}${query}`, stored };
}

/** For the details of a link: it is good until the account's sessions are ended the next time. */
export function endsAtIssue({ sessionsEndedAt = 0 }: Pick<Account, 'sessionsEndedAt'>): {
  readonly sessionsEndedAt: number;
} {
  return { sessionsEndedAt };
}

/** True for one that was issued while an end was under way, too late to be found by it. */
export function outlivedEnd({ details }: StoredLink, account: Pick<Account, 'sessionsEndedAt'>): boolean {
  return (details?.sessionsEndedAt ?? 0) !== endsAtIssue(account).sessionsEndedAt;
}

/** Whose link is issued where nobody gets one: for nobody has its token, and a link that was mailed before stays good. */
export function toNobody({ accountId: _accountId, ...link }: LinkToIssue): LinkToIssue {
  return { ...link, subject: 'nobody', email: 'nobody' };
}

export interface LinkMail {
  readonly to: string;
  /** The IP address of whoever caused it. */
  readonly from: string;
  readonly language: string;
  /** Issued where it is mailed. */
  readonly link: LinkToIssue & { readonly purpose: keyof typeof linkTexts };
  /** `already_registered`: in its place the owner of the address reads that there is an account. `nothing`: nobody is mailed. */
  readonly mailed: 'link' | 'already_registered' | 'nothing';
  /** Stores what goes with the mail, before it is sent; called when the mail is held back too. */
  readonly record?: (link: StoredLink, isAdmitted: boolean) => Promise<unknown>;
}

/**
 * Mails a link that strangers can cause. Who is mailed what makes no difference to the calls on storage. False: the mail is held
 * back (domain/mail/mail-quotas.ts), and earlier links are as they were.
 */
export async function mailLink(
  { to, from, language, link, mailed, record }: LinkMail,
  { outbox, ...deps }: LinkDeps & { readonly outbox: Pick<Outbox, 'admit' | 'enqueue'> },
): Promise<boolean> {
  const admission = await outbox.admit(to, from, link.purpose === 'reset_password' ? 'recovery' : 'other');
  const { isAdmitted } = admission;
  const isLinkMailed = isAdmitted && mailed === 'link';
  const { address, stored } = await issueLink(isLinkMailed ? link : toNobody(link), deps);
  await record?.(stored, isAdmitted);
  const text = mailed === 'link' ? linkTexts[link.purpose] : mailed;
  const order =
    isAdmitted && text !== 'nothing' && (mailed === 'link' || admission.leavesRecovery)
      ? {
          text,
          language,
          link: isLinkMailed ? address : `${deps.issuer}${ACCOUNT_PATH}`,
          usefulUntil: stored.expiresAt,
        }
      : undefined;
  await outbox.enqueue(to, order, admission);
  return isAdmitted;
}
