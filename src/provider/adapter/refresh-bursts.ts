/**
 * Which requests with one refresh token are under way together, as far as this process sees them: the first use, whatever
 * came before it was answered, whatever came before that was answered, and so on without a gap.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../../ports/clock.ts';

/** A request that came before the last of them ended looks for them by then. */
const KNOWN_FOR_MS = 2000;
const MAX_KNOWN = 10_000;

interface Burst {
  readonly beganAt: number;
  underWay: number;
  lastEnd: number;
}

export interface RefreshArrival {
  /** In milliseconds since the epoch. */
  readonly at: number;
  /** Its place among what happened in this process: clocks are too coarse to tell. */
  readonly position: number;
  burst: Burst | undefined;
}

const keyOf = (refreshToken: string): string => createHash('sha256').update(refreshToken).digest('base64url');

export class RefreshBursts {
  readonly #clock: Clock;
  readonly #bursts = new Map<string, Burst>();
  #position = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  arrive(): RefreshArrival {
    this.#position += 1;
    return { at: this.#clock.now(), position: this.#position, burst: undefined };
  }

  /** Its answer is on its way. */
  end({ burst }: RefreshArrival): void {
    if (burst === undefined) return;
    this.#position += 1;
    burst.underWay -= 1;
    burst.lastEnd = this.#position;
  }

  /** Joins, or begins one. */
  join(refreshToken: string, arrival: RefreshArrival): void {
    if (this.joinIfUnderWay(refreshToken, arrival)) return;
    this.#forgetOld();
    const burst = { beganAt: this.#clock.now(), underWay: 0, lastEnd: 0 };
    this.#bursts.set(keyOf(refreshToken), burst);
    this.#enter(burst, arrival);
  }

  /** False where none is known, or the last of it had been answered before this one came. */
  joinIfUnderWay(refreshToken: string, arrival: RefreshArrival): boolean {
    if (arrival.burst !== undefined) return true;
    const burst = this.#bursts.get(keyOf(refreshToken));
    if (burst === undefined || (burst.underWay === 0 && burst.lastEnd < arrival.position)) return false;
    this.#enter(burst, arrival);
    return true;
  }

  #enter(burst: Burst, arrival: RefreshArrival): void {
    burst.underWay += 1;
    arrival.burst = burst;
  }

  /** A Map keeps insertion order: those that began first come first. */
  #forgetOld(): void {
    for (const [key, { beganAt, underWay }] of this.#bursts) {
      const isOld = underWay === 0 && beganAt + KNOWN_FOR_MS < this.#clock.now();
      if (!isOld && this.#bursts.size < MAX_KNOWN) return;
      this.#bursts.delete(key);
    }
  }
}
