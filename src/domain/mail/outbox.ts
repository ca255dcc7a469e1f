/** What is to be mailed: queued durably, so that a mail server that is down loses nothing. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../ports/clock.ts';
import type { MailStore } from '../../storage/mail/mails.ts';

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
] as const;

export type MailText = (typeof mailTexts)[number];

export interface MailOrder {
  readonly text: MailText;
  readonly to: string;
  readonly language: string;
  /** What the text mentions: names, and the link. */
  readonly values: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch: later it would be of no use. */
  readonly usefulUntil: number;
}

/** `form`: anybody can cause it from there, so the address and the network have a quota. `act`: somebody who proved who they are did. */
export type MailCause = { readonly form: { readonly address: string } } | 'act';

export interface OutboxDeps {
  readonly mails: MailStore;
  readonly clock: Clock;
}

export class Outbox {
  readonly #deps: OutboxDeps;

  constructor(deps: OutboxDeps) {
    this.#deps = deps;
  }

  /**
   * Queues it. `undefined` for `order` queues nothing by the same calls on storage: a form does that for an address which gets
   * no mail, so that known and unknown ones take as long. Beyond the quotas it does the same, and nobody may be told.
   * True when it is queued.
   */
  async enqueue(to: string, order: Omit<MailOrder, 'to'> | undefined, _cause: MailCause): Promise<boolean> {
    const { mails, clock } = this.#deps;
    await mails.add({
      id: randomBytes(16).toString('hex'),
      order: order && { ...order, to },
      dueAt: clock.now(),
      attempts: 0,
      usefulUntil: order?.usefulUntil ?? clock.now() + 60_000,
    });
    return order !== undefined;
  }
}
