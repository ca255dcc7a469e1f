import type { Clock } from '../ports/clock.ts';

const MAX_ENTRIES = 1000;

export interface CacheOptions {
  readonly clock: Clock;
  /** How long a change made elsewhere may stay unseen. */
  readonly staleAfterSeconds: number;
}

/** What does not exist is not cached. */
export class Cache<T> {
  readonly #load: (key: string) => Promise<T | undefined>;
  readonly #options: CacheOptions;
  readonly #entries = new Map<string, { readonly value: T; readonly until: number }>();
  readonly #loading = new Map<string, Promise<T | undefined>>();

  constructor(load: (key: string) => Promise<T | undefined>, options: CacheOptions) {
    this.#load = load;
    this.#options = options;
  }

  /** What is cached now; the store is not read. */
  peek(key: string): T | undefined {
    const entry = this.#entries.get(key);
    return entry !== undefined && entry.until > this.#options.clock.now() ? entry.value : undefined;
  }

  async get(key: string): Promise<T | undefined> {
    const cached = this.peek(key) ?? this.#loading.get(key);
    if (cached !== undefined) return cached;
    const loading = this.#loadAndCache(key).finally(() => this.#loading.delete(key));
    this.#loading.set(key, loading);
    return loading;
  }

  /** Reads the store whatever is cached, and does not wait for a read that began earlier: that one may not know of a removal. */
  reload(key: string): Promise<T | undefined> {
    return this.#loadAndCache(key);
  }

  /** It was changed here: whoever asks next reads the store. */
  forget(key: string): void {
    this.#entries.delete(key);
    this.#loading.delete(key);
  }

  async #loadAndCache(key: string): Promise<T | undefined> {
    const value = await this.#load(key);
    this.#entries.delete(key);
    if (value === undefined) return undefined;
    // A Map keeps insertion order: the first key is the one that was loaded longest ago.
    const [oldest] = this.#entries.size >= MAX_ENTRIES ? this.#entries.keys() : [];
    if (oldest !== undefined) this.#entries.delete(oldest);
    const { clock, staleAfterSeconds } = this.#options;
    this.#entries.set(key, { value, until: clock.now() + staleAfterSeconds * 1000 });
    return value;
  }
}
