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
 * 4. For an address those that ask to get back in are counted apart from all others. The others may fill the list of the address, and
 *    still the last place is left to those: of what others cause an owner is mailed one less (`leavesRecovery`). So nobody keeps
 *    an owner out by registering with their address. What is counted is the same whether the address is known.
 * 5. A record outlives its window, so that its version is not begun again under somebody who has just read it.
 */
import type { Clock } from '../../ports/clock.ts';
import type { KnownTimes, MailTime, MailTimes } from '../../storage/mail/mail-times.ts';
import { canonicalIdentifier } from '../../storage/records/canonical-identifier.ts';
import { addressRanges } from '../throttle/address-ranges.ts';

interface Quota {
  readonly limit: number;
  readonly windowSeconds: number;
}

const HOUR = 60 * 60;

export const mailQuotas = {
  address: { limit: 3, windowSeconds: HOUR },
  /** New addresses that an account asks for. */
  account: { limit: 3, windowSeconds: HOUR },
  network: { limit: 20, windowSeconds: 24 * HOUR },
  /** Codes in place of a password: of lists of their own, so that they and all other mails hold back none of each other. */
  codesOfAddress: { limit: 5, windowSeconds: HOUR },
  codesOfNetwork: { limit: 200, windowSeconds: 24 * HOUR },
  /** Codes for whoever has proven the password, by whichever way they are sent. */
  codesOfAccount: { limit: 6, windowSeconds: HOUR },
} as const satisfies Readonly<Record<string, Quota>>;

/** No factor raises a limit beyond this: the whole list of times is written again with every mail. */
const MOST_COUNTED = 2000;
const OUTLIVES_WINDOW_MILLISECONDS = 5 * 60_000;

/** What somebody asks for: to get back in, to sign in by a code, or anything else. */
export type MailKind = 'recovery' | 'code' | 'other';

/** What was decided of a mail before it is made. */
export interface Admission {
  /** False: it is held back. What is queued with this is not sent. */
  readonly isAdmitted: boolean;
  /** Whether there is room for a mail to get back in beside it. */
  readonly leavesRecovery: boolean;
}

const HELD_BACK: Admission = { isAdmitted: false, leavesRecovery: false };

interface Counted {
  readonly known: KnownTimes;
  readonly quota: Quota;
}

export interface MailQuotasDeps {
  readonly times: MailTimes;
  readonly clock: Clock;
  /** Multiplies all limits. */
  readonly factor: number;
}

export class MailQuotas {
  readonly #deps: MailQuotasDeps;

  constructor(deps: MailQuotasDeps) {
    this.#deps = deps;
  }

  /** Counts it. `from` is the IP address whose form caused it. */
  async count(to: string, from: string, kind: MailKind = 'other'): Promise<Admission> {
    const { site, network: smaller } = addressRanges(from);
    const isCode = kind === 'code';
    const network = await this.#read(isCode ? 'codesOfNetwork' : 'network', site ?? smaller);
    if (this.#isFull(network)) return HELD_BACK;
    const address = await this.#read(isCode ? 'codesOfAddress' : 'address', canonicalIdentifier(to));
    if (this.#isFull(address, kind)) {
      await this.#rewrite(network);
      await this.#rewrite(address);
      return HELD_BACK;
    }
    if (!(await this.#add(network))) return HELD_BACK;
    let others = 0;
    const isAdded = await this.#add(address, kind, (counted) => {
      others = counted.filter(({ isRecovery }) => !isRecovery).length;
    });
    if (isAdded) return { isAdmitted: true, leavesRecovery: kind !== 'other' || others < address.quota.limit };
    await this.#takeBack(network);
    return HELD_BACK;
  }

  /** Counts a new address that an account asks for. A number: of the seconds until the next may be. */
  countNewAddress(accountId: string): Promise<number | undefined> {
    return this.#countOf('account', accountId);
  }

  /** Counts a code for whoever has proven the account's password; the same. */
  countCode(accountId: string): Promise<number | undefined> {
    return this.#countOf('codesOfAccount', accountId);
  }

  async #countOf(list: 'account' | 'codesOfAccount', accountId: string): Promise<number | undefined> {
    const account = await this.#read(list, accountId);
    if (await this.#add(account)) return undefined;
    const [oldest] = this.#countedOf(account, (await this.#read(list, accountId)).known.times);
    const freeAt = (oldest?.at ?? 0) + account.quota.windowSeconds * 1000;
    return Math.max(1, Math.ceil((freeAt - this.#deps.clock.now()) / 1000));
  }

  async #read(kind: keyof typeof mailQuotas, subject: string): Promise<Counted> {
    const { limit, windowSeconds } = mailQuotas[kind];
    const multiplied = Math.max(1, Math.floor(limit * this.#deps.factor));
    return {
      known: await this.#deps.times.of(`${kind} ${subject}`),
      quota: { limit: Math.min(multiplied, MOST_COUNTED), windowSeconds },
    };
  }

  /** No more than the latest that decide: as many of each kind. */
  #countedOf({ quota }: Counted, times: readonly MailTime[]): readonly MailTime[] {
    const after = this.#deps.clock.now() - quota.windowSeconds * 1000;
    const counted = times.filter(({ at }) => at > after).toSorted((one, other) => one.at - other.at);
    return counted.slice(-quota.limit * 2);
  }

  #isFull(counted: Counted, kind: MailKind = 'other', times = counted.known.times): boolean {
    const { limit } = counted.quota;
    const all = this.#countedOf(counted, times);
    const recoveries = all.filter(({ isRecovery }) => isRecovery).length;
    const others = all.length - recoveries;
    return recoveries + (kind === 'recovery' ? Math.min(others, limit - 1) : others) >= limit;
  }

  #expiry({ quota }: Counted): number {
    return this.#deps.clock.now() + quota.windowSeconds * 1000 + OUTLIVES_WINDOW_MILLISECONDS;
  }

  async #rewrite(counted: Counted): Promise<void> {
    const times = this.#countedOf(counted, counted.known.times);
    await this.#deps.times.rewrite(counted.known, times, this.#expiry(counted));
  }

  #add(counted: Counted, kind: MailKind = 'other', onAdded?: (times: readonly MailTime[]) => void): Promise<boolean> {
    const added: MailTime = { at: this.#deps.clock.now(), ...(kind === 'recovery' && { isRecovery: true }) };
    const add = (times: readonly MailTime[]) => {
      if (this.#isFull(counted, kind, times)) return undefined;
      const next = this.#countedOf(counted, [...times, added]);
      onAdded?.(next);
      return next;
    };
    return this.#deps.times.change(counted.known, add, this.#expiry(counted));
  }

  /** Removes the newest time. It may be that of another mail in the same moment: the count is right, and the times hardly differ. */
  async #takeBack(counted: Counted): Promise<void> {
    const withoutLast = (times: readonly MailTime[]) => this.#countedOf(counted, times).slice(0, -1);
    await this.#deps.times.change(counted.known, withoutLast, this.#expiry(counted));
  }
}
