/**
 * How much of a budget is used up. A level rises with what is taken and falls continuously, by a whole limit in a window;
 * what would lift it above the limit is refused. So any window passes twice the limit at most.
 *
 * 1. A level is one record, written by compare-and-set: what many processes take at once is counted one by one.
 * 2. Within a process the changes of one level are written together, so that a crowd does not compete with itself.
 * 3. A process begins with what it wrote last, or with an empty level, and reads only when that turns out to be wrong,
 *    or says that nothing is left. What is refused writes nothing, however many ask.
 * 4. A record outlives its window from each write on, and is never removed before: versions begin at 1 again with a new
 *    record, so a process must not take another one for that which it wrote. What it wrote a window ago it has forgotten.
 */
import { EncryptedCollection } from '../encryption/encrypted-collection.ts';
import type { KeyedCollectionDeps, KeyedHash } from '../encryption/keyed-hash.ts';
import { retryOnConflict } from '../retry.ts';

/** At most so much at once, and so much again in each window. */
export interface Allowance {
  readonly limit: number;
  readonly windowSeconds: number;
}

/** What was taken, so that it can be given back. */
export interface Taken {
  readonly isAllowed: true;
  readonly id: string;
  readonly allowance: Allowance;
  readonly cost: number;
}

export interface Refused {
  readonly isAllowed: false;
  readonly retryAfterSeconds: number;
}

interface StoredLevel {
  readonly level: number;
  /** When it was so high, in milliseconds since the epoch. */
  readonly at: number;
}

interface KnownLevel {
  readonly value: StoredLevel;
  /** 0: there is no record. */
  readonly version: number;
}

interface Change {
  readonly allowance: Allowance;
  /** Below 0 where something is given back. */
  readonly cost: number;
}

type Outcome = { readonly isAllowed: true } | Refused;

interface WaitingChange {
  readonly change: Change;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

const EMPTY: KnownLevel = { value: { level: 0, at: 0 }, version: 0 };
/** Levels fall in fractions: who comes back exactly when told must not be a billionth too early. */
const ROUNDING = 1e-6;
const MOST_REMEMBERED = 1000;
/** Longer than any call takes, and any two clocks differ. */
const OUTLIVES_WINDOW_MILLISECONDS = 5 * 60_000;

export class BudgetLevels {
  readonly #deps: KeyedCollectionDeps;
  readonly #levels: EncryptedCollection<StoredLevel, 'budget_levels'>;
  readonly #keyedHash: KeyedHash;
  readonly #waiting = new Map<string, WaitingChange[]>();
  readonly #remembered = new Map<string, KnownLevel>();

  constructor(deps: KeyedCollectionDeps) {
    this.#deps = deps;
    this.#levels = new EncryptedCollection(deps, 'budget_levels');
    this.#keyedHash = deps.keyedHash;
  }

  async take(key: string, allowance: Allowance, cost = 1): Promise<Taken | Refused> {
    const id = this.#keyedHash.hash('budget', key);
    const outcome = await this.#change(id, { allowance, cost });
    return outcome.isAllowed ? { isAllowed: true, id, allowance, cost } : outcome;
  }

  /** For what was taken, and then not used. */
  async giveBack({ id, allowance, cost }: Taken): Promise<void> {
    await this.#change(id, { allowance, cost: -cost });
  }

