/** Mails that wait to be sent. */

import type { Page } from '../driver.ts';
import { type CollectionDeps, EncryptedCollection, type PageOf } from '../encryption/encrypted-collection.ts';

export interface QueuedMail {
  readonly id: string;
  /** Undefined: nothing is to be sent (a form was filled in for an address that gets no mail). */
  readonly order?: unknown;
  /** Milliseconds since the epoch: not tried before. */
  readonly dueAt: number;
  readonly attempts: number;
  /** Milliseconds since the epoch: dropped then. */
  readonly usefulUntil: number;
}

export class MailStore {
  readonly #mails: EncryptedCollection<QueuedMail, 'mails'>;

  constructor(deps: CollectionDeps) {
    this.#mails = new EncryptedCollection(deps, 'mails');
  }

  async add(mail: QueuedMail): Promise<void> {
    await this.#mails.insert({ id: mail.id, value: mail, expiresAt: mail.usefulUntil });
  }

  list(page: Page): Promise<PageOf<QueuedMail>> {
    return this.#mails.list(page);
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
