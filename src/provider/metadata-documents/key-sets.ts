/**
 * Keys of clients that are known by a document. oidc-provider keeps keys beside the client, and makes such a client anew for each
 * request: without this, everybody who sends an assertion would have them fetched.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '../../ports/clock.ts';
import { readUpTo } from '../protection/capped-body.ts';
import type { Send } from './reading.ts';

/** As long as oidc-provider keeps those of other clients at least. */
const KEPT_MS = 60_000;
const MOST_ADDRESSES = 200;
const MAX_BYTES = 64 * 1024;

interface KeySet {
  readonly until: number;
  readonly answer: Promise<{ readonly status: number; readonly body: Uint8Array<ArrayBuffer> }>;
}

function tooLong(): never {
  throw new Error('the key set is too long');
}

/** Of oidc-provider, one for each of its clients; not in its types. */
interface KeyStore {
  refresh: () => Promise<void>;
}

export class KeySets {
  readonly #clock: Clock;
  readonly #sets = new Map<string, KeySet>();
  /** Whose keys are fetched is known where they are asked for: the address says nothing, for anybody may name that of another. */
  readonly #forDocument = new AsyncLocalStorage<true>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** From here on the keys of this client, which is made for one request, come from here: no others. */
  serve(client: object): void {
    const { asymmetricKeyStore: keys } = client as { readonly asymmetricKeyStore: KeyStore };
    const { refresh } = keys;
    keys.refresh = () => this.#forDocument.run(true, () => Reflect.apply(refresh, keys, []));
  }

  isAsked(): boolean {
    return this.#forDocument.getStore() === true;
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
      body: await readUpTo(MAX_BYTES, response.body ?? [], tooLong),
    }));
    const set = { until: this.#clock.now() + KEPT_MS, answer };
    this.#sets.delete(address);
    // A Map keeps insertion order: the first was fetched longest ago.
    const [oldest] = this.#sets.size >= MOST_ADDRESSES ? this.#sets.keys() : [];
    if (oldest !== undefined) this.#sets.delete(oldest);
    this.#sets.set(address, set);
    return set;
  }
}
