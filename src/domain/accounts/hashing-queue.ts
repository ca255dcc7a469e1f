/**
 * Who hashes next, of those who wait. Known devices and networks wait in a line of their own, which goes first two times
 * of three: a crowd of strangers holds up neither their places nor their turn, and they cannot shut strangers out either.
 * Within a line addresses take turns, so that one address with many attempts waits behind itself. Where a line is full,
 * the latest of the address that has most in it makes room for another address.
 */
import { DomainError } from '../domain-error.ts';

const THREADS_LEFT_FREE = 2;
const MAX_WAITING = 64;
const KNOWN_IN_A_ROW = 2;
const RETRY_AFTER_SECONDS = 2;

/** Hashing shares Node's thread pool with token signing, which waited 243 ms behind four hashes of cost 12 (measured). */
export function hashesAtOnce(threadPoolSize: number): number {
  return Math.max(1, threadPoolSize - THREADS_LEFT_FREE);
}

/** Whom a hash is made for. */
export interface HashingCaller {
  /** Callers of one address take turns with those of others. */
  readonly address: string;
  readonly isKnown: boolean;
}

/** What we hash for ourselves: new passwords of accounts that exist, and renewed hashes. */
const OURSELVES: HashingCaller = { address: 'ourselves', isKnown: true };

interface Ticket {
  readonly start: () => void;
  readonly refuse: (error: DomainError) => void;
}

/** Those who wait, by address: a Map keeps the order in which addresses have their turn. */
class Line {
  readonly #max: number;
  readonly #waiting = new Map<string, Ticket[]>();
  #size = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  join(address: string, ticket: Ticket): void {
    if (this.#size >= this.#max && !this.#makeRoomFor(address)) {
      throw new DomainError('hashing_busy', { retryAfterSeconds: RETRY_AFTER_SECONDS });
    }
    const ofAddress = this.#waiting.get(address);
    if (ofAddress === undefined) this.#waiting.set(address, [ticket]);
    else ofAddress.push(ticket);
    this.#size += 1;
  }

  next(): Ticket | undefined {
    for (const [address, tickets] of this.#waiting) {
      const ticket = tickets.shift();
      // To the end: every other address has its turn before this one has another.
      this.#waiting.delete(address);
      if (tickets.length > 0) this.#waiting.set(address, tickets);
      this.#size -= 1;
      return ticket;
    }
    return undefined;
  }

  /** False when no address has more in the line than this one would have. */
  #makeRoomFor(address: string): boolean {
    const own = (this.#waiting.get(address)?.length ?? 0) + 1;
    let most: Ticket[] = [];
    for (const tickets of this.#waiting.values()) if (tickets.length > most.length) most = tickets;
    if (most.length <= own) return false;
    most.pop()?.refuse(new DomainError('hashing_busy', { retryAfterSeconds: RETRY_AFTER_SECONDS }));
    this.#size -= 1;
    return true;
  }
}

export class HashingQueue {
  readonly #atOnce: number;
  readonly #known: Line;
  readonly #strangers: Line;
  #running = 0;
  #knownInARow = 0;

  /** `maxWaiting` of known callers, and as many of strangers. */
  constructor({ atOnce, maxWaiting = MAX_WAITING }: { readonly atOnce: number; readonly maxWaiting?: number }) {
    this.#atOnce = atOnce;
    this.#known = new Line(maxWaiting);
    this.#strangers = new Line(maxWaiting);
  }

  /** Throws `hashing_busy` when too many wait already. */
  async run<T>(work: () => Promise<T>, caller: HashingCaller = OURSELVES): Promise<T> {
    if (this.#running < this.#atOnce) this.#running += 1;
    else await this.#wait(caller);
    try {
      return await work();
    } finally {
      const next = this.#next();
      // The next in line takes over this slot, so that no newcomer gets ahead of it.
      if (next === undefined) this.#running -= 1;
      else next.start();
    }
  }

  #wait({ address, isKnown }: HashingCaller): Promise<void> {
    return new Promise((resolve, reject) => {
      (isKnown ? this.#known : this.#strangers).join(address, { start: resolve, refuse: reject });
    });
  }

  #next(): Ticket | undefined {
    const isStrangersTurn = this.#known.isEmpty || (this.#knownInARow >= KNOWN_IN_A_ROW && !this.#strangers.isEmpty);
    this.#knownInARow = isStrangersTurn ? 0 : this.#knownInARow + 1;
    return isStrangersTurn ? this.#strangers.next() : this.#known.next();
  }
}
