/**
 * Accounts that people are invited to: an administrator says for which address, in which groups and until when, and whoever has
 * the mailed link chooses name and password. The link proves the address, and no approval is needed.
 */
import type { Clock } from '../../ports/clock.ts';
import type { Page } from '../../storage/driver.ts';
import type { LinkStore, StoredLink } from '../../storage/mail/links.ts';
import type { MailStore } from '../../storage/mail/mails.ts';
import type { AcceptedTerms, Account, AccountStore } from '../../storage/records/accounts.ts';
import { canonicalIdentifier } from '../../storage/records/canonical-identifier.ts';
import type { ClientStore } from '../../storage/records/clients.ts';
import { readExtraClaims } from '../accounts/claims.ts';
import { createAccount } from '../accounts/create.ts';
import { readEmailAddress, readName } from '../accounts/identifiers.ts';
import type { PasswordHasher } from '../accounts/password-hashing.ts';
import type { TaggedLanguage } from '../clients/metadata/members.ts';
import { isGroupName } from '../clients/metadata/metadata.ts';
import { codeOf, DomainError, type DomainErrorCode } from '../domain-error.ts';
import type { ActDeps } from '../events/begun-acts.ts';
import type { NoteEvent } from '../events/security-events.ts';
import { issueLink, type LinkToIssue, linkTexts } from '../links/links.ts';
import type { MailOrder, Outbox } from '../mail/outbox.ts';
import type { HashingCaller } from '../passwords/hashing-queue.ts';
import { checkPassword } from '../passwords/password-policy.ts';

const PURPOSE = 'accept_invitation';

/** What the account will be. */
interface InvitedTo {
  readonly name?: string;
  readonly groups?: readonly string[];
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number;
  /** Of the mail, and then of the account; that of the page which accepts it where none is said. */
  readonly language?: TaggedLanguage;
}

export interface WantedInvitation extends InvitedTo {
  readonly email: string;
}

export interface Invitation extends WantedInvitation {
  /** Names it; nobody gets in with it. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly invitedAt: number;
  readonly goodUntil: number;
}

function invitationOf({ id, email, createdAt, expiresAt, details = {} }: StoredLink): Invitation {
  // As `invite` wrote it.
  return { ...(details as InvitedTo), id, email, invitedAt: createdAt, goodUntil: expiresAt };
}

export interface InvitationDeps extends ActDeps {
  readonly accounts: Pick<AccountStore, 'findByIdentifier'>;
  readonly links: LinkStore;
  readonly mails: Pick<MailStore, 'removeWhere'>;
  readonly clock: Clock;
  readonly issuer: string;
  /** False with ACCOUNT_REGISTRATION=off: nobody gets an account but by `account create`. */
  readonly areInvitationsOn: boolean;
  /** Absent where mail is off. */
  readonly outbox?: Pick<Outbox, 'enqueue'>;
}

