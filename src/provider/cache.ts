import type { Clock } from '../ports/clock.ts';

const MAX_ENTRIES = 1000;

export interface Cache<T> {
  get(key: string): Promise<T | undefined>;
  /** What is cached now; the store is not read. */
  peek(key: string): T | undefined;
}

interface Entry<T> {
  readonly value: T;
  readonly until: number;
}

/** `staleAfterSeconds` bounds how long a change made elsewhere stays unseen. What does not exist is not cached. */
export function createCache<T>(
  load: (key: string) => Promise<T | undefined>,
  { clock, staleAfterSeconds }: { readonly clock: Clock; readonly staleAfterSeconds: number },
): Cache<T> {
  const entries = new Map<string, Entry<T>>();
  const loading = new Map<string, Promise<T | undefined>>();

  function peek(key: string): T | undefined {
    const entry = entries.get(key);
    return entry !== undefined && entry.until > clock.now() ? entry.value : undefined;
  }

  async function loadAndCache(key: string): Promise<T | undefined> {
    const value = await load(key);
    entries.delete(key);
    if (value === undefined) return undefined;
    // A Map keeps insertion order: the first key is the one that was loaded longest ago.
    const [oldest] = entries.size >= MAX_ENTRIES ? entries.keys() : [];
    if (oldest !== undefined) entries.delete(oldest);
    entries.set(key, { value, until: clock.now() + staleAfterSeconds * 1000 });
    return value;
  }

  return {
    peek,
    async get(key) {
      const cached = peek(key);
      if (cached !== undefined) return cached;
      const underWay = loading.get(key);
      if (underWay !== undefined) return underWay;
      const started = loadAndCache(key).finally(() => loading.delete(key));
      loading.set(key, started);
      return started;
    },
  };
}
