/** Slows guessing down: for a username from one network, and for one network whatever the username. */
import { canonicalIdentifier } from '../../storage/records/account-identifiers.ts';
import type { Counters } from '../../storage/records/counters.ts';
import { DomainError } from '../domain-error.ts';
import { addressRange } from './address-ranges.ts';

const WINDOW_SECONDS = 15 * 60;
const FREE_ATTEMPTS = 5;
const LONGEST_PAUSE_SECONDS = 60;
const FREE_FAILURES_OF_NETWORK = 100;
const NETWORK_PAUSE_SECONDS = 5;

export interface SignInAttempt {
  readonly login: string;
  readonly address: string;
}

/** The names of the counters of one attempt. */
function keysOf({ login, address }: SignInAttempt) {
  const network = addressRange(address);
  // By username and network, not by username alone: somebody else's failures lock nobody out. By the username as typed,
  // whether such an account exists or not: the answer tells nothing about accounts.
  const pair = JSON.stringify([canonicalIdentifier(login), network]);
  return {
    attempts: `login attempts ${pair}`,
    pauses: `login pauses ${pair}`,
    pause: `login pause ${pair}`,
    networkFailures: `login failures ${network}`,
    networkPause: `login pause ${network}`,
  };
}

type Keys = ReturnType<typeof keysOf>;

/** 1, 2, 4, ... seconds, and never more than a minute. */
function pauseSeconds(pausesSoFar: number): number {
  return Math.min(LONGEST_PAUSE_SECONDS, 2 ** Math.max(0, pausesSoFar));
}

export class SignInBudgets {
  readonly #counters: Counters;

  constructor(counters: Counters) {
    this.#counters = counters;
  }

  /** Runs the check, or throws `too_many_attempts`. A check fails by throwing `login_failed`; one that returns starts the count anew. */
  async attempt<T>(attempt: SignInAttempt, check: () => Promise<T>): Promise<T> {
    const keys = keysOf(attempt);
    const wasSlowed = await this.#admit(keys);
    try {
      const result = await check();
      await this.#forget(keys, wasSlowed);
      return result;
    } catch (error) {
      // Many users share a network: only failures count against it, so this is counted afterwards.
      const isFailure = error instanceof DomainError && error.code === 'login_failed';
      if (isFailure) await this.#counters.add(keys.networkFailures, WINDOW_SECONDS);
      throw error;
    }
  }

  /** True when this attempt is the one that a pause lets through. */
  async #admit(keys: Keys): Promise<boolean> {
    if ((await this.#counters.read(keys.networkFailures)) >= FREE_FAILURES_OF_NETWORK) {
      await this.#pause(keys.networkPause, NETWORK_PAUSE_SECONDS, NETWORK_PAUSE_SECONDS);
    }
    // Counted before the check: neither a crash nor many requests at once give a free guess.
    if ((await this.#counters.add(keys.attempts, WINDOW_SECONDS)) < FREE_ATTEMPTS) return false;
    const pausesSoFar = await this.#counters.read(keys.pauses);
    // The pause that is still running began one pause ago, so the time left is that of the one before.
    await this.#pause(keys.pause, pauseSeconds(pausesSoFar), pauseSeconds(pausesSoFar - 1));
    await this.#counters.add(keys.pauses, WINDOW_SECONDS);
    return true;
  }

  /** Lets one caller through, and no other until the pause is over. */
  async #pause(key: string, seconds: number, retryAfterSeconds: number): Promise<void> {
    if ((await this.#counters.add(key, seconds)) > 1) throw new DomainError('too_many_attempts', { retryAfterSeconds });
  }

  async #forget(keys: Keys, wasSlowed: boolean): Promise<void> {
    await this.#counters.reset(keys.attempts);
    if (!wasSlowed) return;
    await this.#counters.reset(keys.pauses);
    await this.#counters.reset(keys.pause);
  }
}