function readInvitedTo({ name, groups = [], expiresAt, language }: WantedInvitation): InvitedTo {
  const wrong = groups.find((group) => !isGroupName(group));
  if (wrong !== undefined)
    throw new DomainError('group_invalid', { reason: `${JSON.stringify(wrong)} is not the name of a group.` });
  const all = [...new Set(groups)];
  // For what they add up to.
  readExtraClaims({ groups: all });
  return {
    ...(name !== undefined && { name: readName(name) }),
    ...(all.length > 0 && { groups: all }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(language !== undefined && { language }),
  };
}

/** What waits to be sent, and would bring a link that works no more. */
async function dropMails(subject: string, { mails }: Pick<InvitationDeps, 'mails'>): Promise<void> {
  await mails.removeWhere((order) => {
    const { text, to = '' } = (order ?? {}) as Partial<MailOrder>;
    return text === 'invitation' && canonicalIdentifier(to) === subject;
  });
}

/** A newer invitation of the same address ends the older one. `address`: of its link, where mail is off and nobody else will hear of it. */
export async function invite(
  wanted: WantedInvitation,
  deps: InvitationDeps,
): Promise<{ readonly invitation: Invitation; readonly address?: string }> {
  const { accounts, outbox } = deps;
  if (!deps.areInvitationsOn) throw new DomainError('invitations_off');
  const email = readEmailAddress(wanted.email);
  const details = readInvitedTo(wanted);
  if ((await accounts.findByIdentifier(email)) !== undefined) throw new DomainError('email_taken');
  const subject = canonicalIdentifier(email);
  const link: LinkToIssue = {
    purpose: PURPOSE,
    subject,
    email,
    details: { ...details },
    // An account that has expired is of no use to anybody.
    ...(details.expiresAt !== undefined && { notAfter: details.expiresAt }),
  };
  const { address, stored } = await issueLink(link, deps);
  const invitation = invitationOf(stored);
  await dropMails(subject, deps);
  deps.note?.('account.invited', 'administrator', { detail: invitation.id });
  if (outbox === undefined) return { invitation, address };
  const text = linkTexts[PURPOSE];
  const { language = 'en' } = details;
  await outbox.enqueue(email, { text, language, link: address, usefulUntil: invitation.goodUntil }, 'act');
  return { invitation };
}

/** Those that can still be accepted. */
export async function listInvitations(
  page: Page,
  { links }: Pick<InvitationDeps, 'links'>,
): Promise<{ readonly items: readonly Invitation[]; readonly next: string | null }> {
  const { items, next } = await links.list(PURPOSE, page);
  return { items: items.map(invitationOf), next };
}

/** By its id, or by the address that was invited. */
export async function withdrawInvitation(
  which: string,
  { links, mails, note }: Pick<InvitationDeps, 'links' | 'mails' | 'note'>,
): Promise<Invitation> {
  const id = which.includes('@') ? links.idOf(PURPOSE, canonicalIdentifier(readEmailAddress(which))) : which;
  const ended = await links.end(id, PURPOSE);
  if (ended === undefined) throw new DomainError('invitation_unknown');
  note?.('account.invitation_withdrawn', 'administrator', { detail: id });
  await dropMails(canonicalIdentifier(ended.email), { mails });
  return invitationOf(ended);
}

/** Undefined when it was accepted, withdrawn, replaced, or is too old. */
export async function findInvitation(
  token: string,
  { links }: Pick<InvitationDeps, 'links'>,
): Promise<Invitation | undefined> {
  const found = await links.find(PURPOSE, token);
  return found && invitationOf(found);
}

export interface Acceptance {
  /** Absent where none was given. */
  readonly name?: string;
  readonly password: string;
  /** Of the page on which it is accepted. */
  readonly language: string;
  readonly acceptedTerms?: AcceptedTerms;
}

export interface AcceptanceProblems {
  readonly name?: DomainErrorCode;
  readonly password?: DomainErrorCode;
}

/** Of each field, so that all can be corrected at once. */
export function acceptanceProblems(
  { email }: Invitation,
  { name, password }: Pick<Acceptance, 'name' | 'password'>,
  { config }: Pick<AcceptanceDeps, 'config'>,
): AcceptanceProblems {
  const ofName = name === undefined ? undefined : codeOf(() => readName(name));
  const owner = { email, ...(ofName === undefined && { name }), brandName: config.brandName };
  const ofPassword = codeOf(() => checkPassword(password, owner));
  return { ...(ofName !== undefined && { name: ofName }), ...(ofPassword !== undefined && { password: ofPassword }) };
}

export interface AcceptanceDeps {
  readonly accounts: AccountStore;
  readonly clients: Pick<ClientStore, 'get'>;
  readonly links: LinkStore;
  readonly hasher: PasswordHasher;
  readonly clock: Clock;
  readonly config: { readonly brandName: string };
  readonly note: NoteEvent;
}

/**
 * Makes the account of the invitation that was found by this token; undefined for all but one of those who use the link. Everything that can fail comes before that use: a password
 * that is refused, or hashing that is busy, leaves the link as it was. A crash right behind it costs the link, and makes no account.
 */
export async function acceptInvitation(
  token: string,
  {
    invitation,
    caller,
    ...acceptance
  }: Acceptance & { readonly invitation: Invitation; readonly caller: HashingCaller },
  deps: AcceptanceDeps,
): Promise<Account | undefined> {
  const { accounts, links, hasher, note } = deps;
  const { name, password, acceptedTerms } = acceptance;
  const [problem] = Object.values(acceptanceProblems(invitation, acceptance, deps));
  if (problem !== undefined) throw new DomainError(problem);
  if ((await accounts.findByIdentifier(invitation.email)) !== undefined) throw new DomainError('email_taken');
  const passwordHash = await hasher.hash(password, caller);
  const used = await links.use(PURPOSE, token);
  if (used === undefined) return undefined;
  const { id, email, groups, expiresAt, language = acceptance.language } = invitationOf(used);
  const account = await createAccount(
    {
      email,
      emailVerified: true,
      passwordHash,
      ...(name !== undefined && { name }),
      claims: { locale: language, ...(groups !== undefined && { groups }) },
      ...(expiresAt !== undefined && { expiresAt }),
      ...(acceptedTerms !== undefined && { acceptedTerms }),
    },
    deps,
  );
  note('account.created', 'invitation', { accountId: account.id, detail: id });
  return account;
}
