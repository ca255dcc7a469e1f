/** Lets pieces of work on one thing run one after another, while work on other things goes on beside them. */
export interface KeyedMutex {
  /** Runs the work when all that was given before it for the same key has ended, or has had its time. */
  take<T>(key: string, work: () => Promise<T>): Promise<T>;
  /** Somebody is at work on it, or waits. */
  isTaken(key: string): boolean;
}

/** Resolves when the other has ended, however it did, and after this time at the latest. */
function endOf(other: Promise<unknown>, patienceMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, patienceMs);
  const done = (): void => {
    clearTimeout(timer);
    resolve();
  };
  other.then(done, done);
  return promise;
}

/** `patienceMs`: taking turns is a courtesy; nobody waits longer than this for who came before. */
export function createKeyedMutex(patienceMs: number): KeyedMutex {
  const last = new Map<string, Promise<unknown>>();
  return {
    take(key, work) {
      const before = last.get(key);
      const mine = before === undefined ? work() : endOf(before, patienceMs).then(work);
      last.set(key, mine);
      const forget = (): void => {
        if (last.get(key) === mine) last.delete(key);
      };
      mine.then(forget, forget);
      return mine;
    },
    isTaken: (key) => last.has(key),
  };
}
