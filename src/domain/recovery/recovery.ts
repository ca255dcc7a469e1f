/**
 * Getting back in without the password:
 * 1. somebody says whose account it is, and hears the same whether there is one;
 * 2. the account's own address gets a link, which is good once and for an hour;
 * 3. whoever opens it chooses a password. It ends all that was begun with the old one, and signs nobody in.
 */
import type { Clock } from '../../ports/clock.ts';
import { type AccountFactors, type FactorStore, hasFactor } from '../../storage/factors/factors.ts';
import type { LinkStore, StoredLink } from '../../storage/mail/links.ts';
import type { Account, AccountStore } from '../../storage/records/accounts.ts';
import { type EndingDeps, replacePassword } from '../accounts/change.ts';
import type { PasswordHasher } from '../accounts/password-hashing.ts';
import { isUsable } from '../accounts/usable.ts';
import { DomainError } from '../domain-error.ts';
import type { NoteEvent } from '../events/security-events.ts';
import { endsAtIssue, type LinkDeps, mailLink, outlivedEnd } from '../links/links.ts';
import type { Outbox } from '../mail/outbox.ts';
import { type NoticeDeps, notify } from '../notices/notices.ts';
import type { HashingCaller } from '../passwords/hashing-queue.ts';
import { checkPassword } from '../passwords/password-policy.ts';
import type { SignInBudgets } from '../throttle/sign-in-budgets.ts';

const PURPOSE = 'reset_password';

/** What leads back to where the user was, once the password is set. */
export interface CameFrom {
  readonly clientId?: string | undefined;
  /** The sign-in under way, and the hash of the browser that it is bound to. */
  readonly signIn?: { readonly uid: string; readonly browser: string } | undefined;
}

export interface RecoveryRequest {
  /** E-mail address or username, as typed. */
  readonly login: string;
  /** The IP address that the request came from. */
  readonly address: string;
  readonly language: string;
  readonly cameFrom: CameFrom;
}

export interface RecoveryDeps extends LinkDeps {
  readonly accounts: Pick<AccountStore, 'findByIdentifier'>;
  readonly outbox: Pick<Outbox, 'admit' | 'enqueue'>;
  readonly throttle: Pick<SignInBudgets, 'payForLink'>;
}

/** Does the same work on storage whether there is such an account, and whether it gets a link. Throws `too_many_attempts`. */
export async function requestRecovery(
  { login, address, language, cameFrom }: RecoveryRequest,
  deps: RecoveryDeps & { readonly note: NoteEvent },
): Promise<void> {
  const { accounts, throttle, clock, note } = deps;
  await throttle.payForLink(address);
  const account = await accounts.findByIdentifier(login);
  const isMailed = account !== undefined && isUsable(account, clock.now());
  const to = account?.email ?? login;
  const { clientId } = cameFrom;
  const whose = { subject: account?.id ?? login, email: to, ...(account && { accountId: account.id }) };
  const link = {
    ...whose,
    purpose: PURPOSE,
    clientId,
    details: { ...cameFrom, ...(account && endsAtIssue(account)) },
  } as const;
  const mailed = isMailed ? 'link' : 'nothing';
  const isAdmitted = await mailLink({ to, from: address, language, link, mailed }, deps);
  if (account === undefined) note('recovery.requested', 'unknown_account', { typedLogin: login });
  else if (!isMailed) note('recovery.requested', 'not_usable', { accountId: account.id });
  else note('recovery.requested', isAdmitted ? 'link_mailed' : 'too_many_mails', { accountId: account.id });
}

/** What proves that it is the owner beside the link: where it was got by answering a notice (domain/notices/not-me.ts). */
export interface AskedFactors {
  readonly app: boolean;
  readonly recoveryCode: boolean;
}

export interface AfterNotice {
  /** The account has the address again that it had before. */
  readonly isRestored: boolean;
  /** Absent where the account has no factor. Both false: it has passkeys alone, which a form does not take. */
  readonly asked: AskedFactors | undefined;
}

export interface OpenReset {
  readonly account: Account;
  readonly cameFrom: CameFrom;
  /** Absent where somebody asked for a new password. */
  readonly afterNotice?: AfterNotice | undefined;
}

interface OpenResetDeps {
  readonly accounts: Pick<AccountStore, 'get'>;
  readonly factors: Pick<FactorStore, 'get'>;
  readonly links: LinkStore;
  readonly clock: Clock;
}

/** The link proves one address: it is good while the account has that one, and may be used, and nothing ended its sessions since. */
function mayReset(account: Account | undefined, link: StoredLink, now: number): account is Account {
  return account !== undefined && account.email === link.email && isUsable(account, now) && !outlivedEnd(link, account);
}

/** Uses nothing up. Undefined when the link, or the account that it is for, is not good any more. */
export async function openReset(
  token: string,
  { accounts, factors, links, clock }: OpenResetDeps,
): Promise<OpenReset | undefined> {
  const link = await links.find(PURPOSE, token);
  const account = link?.accountId === undefined ? undefined : await accounts.get(link.accountId);
  if (link === undefined || !mayReset(account, link, clock.now())) return undefined;
  if (link.details?.isAfterNotice !== true) return { account, cameFrom: link.details as CameFrom };
  const isRestored = link.details.isRestored === true;
  return { account, cameFrom: {}, afterNotice: { isRestored, asked: askedOf(await factors.get(account.id)) } };
}

function askedOf({ apps, passkeys, recoveryCodes }: AccountFactors): AskedFactors | undefined {
  if (!hasFactor({ apps, passkeys })) return undefined;
  return { app: apps.length > 0, recoveryCode: recoveryCodes.length > 0 };
}

export interface Reset {
  readonly token: string;
  readonly open: OpenReset;
  readonly password: string;
  readonly caller: HashingCaller;
  readonly language: string;
  /** Proves a factor that is asked for, or throws (domain/factors/prove.ts). */
  readonly prove?: () => Promise<unknown>;
}

export interface ResetDeps extends EndingDeps, NoticeDeps {
  readonly accounts: AccountStore;
  readonly links: LinkStore;
  readonly hasher: PasswordHasher;
  readonly config: { readonly brandName: string };
}

/** False when the link is gone by now. Throws what is wrong with the password, or that hashing is busy, and then uses nothing up. */
export async function completeReset(
  { token, open, password, caller, language, prove }: Reset,
  deps: ResetDeps,
): Promise<boolean> {
  const { links, hasher, clock, config } = deps;
  checkPassword(password, { ...open.account, brandName: config.brandName });
  const passwordHash = await hasher.hash(password, caller);
  if (open.afterNotice?.asked !== undefined) {
    if (prove === undefined) throw new DomainError('code_wrong');
    // After all else that can be wrong: a code is good once.
    await prove();
  }
  const link = await links.use(PURPOSE, token);
  if (link === undefined) return false;
  // Looked at again in the write itself: it can have been disabled, or have got another address, at any moment before.
  const account = await replacePassword(
    {
      accountId: open.account.id,
      reason: 'reset',
      change: (current) =>
        mayReset(current, link, clock.now()) ? { ...current, passwordHash, emailVerified: true } : undefined,
      tell: (current) => notify(current, { text: 'password_changed' }, language, deps),
    },
    deps,
  );
  return account !== undefined;
}
