/**
 * What all instances have to know of the password hashes that are stored, so that every attempt takes the same time: the cost of the
 * costliest that ever was, and whether there ever was one that we did not make.
 */
import { type CollectionDeps, EncryptedCollection } from '../encryption/encrypted-collection.ts';

const COSTLIEST = 'costliest';
/** For so long another process's costlier hash may go unnoticed. */
const STALE_AFTER_MILLISECONDS = 5000;

interface StoredCost {
  readonly cost: number;
  /** Absent: none was. */
  readonly hasImported?: boolean;
}

export class HashCosts {
  readonly #deps: CollectionDeps;
  readonly #costs: EncryptedCollection<StoredCost, 'hash_costs'>;
  #known = { cost: 0, hasImported: false };
  #knownUntil = Number.NEGATIVE_INFINITY;

  constructor(deps: CollectionDeps) {
    this.#deps = deps;
    this.#costs = new EncryptedCollection(deps, 'hash_costs');
  }

  /** 0 where none was stored. */
  async costliest(): Promise<number> {
    return (await this.#read()).cost;
  }

  /** Whether a hash was ever stored that another program made. */
  async hasImported(): Promise<boolean> {
    return (await this.#read()).hasImported;
  }

  /** Before a hash of this cost is stored, or when one is met that nobody announced. Neither is ever taken back. */
  async raiseTo(cost: number, isImported = false): Promise<void> {
    const known = await this.#read();
    if (known.cost >= cost && (known.hasImported || !isImported)) return;
    const raised = { cost, ...(isImported && { hasImported: true }) };
    if (!(await this.#costs.insert({ id: COSTLIEST, value: raised }))) {
      await this.#costs.compareAndSet(COSTLIEST, ({ cost: before, hasImported = false }) => {
        if (before >= cost && (hasImported || !isImported)) return undefined;
        const all = hasImported || isImported;
        return { id: COSTLIEST, value: { cost: Math.max(before, cost), ...(all && { hasImported: true }) } };
      });
    }
    // What another process has raised further shows at the next reading.
    this.#remember(raised);
  }

  async #read(): Promise<Required<StoredCost>> {
    if (this.#deps.clock.now() < this.#knownUntil) return this.#known;
    return this.#remember((await this.#costs.get(COSTLIEST))?.value ?? { cost: 0 });
  }

  #remember({ cost, hasImported = false }: StoredCost): Required<StoredCost> {
    // A slow reading must not undo what was raised meanwhile.
    this.#known = {
      cost: Math.max(this.#known.cost, cost),
      hasImported: this.#known.hasImported || hasImported,
    };
    this.#knownUntil = this.#deps.clock.now() + STALE_AFTER_MILLISECONDS;
    return this.#known;
  }
}
