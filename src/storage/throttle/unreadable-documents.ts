/** Metadata documents that could not be read a moment ago: a mark for each, which spares its server, and all of our processes. */
import type { KeyedCollectionDeps } from '../encryption/keyed-hash.ts';

const NOTHING = new Uint8Array(0);
const KEPT_MS = 60_000;

export class UnreadableDocuments {
  readonly #deps: Pick<KeyedCollectionDeps, 'records' | 'keyedHash' | 'clock'>;

  constructor(deps: Pick<KeyedCollectionDeps, 'records' | 'keyedHash' | 'clock'>) {
    this.#deps = deps;
  }

  async has(address: string): Promise<boolean> {
    return (await this.#deps.records.get('unreadable_documents', this.#idOf(address))) !== undefined;
  }

  remember(address: string): Promise<void> {
    const expiresAt = this.#deps.clock.now() + KEPT_MS;
    return this.#deps.records.put('unreadable_documents', { id: this.#idOf(address), payload: NOTHING, expiresAt });
  }

  #idOf(address: string): string {
    return this.#deps.keyedHash.hash('unreadable document', address);
  }
}
