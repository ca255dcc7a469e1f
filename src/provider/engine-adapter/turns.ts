/** Lets pieces of work on one thing run one after another, while work on other things goes on beside them. */
export interface Turns {
  /** Runs the work when all that was given before it for the same key has ended. */
  take<T>(key: string, work: () => Promise<T>): Promise<T>;
  /** Somebody is at work on it, or waits. */
  isTaken(key: string): boolean;
}

export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return {
    take(key, work) {
      const before = last.get(key) ?? Promise.resolve();
      const mine = before.then(work, work);
      const ended = mine.then(
        () => undefined,
        () => undefined,
      );
      last.set(key, ended);
      void ended.then(() => {
        if (last.get(key) === ended) last.delete(key);
      });
      return mine;
    },
    isTaken: (key) => last.has(key),
  };
}
