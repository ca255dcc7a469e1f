/** When an address, or a network, got or caused mails lately. */
import type { Clock } from '../../ports/clock.ts';
import { EncryptedCollection } from '../encryption/encrypted-collection.ts';
import type { KeyedCollectionDeps, KeyedHash } from '../encryption/keyed-hash.ts';
import { retryOnConflict } from '../retry.ts';

export interface MailTime {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Somebody asked to get back in. */
  readonly isRecovery?: true;
}

interface StoredTimes {
  /** In any order. */
  readonly times: readonly MailTime[];
}

export interface KnownTimes extends StoredTimes {
  readonly id: string;
  /** 0: there is no record. */
  readonly version: number;
}

export class MailTimes {
  readonly #times: EncryptedCollection<StoredTimes, 'mail_quotas'>;
  readonly #keyedHash: KeyedHash;
  readonly #clock: Clock;

  constructor(deps: KeyedCollectionDeps) {
    this.#times = new EncryptedCollection(deps, 'mail_quotas');
    this.#keyedHash = deps.keyedHash;
    this.#clock = deps.clock;
  }

  of(subject: string): Promise<KnownTimes> {
    return this.#read(this.#keyedHash.hash('mail quota', subject));
  }

  /** Writes the times again as they are read; what somebody else has written meanwhile stays. `expiresAt` in milliseconds since the epoch. */
  async rewrite(known: KnownTimes, times: readonly MailTime[], expiresAt: number): Promise<void> {
    await this.#exchange(known, times, expiresAt);
  }

  /** By compare-and-set. False when `change` returned undefined. */
  change(
    first: KnownTimes,
    change: (times: readonly MailTime[]) => readonly MailTime[] | undefined,
    expiresAt: number,
  ): Promise<boolean> {
    let known = first;
    return retryOnConflict<boolean>(
      async () => {
        const times = change(known.times);
        if (times === undefined) return false;
        if (await this.#exchange(known, times, expiresAt)) return true;
        known = await this.#read(known.id);
        return undefined;
      },
      { clock: this.#clock },
    );
  }

  /** False when somebody else has written since it was read. */
  #exchange({ id, version }: KnownTimes, times: readonly MailTime[], expiresAt: number): Promise<boolean> {
    const write = { id, value: { times }, expiresAt };
    return version === 0 ? this.#times.insert(write) : this.#times.replace(write, version);
  }

  async #read(id: string): Promise<KnownTimes> {
    const found = await this.#times.get(id);
    return { id, times: found?.value.times ?? [], version: found?.version ?? 0 };
  }
}
