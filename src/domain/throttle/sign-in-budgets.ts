/** Slows guessing down: for a username from one address, and for one address whatever the name. */
import { canonicalIdentifier } from '../../storage/records/account-identifiers.ts';
import type { Counters } from '../../storage/records/counters.ts';
import { DomainError } from '../domain-error.ts';
import { addressRange } from './address-ranges.ts';

const WINDOW_SECONDS = 15 * 60;
const FREE_ATTEMPTS = 5;
const LONGEST_PAUSE_SECONDS = 60;
const FREE_FAILURES_OF_PLACE = 100;
const PLACE_PAUSE_SECONDS = 5;

export interface SignInAttempt {
  readonly login: string;
  readonly address: string;
}

export interface SignInBudgets {
  /** Runs the check, unless there were too many attempts; `login_failed` counts as a failure, a return as success. */
  attempt<T>(attempt: SignInAttempt, check: () => Promise<T>): Promise<T>;
}

/** 1, 2, 4, ... seconds, and never more than a minute. */
function pauseSeconds(pausesSoFar: number): number {
  return Math.min(LONGEST_PAUSE_SECONDS, 2 ** Math.max(0, pausesSoFar));
}

function keysOf({ login, address }: SignInAttempt) {
  const place = addressRange(address);
  // By name and place together, never by name alone: nobody is locked out by somebody else's failures. And by the
  // name as typed, known or not: the answer tells nothing about accounts.
  const pair = JSON.stringify([canonicalIdentifier(login), place]);
  return {
    attempts: `login attempts ${pair}`,
    pauses: `login pauses ${pair}`,
    pause: `login pause ${pair}`,
    placeFailures: `login failures ${place}`,
    placePause: `login pause ${place}`,
  };
}

export function createSignInBudgets({ counters }: { readonly counters: Counters }): SignInBudgets {
  type Keys = ReturnType<typeof keysOf>;

  /** Lets one caller through and nobody else until the pause is over. */
  async function pause(key: string, seconds: number, retryAfterSeconds: number): Promise<void> {
    if ((await counters.add(key, seconds)) > 1) throw new DomainError('too_many_attempts', { retryAfterSeconds });
  }

  /** True when this attempt was let through as the one of its pause. */
  async function admit(keys: Keys): Promise<boolean> {
    if ((await counters.read(keys.placeFailures)) >= FREE_FAILURES_OF_PLACE) {
      await pause(keys.placePause, PLACE_PAUSE_SECONDS, PLACE_PAUSE_SECONDS);
    }
    // Counted before the check: neither a crash nor many at once hand out a free guess.
    if ((await counters.add(keys.attempts, WINDOW_SECONDS)) < FREE_ATTEMPTS) return false;
    const pausesSoFar = await counters.read(keys.pauses);
    // The pause that refuses was begun when there was one pause less.
    await pause(keys.pause, pauseSeconds(pausesSoFar), pauseSeconds(pausesSoFar - 1));
    await counters.add(keys.pauses, WINDOW_SECONDS);
    return true;
  }

  async function forget(keys: Keys, wasSlowed: boolean): Promise<void> {
    await counters.reset(keys.attempts);
    if (!wasSlowed) return;
    await counters.reset(keys.pauses);
    await counters.reset(keys.pause);
  }

  return {
    async attempt(attempt, check) {
      const keys = keysOf(attempt);
      const wasSlowed = await admit(keys);
      try {
        const result = await check();
        await forget(keys, wasSlowed);
        return result;
      } catch (error) {
        // A place is shared by many people: only what failed is held against it, so this is counted afterwards.
        const isFailure = error instanceof DomainError && error.code === 'login_failed';
        if (isFailure) await counters.add(keys.placeFailures, WINDOW_SECONDS);
        throw error;
      }
    },
  };
}
