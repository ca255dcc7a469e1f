/** Counts events in a window of time, by a key that is never stored readable. */
export interface Counters {
  /** Adds one and returns the count so far; the window starts with the first event and does not move. */
  add(key: string, windowSeconds: number): Promise<number>;
  read(key: string): Promise<number>;
  reset(key: string): Promise<void>;
}
