/**
 * Codes that are sent, by mail or by the operator's gateway to a telephone: as a second factor (second-factor-codes.ts), or in place of
 * the password (sign-in-by-mail.ts).
 *
 * 1. A code is good in the sign-in in which it was asked for, for that account and purpose, for ten minutes and once.
 * 2. A newer one ends it, and so does the end of the account's sessions, or another address or number.
 * 3. A guess is paid for like a password before anything is compared, and after five wrong ones the code is over.
 */
import { randomInt } from 'node:crypto';
import type { Clock } from '../../ports/clock.ts';
import type { KeyedHash } from '../../storage/encryption/keyed-hash.ts';
import type { CodeChannel, CodePurpose, SentCode, SentCodeStore } from '../../storage/factors/sent-codes.ts';
import type { Account } from '../../storage/records/accounts.ts';
import { isUsable } from '../accounts/usable.ts';
import { isSameSecret } from '../constant-time.ts';
import { DomainError } from '../domain-error.ts';
import type { NoteEvent } from '../events/security-events.ts';
import { endsAtIssue } from '../links/links.ts';
import type { MailText, Outbox } from '../mail/outbox.ts';
import type { Device } from '../throttle/known-devices.ts';
import type { Reservation, SignInBudgets } from '../throttle/sign-in-budgets.ts';
import { typedDigits } from './totp.ts';

export const CODE_LIFE_MINUTES = 10;
const RESENT_AFTER_MILLISECONDS = 30_000;
const GUESSES = 5;

/** In place of a password it is all that is guessed, by whoever knows an address: two digits more. */
const digits: Readonly<Record<CodePurpose, number>> = { second_factor: 6, sign_in: 8 };

const mailTextOf: Readonly<Record<CodePurpose, MailText>> = {
  second_factor: 'second_factor_code',
  sign_in: 'sign_in_code',
};

/** What a code is bound to. `account` undefined: nobody gets it, and no code is right. */
interface Binding {
  readonly purpose: CodePurpose;
  readonly interactionUid: string;
  readonly account: Account | undefined;
}

interface HashDeps {
  readonly keyedHash: KeyedHash;
}

function hashOf({ purpose, interactionUid, account }: Binding, code: string, { keyedHash }: HashDeps): string {
  return keyedHash.hash('sent code', [purpose, interactionUid, account?.id ?? '', code].join('\0'));
}

/** Where a code for the account goes; undefined where it has no such place. */
export function destinationOf({ email, claims }: Account, channel: CodeChannel): string | undefined {
  if (channel === 'mail') return email;
  const { phone_number: number, phone_number_verified: isVerified } = claims;
  return isVerified === true && typeof number === 'string' && number !== '' ? number : undefined;
}

/** When another one may be asked for, in milliseconds since the epoch. */
export function nextCodeAt({ sentAt }: Pick<SentCode, 'sentAt'>): number {
  return sentAt + RESENT_AFTER_MILLISECONDS;
}

export interface NewCode {
  readonly code: string;
  /** To be stored before it is sent. */
  readonly stored: SentCode;
}

export function newCode(
  { login, channel, destination, ...binding }: Binding & Pick<SentCode, 'login' | 'channel' | 'destination'>,
  deps: HashDeps & { readonly clock: Pick<Clock, 'now'> },
): NewCode {
  const { purpose, account } = binding;
  const code = String(randomInt(10 ** digits[purpose])).padStart(digits[purpose], '0');
  const sentAt = deps.clock.now();
  const stored: SentCode = {
    ...(account !== undefined && { accountId: account.id }),
    ...{ login, channel, destination },
    codeHash: hashOf(binding, code, deps),
    guesses: 0,
    isUsed: false,
    ...endsAtIssue(account ?? {}),
    sentAt,
    expiresAt: sentAt + CODE_LIFE_MINUTES * 60_000,
  };
  return { code, stored };
}