  /** How many may still be taken, by what this process knows; taking tells for sure. */
  seemsLeft(key: string, allowance: Allowance): number {
    const nothing = { allowance, cost: 0 };
    const known = this.#recall(this.#keyedHash.hash('budget', key), [nothing]) ?? EMPTY;
    const { level } = levelAfter(known.value, [nothing], this.#deps.clock.now());
    return Math.floor(allowance.limit - level + ROUNDING);
  }

  #change(id: string, change: Change): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(id);
      if (waiting !== undefined) {
        waiting.push({ change, resolve, reject });
        return;
      }
      const first = [{ change, resolve, reject }];
      this.#waiting.set(id, first);
      void this.#writeAll(id, first);
    });
  }

  async #writeAll(id: string, waiting: WaitingChange[]): Promise<void> {
    while (waiting.length > 0) {
      const together = waiting.splice(0);
      try {
        const changes = together.map(({ change }) => change);
        const outcomes = await this.#write(id, changes);
        for (const [index, { resolve }] of together.entries())
          resolve(outcomes[index] ?? { isAllowed: false, retryAfterSeconds: 1 });
      } catch (error) {
        for (const { reject } of together) reject(error);
      }
    }
    this.#waiting.delete(id);
  }

  #write(id: string, changes: readonly Change[]): Promise<readonly Outcome[]> {
    const { clock } = this.#deps;
    let before = this.#recall(id, changes) ?? EMPTY;
    let isRead = false;
    return retryOnConflict<readonly Outcome[]>(
      async () => {
        const now = clock.now();
        const { level, outcomes } = levelAfter(before.value, changes, now);
        const refusesAll = outcomes.every(({ isAllowed }) => !isAllowed);
        const isNothing = refusesAll || (before.version === 0 && level <= 0);
        if (isNothing && isRead) return outcomes;
        const expiresAt = now + longestWindow(changes) + OUTLIVES_WINDOW_MILLISECONDS;
        if (!isNothing && (await this.#exchange(id, { level, at: now }, before.version, expiresAt))) return outcomes;
        before = await this.#read(id);
        isRead = true;
        return undefined;
      },
      { clock },
    );
  }

  /** False when there is a record of another version. */
  async #exchange(id: string, value: StoredLevel, version: number, expiresAt: number): Promise<boolean> {
    const write = { id, value, expiresAt };
    const isWritten = version === 0 ? await this.#levels.insert(write) : await this.#levels.replace(write, version);
    if (isWritten) this.#remember(id, { value, version: version + 1 });
    return isWritten;
  }

  async #read(id: string): Promise<KnownLevel> {
    const found = (await this.#levels.get(id)) ?? EMPTY;
    this.#remember(id, found);
    return found;
  }

  /** What this process knows to be no older than its record. */
  #recall(id: string, changes: readonly Change[]): KnownLevel | undefined {
    const known = this.#remembered.get(id);
    const isFresh = known !== undefined && this.#deps.clock.now() < known.value.at + longestWindow(changes);
    return isFresh ? known : undefined;
  }

  #remember(id: string, { value, version }: KnownLevel): void {
    this.#remembered.delete(id);
    // A Map keeps insertion order: the first key was written longest ago.
    const [oldest] = this.#remembered.size >= MOST_REMEMBERED ? this.#remembered.keys() : [];
    if (oldest !== undefined) this.#remembered.delete(oldest);
    this.#remembered.set(id, { value, version });
  }
}

function longestWindow(changes: readonly Change[]): number {
  return Math.max(...changes.map(({ allowance }) => allowance.windowSeconds)) * 1000;
}

/** The level after these changes, one after another. */
function levelAfter({ level: before, at }: StoredLevel, changes: readonly Change[], now: number) {
  let level = before;
  let isFallen = false;
  const outcomes = changes.map(({ allowance: { limit, windowSeconds }, cost }): Outcome => {
    const fallsPerMillisecond = limit / (windowSeconds * 1000);
    // Not above the limit: one that was lowered must not shut anybody out for what passed under the old one.
    if (!isFallen) level = Math.max(0, Math.min(level, limit) - Math.max(0, now - at) * fallsPerMillisecond);
    isFallen = true;
    const excess = level + cost - limit;
    if (cost > 0 && excess > ROUNDING) {
      const seconds = (excess - ROUNDING) / fallsPerMillisecond / 1000;
      return { isAllowed: false, retryAfterSeconds: Math.max(1, Math.ceil(seconds)) };
    }
    level = Math.max(0, level + cost);
    return { isAllowed: true };
  });
  return { level, outcomes };
}
