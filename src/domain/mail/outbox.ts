/** What is to be mailed: queued durably, so that a mail server that is down loses nothing. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../ports/clock.ts';
import type { MailStore, QueuedMail } from '../../storage/mail/mails.ts';
import { DomainError } from '../domain-error.ts';
import type { Admission, MailKind, MailQuotas } from './mail-quotas.ts';

/** Each has its texts in views/mail, in every language. */
export const mailTexts = [
  'confirm_registration',
  'already_registered',
  'awaiting_approval',
  'approved',
  'rejected',
  'invitation',
  'reset_password',
  'password_changed',
  'confirm_new_email',
  'email_change_begun',
  'email_changed',
  'account_deleted',
  'new_device',
  'failed_sign_ins',
  'factor_added',
  'factor_removed',
  'recovery_codes_renewed',
  'factors_reset',
  'sign_in_code',
  'second_factor_code',
] as const;

export type MailText = (typeof mailTexts)[number];

/** What a notice tells besides its text. Nothing of it was typed by anybody. */
export interface MailFacts {
  /** When it happened, in milliseconds since the epoch. */
  readonly at: number;
  /** By the names that we know them by (web/account/session-list.ts); empty for one that we do not know. */
  readonly device?: { readonly browser: string; readonly system: string };
  /** The IP address that it came from. */
  readonly address?: string;
  readonly factor?: 'authenticator_app' | 'passkey';
}

export interface MailOrder {
  readonly text: MailText;
  readonly to: string;
  readonly language: string;
  /** Where its button leads. */
  readonly link?: string;
  readonly facts?: MailFacts;
  /** What it is there for: to be typed in. */
  readonly code?: string;
  /** Of the app that somebody signs in to. */
  readonly appName?: string;
  /** Milliseconds since the epoch: later it would be of no use. */
  readonly usefulUntil: number;
}

const NOTICE_USEFUL_MILLISECONDS = 7 * 24 * 60 * 60 * 1000;

/** Says what has happened: never held back. */
export async function mailNotice(
  { to, ...notice }: Omit<MailOrder, 'usefulUntil'>,
  { outbox, clock }: { readonly outbox: Pick<Outbox, 'enqueue'>; readonly clock: Pick<Clock, 'now'> },
): Promise<void> {
  await outbox.enqueue(to, { ...notice, usefulUntil: clock.now() + NOTICE_USEFUL_MILLISECONDS }, 'act');
}

/** For how long a mail belongs to the process that sends it. The mailer gives up earlier. */
export const LEASE_MILLISECONDS = 120_000;

/** What sends mails in this process. */
export interface Delivery {
  /** Whether another mail can be begun at once. */
  readonly hasRoom: boolean;
  /** For whoever has the lease on it: soon, when the answer has gone. Never throws. */
  begin(mail: QueuedMail): void;
  /** Sends what is due, of whatever process; resolves when that is done. Never throws. */
  deliver(): Promise<void>;
  isReachable(): Promise<boolean>;
  stop(): Promise<void>;
}

export interface OutboxDeps {
  readonly mails: MailStore;
  readonly quotas: MailQuotas;
  readonly clock: Clock;
  /** False where no mail is ever sent: nothing is queued then. */
  readonly isOn: boolean;
}

/** How long one that nothing is sent of may be found in the queue, should its process die. */
const NOTHING_KEPT_MILLISECONDS = 60_000;

export class Outbox {
  readonly #deps: OutboxDeps;
  #delivery: Delivery | undefined;

  constructor(deps: OutboxDeps) {
    this.#deps = deps;
  }

  /** Where this process sends mails itself; the admin command leaves that to the provider. */
  deliverBy(delivery: Delivery): void {
    this.#delivery = delivery;
  }

  /**
   * Counts a mail that anybody can cause by a form, before it is made: what is held back should not replace the link of one that
   * was sent. `from` is the IP address of whoever filled the form in.
   */
  async admit(to: string, from: string, kind: MailKind = 'other'): Promise<Admission> {
    const { isOn, quotas } = this.#deps;
    return isOn ? quotas.count(to, from, kind) : { isAdmitted: false, leavesRecovery: false };
  }

  /** Each also mails a notice to the address before, which is never held back. Throws `email_changed_often`. */
  async admitNewAddress(accountId: string): Promise<void> {
    const retryAfterSeconds = await this.#deps.quotas.countNewAddress(accountId);
    if (retryAfterSeconds !== undefined) throw new DomainError('email_changed_often', { retryAfterSeconds });
  }

  /** Codes for whoever has proven the account's password, by mail or another way. Throws `too_many_attempts`. */
  async admitCode(accountId: string): Promise<void> {
    const retryAfterSeconds = await this.#deps.quotas.countCode(accountId);
    if (retryAfterSeconds !== undefined) throw new DomainError('too_many_attempts', { retryAfterSeconds });
  }

  /**
   * Queues it. `undefined` for `order` queues nothing by the same calls on storage: a form does that for an address which gets
   * no mail, so that known and unknown ones take as long. `act`: somebody who proved who they are caused it, or an administrator;
   * it is never held back, and holds nothing back.
   */
  async enqueue(to: string, order: Omit<MailOrder, 'to'> | undefined, admission: Admission | 'act'): Promise<void> {
    const { mails, clock, isOn } = this.#deps;
    if (!isOn) return;
    const isAdmitted = admission === 'act' || admission.isAdmitted;
    const now = clock.now();
    const isTakenHere = this.#delivery?.hasRoom === true;
    const mail: QueuedMail = {
      id: randomBytes(16).toString('hex'),
      order: isAdmitted && order !== undefined ? { ...order, to } : undefined,
      // With a lease at once where it is sent at once: one write for both.
      dueAt: isTakenHere ? now + LEASE_MILLISECONDS : now,
      attempts: isTakenHere ? 1 : 0,
      usefulUntil: order?.usefulUntil ?? now + NOTHING_KEPT_MILLISECONDS,
    };
    // What it tells of has happened: a call that the database does not answer once must not keep it from being told.
    await mails.add(mail).catch((error: unknown) => {
      if (admission !== 'act') throw error;
      return mails.add(mail);
    });
    if (isTakenHere) this.#delivery?.begin(mail);
  }

  /** Sends what is due, of whatever process, and what is under way here; called every few seconds. Never throws. */
  async deliver(): Promise<void> {
    await this.#delivery?.deliver();
  }

  /** Whether mails leave at the moment, whoever they are for; looked at every few seconds at most, and for two seconds at most. */
  async isReachable(): Promise<boolean> {
    return (await this.#delivery?.isReachable()) ?? true;
  }

  /** Begins nothing more; resolves, within about a second, when nothing is under way. */
  async stop(): Promise<void> {
    await this.#delivery?.stop();
  }
}
