/** Metadata documents that could not be read a moment ago: a mark for each, which spares its server, and all of our processes. */
import type { KeyedCollectionDeps } from '../encryption/keyed-hash.ts';

/** What is wrong with it, or with its server alone. */
export type Unreadable = 'unreadable' | 'unreachable';

const NOTHING = new Uint8Array(0);
/** A server that was in trouble is asked again soon: till then live tokens of its clients are of no use. */
const KEPT_MS: Readonly<Record<Unreadable, number>> = { unreadable: 60_000, unreachable: 10_000 };

export class UnreadableDocuments {
  readonly #deps: Pick<KeyedCollectionDeps, 'records' | 'keyedHash' | 'clock'>;

  constructor(deps: Pick<KeyedCollectionDeps, 'records' | 'keyedHash' | 'clock'>) {
    this.#deps = deps;
  }

  async find(address: string): Promise<Unreadable | undefined> {
    const kinds = ['unreadable', 'unreachable'] as const;
    const ids = kinds.map((kind) => this.#idOf(address, kind));
    const found = await Promise.all(ids.map((id) => this.#deps.records.get('unreadable_documents', id)));
    return kinds.find((_kind, index) => found[index] !== undefined);
  }

  remember(address: string, kind: Unreadable): Promise<void> {
    const expiresAt = this.#deps.clock.now() + KEPT_MS[kind];
    const mark = { id: this.#idOf(address, kind), payload: NOTHING, expiresAt };
    return this.#deps.records.put('unreadable_documents', mark);
  }

  #idOf(address: string, kind: Unreadable): string {
    // No address holds a blank.
    return this.#deps.keyedHash.hash('unreadable document', kind === 'unreadable' ? address : `${address} ${kind}`);
  }
}
