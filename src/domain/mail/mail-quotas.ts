/**
 * How many mails strangers can cause: to one address, and from one network, whatever form they fill in. The windows slide
 * exactly: each mail counts from its own time on.
 *
 * 1. The network's list of times is read. If it is full nothing else is: whoever fills in forms there learns that of their own
 *    network, whatever address they type, and leaves no record for addresses that they make up.
 * 2. Else the list of the address is read. If that is full nothing is counted, and both are written as they were: what is held
 *    back costs the same calls on storage, and cannot be told from what is sent.
 * 3. Else both are written by compare-and-set, the network's first. Whoever loses reads again, and may find it full now;
 *    what was counted on the other list is then taken back.
 * 4. A record outlives its window, so that its version is not begun again under somebody who has just read it.
 */
import type { Clock } from '../../ports/clock.ts';
import type { KnownTimes, MailTimes } from '../../storage/mail/mail-times.ts';
import { canonicalIdentifier } from '../../storage/records/canonical-identifier.ts';
import { addressRanges } from '../throttle/address-ranges.ts';

interface Quota {
  readonly limit: number;
  readonly windowSeconds: number;
}

const HOUR = 60 * 60;

export const mailQuotas = {
  address: { limit: 3, windowSeconds: HOUR },
  network: { limit: 20, windowSeconds: 24 * HOUR },
} as const satisfies Readonly<Record<string, Quota>>;

/** No factor raises a limit beyond this: the whole list of times is written again with every mail. */
const MOST_COUNTED = 2000;
const OUTLIVES_WINDOW_MILLISECONDS = 5 * 60_000;

interface Counted {
  readonly known: KnownTimes;
  readonly quota: Quota;
}

export interface MailQuotasDeps {
  readonly times: MailTimes;
  readonly clock: Clock;
  /** Multiplies both limits. */
  readonly factor: number;
}

export class MailQuotas {
  readonly #deps: MailQuotasDeps;

  constructor(deps: MailQuotasDeps) {
    this.#deps = deps;
  }

  /** Counts it. False: it is held back. `from` is the IP address whose form caused it. */
  async count(to: string, from: string): Promise<boolean> {
    const network = await this.#read('network', addressRanges(from).network);
    if (this.#isFull(network)) return false;
    const address = await this.#read('address', canonicalIdentifier(to));
    if (this.#isFull(address)) {
      await this.#rewrite(network);
      await this.#rewrite(address);
      return false;
    }
    if (!(await this.#add(network))) return false;
    if (await this.#add(address)) return true;
    await this.#takeBack(network);
    return false;
  }

  /** Counts for the address what nobody can hold back. */
  async countAct(to: string): Promise<void> {
    await this.#add(await this.#read('address', canonicalIdentifier(to)), { isForced: true });
  }

  async #read(kind: keyof typeof mailQuotas, subject: string): Promise<Counted> {
    const { limit, windowSeconds } = mailQuotas[kind];
    const multiplied = Math.max(1, Math.floor(limit * this.#deps.factor));
    return {
      known: await this.#deps.times.of(`${kind} ${subject}`),
      quota: { limit: Math.min(multiplied, MOST_COUNTED), windowSeconds },
    };
  }

  /** No more than the latest that decide. */
  #countedOf({ quota }: Counted, times: readonly number[]): readonly number[] {
    const after = this.#deps.clock.now() - quota.windowSeconds * 1000;
    const counted = times.filter((time) => time > after).toSorted((one, other) => one - other);
    return counted.slice(-quota.limit);
  }

  #isFull(counted: Counted, times = counted.known.times): boolean {
    return this.#countedOf(counted, times).length >= counted.quota.limit;
  }

  #expiry({ quota }: Counted): number {
    return this.#deps.clock.now() + quota.windowSeconds * 1000 + OUTLIVES_WINDOW_MILLISECONDS;
  }

  async #rewrite(counted: Counted): Promise<void> {
    const times = this.#countedOf(counted, counted.known.times);
    await this.#deps.times.rewrite(counted.known, times, this.#expiry(counted));
  }

  #add(counted: Counted, { isForced = false } = {}): Promise<boolean> {
    const add = (times: readonly number[]) =>
      this.#isFull(counted, times) && !isForced
        ? undefined
        : this.#countedOf(counted, [...times, this.#deps.clock.now()]);
    return this.#deps.times.change(counted.known, add, this.#expiry(counted));
  }

  /** Removes the newest time. It may be that of another mail in the same moment: the count is right, and the times hardly differ. */
  async #takeBack(counted: Counted): Promise<void> {
    const withoutLast = (times: readonly number[]) => this.#countedOf(counted, times).slice(0, -1);
    await this.#deps.times.change(counted.known, withoutLast, this.#expiry(counted));
  }
}
