/** Remembers for a few seconds what a store answered, so that hot flows do not ask again. */
import type { Clock } from '../ports/clock.ts';

const MAX_ENTRIES = 1000;

export interface Cache<T> {
  get(key: string): Promise<T | undefined>;
  /** What is remembered now, without asking the store. */
  peek(key: string): T | undefined;
  forget(key: string): void;
}

interface Entry<T> {
  readonly value: T;
  readonly until: number;
}

/** `staleAfterSeconds` bounds how long a change made elsewhere stays unseen. What does not exist is not remembered. */
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

  async function loadAndRemember(key: string): Promise<T | undefined> {
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
    forget: (key) => void entries.delete(key),
    async get(key) {
      const remembered = peek(key);
      if (remembered !== undefined) return remembered;
      const underWay = loading.get(key);
      if (underWay !== undefined) return underWay;
      const started = loadAndRemember(key).finally(() => loading.delete(key));
      loading.set(key, started);
      return started;
    },
  };
}