// Letters and few digits: what a mail program or a telephone makes a link or a number of is left out.
const HARMLESS_NAME = /^(?!(?:.*\d){5})[\p{L}\p{N}][\p{L}\p{M}\p{N} '\u2019&+()-]{0,59}$/u;

/** Undefined for an app's name that could lead somewhere: it may have been chosen to that end. */
export function harmlessName(name: string | undefined): string | undefined {
  return name !== undefined && HARMLESS_NAME.test(name) ? name : undefined;
}

export interface CodeMail {
  readonly purpose: CodePurpose;
  /** Undefined: nobody is mailed anything, by the same calls on storage. */
  readonly code: string | undefined;
  readonly stored: SentCode;
  readonly admission: Parameters<Outbox['enqueue']>[2];
  readonly language: string;
  /** Left out where anybody can cause the mail. */
  readonly appName?: string | undefined;
}

export async function mailCode(
  { purpose, code, stored, admission, language, appName: name }: CodeMail,
  { outbox }: { readonly outbox: Pick<Outbox, 'enqueue'> },
): Promise<void> {
  const { destination, expiresAt: usefulUntil } = stored;
  const appName = harmlessName(name);
  const order = { text: mailTextOf[purpose], language, usefulUntil, ...(appName !== undefined && { appName }) };
  await outbox.enqueue(destination, code === undefined ? undefined : { ...order, code }, admission);
}

export interface TypedSentCode {
  readonly interactionUid: string;
  readonly typed: string;
  /** The IP address that the request came from. */
  readonly address: string;
  readonly device: Device | undefined;
}

export interface UseDeps extends HashDeps {
  readonly codes: SentCodeStore;
  readonly throttle: Pick<SignInBudgets, 'reserve' | 'giveBack'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly note: NoteEvent;
}

type Outcome = 'right' | 'code_wrong' | 'code_gone';

function isGoodFor(code: SentCode, account: Account, now: number): boolean {
  return (
    code.accountId === account.id &&
    isUsable(account, now) &&
    code.sessionsEndedAt === endsAtIssue(account).sessionsEndedAt &&
    code.destination === destinationOf(account, code.channel)
  );
}

/** Whose budget a guess is paid from: of the account that has the name, though nobody was mailed a code; else of the name. */
interface Paying extends Pick<SentCode, 'login'> {
  readonly paying: Account | undefined;
}

export interface UsedCode {
  readonly account: Account;
  readonly code: SentCode;
  /** What was reserved and given back, for whoever completes the sign-in. */
  readonly reservation: Reservation;
}

/**
 * Counts what was typed, and uses the code up where it is right: for exactly one of many. Throws `code_wrong`, `code_gone` and
 * `too_many_attempts`.
 */
export async function useCode(
  { typed, address, device, login, paying, ...binding }: TypedSentCode & Binding & Paying,
  deps: UseDeps,
): Promise<UsedCode> {
  const { codes, throttle, clock, note } = deps;
  const { purpose, interactionUid, account } = binding;
  const whose = paying === undefined ? { typedLogin: login } : { accountId: paying.id };
  let reservation: Reservation;
  try {
    reservation = await throttle.reserve({ login, account: paying, address, device });
  } catch (error) {
    if (error instanceof DomainError && error.code === 'too_many_attempts')
      note('sign_in.throttled', 'too_many_attempts', whose);
    throw error;
  }
  const codeHash = hashOf(binding, typedDigits(typed), deps);
  let outcome = 'code_gone' as Outcome;
  const used = await codes.change(purpose, interactionUid, (current) => {
    outcome = 'code_gone';
    if (current === undefined || current.isUsed || current.guesses >= GUESSES) return undefined;
    const isRight = isSameSecret(current.codeHash, codeHash);
    if (isRight && account !== undefined && isGoodFor(current, account, clock.now())) {
      outcome = 'right';
      return { ...current, isUsed: true };
    }
    outcome = current.guesses + 1 < GUESSES ? 'code_wrong' : 'code_gone';
    return { ...current, guesses: current.guesses + 1 };
  });
  if (outcome === 'right' && used !== undefined && account !== undefined) {
    await throttle.giveBack(reservation);
    return { account, code: used, reservation };
  }
  note('sign_in.failed', purpose === 'sign_in' ? 'wrong_mailed_code' : 'wrong_code', whose);
  throw new DomainError(outcome === 'code_wrong' ? 'code_wrong' : 'code_gone');
}
