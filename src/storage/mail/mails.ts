/** Mails that wait to be sent. */
import type { Page } from '../driver.ts';
import { type CollectionDeps, EncryptedCollection, type PageOf } from '../encryption/encrypted-collection.ts';

export interface QueuedMail {
  readonly id: string;
  /** Undefined: nothing is to be sent (a form was filled in for an address that gets no mail). */
  readonly order?: unknown;
  /** Milliseconds since the epoch: sent from then on. While a process is sending it, when another may try, because that one must have died. */
  readonly dueAt: number;
  /** How many were begun. */
  readonly attempts: number;
  /** How often its message went out without an answer: so many copies may have arrived. None where absent. */
  readonly unanswered?: number;
  /** Milliseconds since the epoch: dropped then. */
  readonly usefulUntil: number;
}

/** Past its use, so that a running process finds it and says that it was never sent. */
const KEPT_PAST_USE_MILLISECONDS = 24 * 60 * 60 * 1000;

export function mailExpiry({ usefulUntil }: QueuedMail): number {
  return usefulUntil + KEPT_PAST_USE_MILLISECONDS;
}

/** Nobody waits or sends for so long: what is due later than that was queued by a clock that was wrong. */
const FURTHEST_MILLISECONDS = 20 * 60_000;

/** At `now`, in milliseconds since the epoch. */
export function isDue({ dueAt }: QueuedMail, now: number): boolean {
  return dueAt <= now || dueAt > now + FURTHEST_MILLISECONDS;
}

export class MailStore {
  readonly #mails: EncryptedCollection<QueuedMail, 'mails'>;

  constructor(deps: CollectionDeps) {
    this.#mails = new EncryptedCollection(deps, 'mails');
  }

  async add(mail: QueuedMail): Promise<void> {
    await this.#mails.insert(write(mail));
  }

  list(page: Page): Promise<PageOf<QueuedMail>> {
    return this.#mails.list(page);
  }

  /** The mail for exactly one of many callers, until `leasedUntil`; undefined for the others. Times in milliseconds since the epoch. */
  lease(id: string, now: number, leasedUntil: number): Promise<QueuedMail | undefined> {
    return this.#mails.compareAndSet(id, (mail) =>
      isDue(mail, now) ? write({ ...mail, dueAt: leasedUntil, attempts: mail.attempts + 1 }) : undefined,
    );
  }

  /**
   * Before its message goes out, by whoever has the lease: it counts as unanswered until `tryAgainAt` says otherwise, and the lease is
   * theirs until `leasedUntil`. False where somebody else has leased it meanwhile, or it is gone.
   */
  async beginMessage({ id, attempts, unanswered = 0 }: QueuedMail, leasedUntil: number): Promise<boolean> {
    const written = await this.#mails.compareAndSet(id, (mail) =>
      mail.attempts === attempts ? write({ ...mail, dueAt: leasedUntil, unanswered: unanswered + 1 }) : undefined,
    );
    return written !== undefined;
  }

  /** Unless somebody else has leased it meanwhile. */
  async tryAgainAt({ id, attempts, unanswered = 0 }: QueuedMail, dueAt: number): Promise<void> {
    await this.#mails.compareAndSet(id, (mail) =>
      mail.attempts === attempts ? write({ ...mail, dueAt, unanswered }) : undefined,
    );
  }

  async remove(id: string): Promise<void> {
    await this.#mails.remove(id);
  }

  /** Those that are not wanted any more. Reads the whole queue, which is empty where the mail server is up. */
  async removeWhere(isUnwanted: (order: unknown) => boolean): Promise<void> {
    let after: string | null = null;
    do {
      const { items, next }: PageOf<QueuedMail> = await this.list({ limit: 100, ...(after !== null && { after }) });
      for (const { id, order } of items) if (isUnwanted(order)) await this.#mails.remove(id);
      after = next;
    } while (after !== null);
  }
}

function write(mail: QueuedMail) {
  return { id: mail.id, value: mail, expiresAt: mailExpiry(mail) };
}
