/**
 * Who hashes next, of those who wait. Known devices and networks wait in a line of their own, which goes first two times
 * of three: a crowd of strangers holds up neither their places nor their turn, and they cannot shut strangers out either.
 *
 * Within a line networks take turns, within a network addresses, and accounts as well: one customer waits behind himself,
 * with however many addresses at one account or accounts at one network. Where a line is full, the latest of the network
 * or account that has most in it makes room.
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

/** Whom a hash is made for; callers that share any of these take turns with others. */
export interface HashingCaller {
  /** The widest that one customer may have: an IPv4 /24, an IPv6 /48. */
  readonly network: string;
  /** Within the network. */
  readonly address: string;
  /** Or the name that was typed, where no account has it. */
  readonly account: string;
  readonly isKnown: boolean;
}

/** What the administrator's command hashes. Whoever sends a password to the provider waits as themselves. */
const OURSELVES: HashingCaller = { network: 'ourselves', address: 'ourselves', account: 'ourselves', isKnown: true };

interface Ticket {
  readonly start: () => void;
  readonly refuse: (error: DomainError) => void;
}

/** The tickets of one network, address or account. */
interface Share {
  waiting: number;
  /** The turn in which it was served last, or began to wait. */
  lastTurn: number;
}

/** Those that wait by one name. */
class Shares {
  readonly #shares = new Map<string, Share>();

  join(name: string, turn: number): Share {
    const share = this.#shares.get(name) ?? { waiting: 0, lastTurn: turn };
    this.#shares.set(name, share);
    share.waiting += 1;
    return share;
  }

  leave(name: string, share: Share): void {
    share.waiting -= 1;
    if (share.waiting === 0) this.#shares.delete(name);
  }
}

interface Place {
  readonly ticket: Ticket;
  readonly caller: HashingCaller;
  readonly network: Share;
  readonly address: Share;
  readonly account: Share;
}

/** In which order they are served: one that was served lately waits, whichever of the two it was. */
const turnOf = ({ network, account, address }: Place): readonly number[] => [
  Math.max(network.lastTurn, account.lastTurn),
  network.lastTurn,
  address.lastTurn,
];

/** What it takes of the line: the most goes first when room is made. */
const weightOf = ({ network, account, address }: Place): readonly number[] => [
  Math.max(network.waiting, account.waiting),
  address.waiting,
];

function compare(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((value, n) => value !== b[n]);
  return index < 0 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
}

/** Those who wait, in the order in which they came. */
class Line {
  readonly #max: number;
  readonly #places: Place[] = [];
  readonly #networks = new Shares();
  readonly #addresses = new Shares();
  readonly #accounts = new Shares();
  #turn = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get isEmpty(): boolean {
    return this.#places.length === 0;
  }

  join(caller: HashingCaller, ticket: Ticket): void {
    this.#places.push({
      ticket,
      caller,
      network: this.#networks.join(caller.network, this.#turn),
      address: this.#addresses.join(caller.address, this.#turn),
      account: this.#accounts.join(caller.account, this.#turn),
    });
    if (this.#places.length > this.#max) this.#makeRoom();
  }

  next(): Ticket | undefined {
    // The earliest of those whose turn it is.
    const place = this.#first((one, best) => compare(turnOf(one), turnOf(best)) < 0);
    if (place === undefined) return undefined;
    this.#turn += 1;
    for (const share of [place.network, place.address, place.account]) share.lastTurn = this.#turn;
    this.#leave(place);
    return place.ticket;
  }

  /** The newcomer itself leaves when it belongs to those that have most, or all have as much. */
  #makeRoom(): void {
    // The latest of those that have most.
    const place = this.#first((one, most) => compare(weightOf(one), weightOf(most)) >= 0);
    if (place === undefined) return;
    this.#leave(place);
    place.ticket.refuse(new DomainError('hashing_busy', { retryAfterSeconds: RETRY_AFTER_SECONDS }));
  }

  #first(isBefore: (one: Place, other: Place) => boolean): Place | undefined {
    let found: Place | undefined;
    for (const place of this.#places) if (found === undefined || isBefore(place, found)) found = place;
    return found;
  }

  #leave(place: Place): void {
    const { caller, network, address, account } = place;
    this.#places.splice(this.#places.indexOf(place), 1);
    this.#networks.leave(caller.network, network);
    this.#addresses.leave(caller.address, address);
    this.#accounts.leave(caller.account, account);
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

  #wait(caller: HashingCaller): Promise<void> {
    return new Promise((resolve, reject) => {
      (caller.isKnown ? this.#known : this.#strangers).join(caller, { start: resolve, refuse: reject });
    });
  }

  #next(): Ticket | undefined {
    const isStrangersTurn = this.#known.isEmpty || (this.#knownInARow >= KNOWN_IN_A_ROW && !this.#strangers.isEmpty);
    this.#knownInARow = isStrangersTurn ? 0 : this.#knownInARow + 1;
    return isStrangersTurn ? this.#strangers.next() : this.#known.next();
  }
}
