/** The time, handed in so that tests can move it. */
export interface Clock {
  /** Now, in milliseconds since the epoch. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };
