/** The cost of the costliest password hash that was ever stored, so that all instances take that much time for every password. */
import { type CollectionDeps, EncryptedCollection } from '../encryption/encrypted-collection.ts';

const COSTLIEST = 'costliest';
/** For so long another process's costlier hash may go unnoticed. */
const STALE_AFTER_MILLISECONDS = 5000;

interface StoredCost {
  readonly cost: number;
}

export class HashCosts {
  readonly #deps: CollectionDeps;
  readonly #costs: EncryptedCollection<StoredCost, 'hash_costs'>;
  #known = 0;
  #knownUntil = Number.NEGATIVE_INFINITY;

  constructor(deps: CollectionDeps) {
    this.#deps = deps;
    this.#costs = new EncryptedCollection(deps, 'hash_costs');
  }

  /** 0 where none was stored. */
  async costliest(): Promise<number> {
    const now = this.#deps.clock.now();
    if (now < this.#knownUntil) return this.#known;
    return this.#remember((await this.#costs.get(COSTLIEST))?.value.cost ?? 0);
  }

  /** Before a hash of this cost is stored, or when one is met that nobody announced. It never goes down. */
  async raiseTo(cost: number): Promise<void> {
    if ((await this.costliest()) >= cost) return;
    const write = { id: COSTLIEST, value: { cost } };
    if (!(await this.#costs.insert(write))) {
      await this.#costs.compareAndSet(COSTLIEST, (current) => (current.cost < cost ? write : undefined));
    }
    // What another process has raised further shows at the next reading.
    this.#remember(cost);
  }

  #remember(cost: number): number {
    // A slow reading must not undo what was raised meanwhile.
    this.#known = Math.max(this.#known, cost);
    this.#knownUntil = this.#deps.clock.now() + STALE_AFTER_MILLISECONDS;
    return this.#known;
  }
}
