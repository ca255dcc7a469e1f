/**
 * Keys of clients that are known by a document. oidc-provider keeps keys beside the client, and makes such a client anew for each
 * request: without this, everybody who sends an assertion would have them fetched.
 */
import type { Clock } from '../../ports/clock.ts';
import type { Send } from './reading.ts';

/** As long as oidc-provider keeps those of other clients at least. */
const KEPT_MS = 60_000;
const MOST_ADDRESSES = 200;
const MAX_BYTES = 64 * 1024;

interface KeySet {
  readonly until: number;
  readonly answer: Promise<{ readonly status: number; readonly body: Uint8Array<ArrayBuffer> }>;
}

async function bytesOf({ body }: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.byteLength;
    if (length > MAX_BYTES) throw new Error('the key set is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export class KeySets {
  readonly #clock: Clock;
  /** Of addresses that a document names; undefined where nothing was fetched yet. */
  readonly #sets = new Map<string, KeySet | undefined>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** From now on keys from there are remembered: also that none came. */
  follow(address: string): void {
    const known = this.#sets.get(address);
    this.#sets.delete(address);
    // A Map keeps insertion order: the first was asked for longest ago.
    const [oldest] = this.#sets.size >= MOST_ADDRESSES ? this.#sets.keys() : [];
    if (oldest !== undefined) this.#sets.delete(oldest);
    this.#sets.set(address, known);
  }

  isFollowed(address: string): boolean {
    return this.#sets.has(address);
  }

  async fetch(address: string, options: RequestInit, send: Send): Promise<Response> {
    const now = this.#clock.now();
    const known = this.#sets.get(address);
    const set = known !== undefined && known.until > now ? known : this.#begin(address, options, send);
    const { status, body } = await set.answer;
    return new Response(body, { status });
  }

  #begin(address: string, options: RequestInit, send: Send): KeySet {
    const answer = send(address, { ...options, redirect: 'manual' }).then(async (response) => ({
      status: response.status,
      body: await bytesOf(response),
    }));
    const set = { until: this.#clock.now() + KEPT_MS, answer };
    this.#sets.set(address, set);
    return set;
  }
}
