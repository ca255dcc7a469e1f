/**
 * Codes that were mailed or sent to a telephone: one record for each sign-in and purpose, so that a newer code takes the place of the
 * older one in the same write. A guess is counted, and the right code used up, by one compare-and-set, in whatever process.
 */

import type { CollectionDeps } from '../encryption/encrypted-collection.ts';
import { EncryptedCollection, storedId } from '../encryption/encrypted-collection.ts';

export type CodePurpose = 'second_factor' | 'sign_in';

export type CodeChannel = 'mail' | 'phone';

export interface SentCode {
  /** Absent where nobody got one: whoever asked hears the same. */
  readonly accountId?: string;
  /** Whom it was asked for, as typed. */
  readonly login: string;
  readonly channel: CodeChannel;
  readonly destination: string;
  /** Keyed hash. */
  readonly codeHash: string;
  /** Wrong ones. */
  readonly guesses: number;
  readonly isUsed: boolean;
  /** The end of the account's sessions that it came after: a later one ends it. 0 if there was none. */
  readonly sessionsEndedAt: number;
  /** Milliseconds since the epoch, here and below. */
  readonly sentAt: number;
  readonly expiresAt: number;
}

export class SentCodeStore {
  readonly #clock: CollectionDeps['clock'];
  readonly #codes: EncryptedCollection<SentCode, 'sent_codes'>;

  constructor(deps: CollectionDeps) {
    this.#clock = deps.clock;
    this.#codes = new EncryptedCollection(deps, 'sent_codes');
  }

  /** Names the record of the sign-in with this uid, whether there is one or not. */
  idOf(purpose: CodePurpose, interactionUid: string): string {
    return storedId('sent_codes', `${purpose}\0${interactionUid}`);
  }

  async get(purpose: CodePurpose, interactionUid: string): Promise<SentCode | undefined> {
    return this.#live((await this.#codes.get(this.idOf(purpose, interactionUid)))?.value);
  }

  /** As written; undefined when `change` returned undefined: then nothing is. It may be asked several times. */
  change(
    purpose: CodePurpose,
    interactionUid: string,
    change: (current: SentCode | undefined) => SentCode | undefined,
  ): Promise<SentCode | undefined> {
    const id = this.idOf(purpose, interactionUid);
    return this.#codes.insertOrSet(id, (current) => {
      const value = change(this.#live(current));
      return value && { id, value, expiresAt: value.expiresAt };
    });
  }

  // By this clock too, whatever the database has purged.
  #live(code: SentCode | undefined): SentCode | undefined {
    return code !== undefined && this.#clock.now() < code.expiresAt ? code : undefined;
  }
}
