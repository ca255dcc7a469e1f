/** Storage in which a test can hold a single call: before it reaches oidc-provider, or when it is done and not yet answered. */
import type { Collection } from '../../src/storage/collections.ts';
import type { Records } from '../../src/storage/driver.ts';

export interface Gate {
  /** Resolves when the call is held here. */
  readonly reached: Promise<void>;
  /** Lets it go on. */
  release(): void;
}

export interface GatedRecords {
  /** For `startInstallation`. */
  readonly wrapRecords: (records: Records) => Records;
  /** Holds the next call of this method on this collection, and no other. */
  holdNext(method: keyof Records, collection: Collection, when?: 'before' | 'after'): Gate;
  /** Counts calls from here on. */
  calls(method: keyof Records, collection: Collection): () => number;
}

interface Held {
  readonly method: string;
  readonly collection: string;
  readonly when: 'before' | 'after';
  readonly arrive: () => void;
  readonly released: Promise<void>;
}

type Call = (...args: unknown[]) => Promise<unknown>;

export function gatedRecords(): GatedRecords {
  const gates: Held[] = [];
  const called = new Map<string, number>();

  function takeGate(method: string, collection: unknown): Held | undefined {
    const at = gates.findIndex((gate) => gate.method === method && gate.collection === collection);
    return at === -1 ? undefined : gates.splice(at, 1)[0];
  }

  async function stopAt({ arrive, released }: Held): Promise<void> {
    arrive();
    await released;
  }

  return {
    wrapRecords: (records) =>
      new Proxy(records, {
        get(target, name) {
          const method = String(name);
          const call = (target as unknown as Record<string, Call>)[method];
          if (typeof call !== 'function') return call;
          return async (...args: unknown[]) => {
            const name = `${method} ${String(args[0])}`;
            called.set(name, (called.get(name) ?? 0) + 1);
            const gate = takeGate(method, args[0]);
            if (gate?.when === 'before') await stopAt(gate);
            const answer = await call.apply(target, args);
            if (gate?.when === 'after') await stopAt(gate);
            return answer;
          };
        },
      }),
    calls(method, collection) {
      const name = `${method} ${collection}`;
      const before = called.get(name) ?? 0;
      return () => (called.get(name) ?? 0) - before;
    },
    holdNext(method, collection, when = 'before') {
      const { promise: reached, resolve: arrive } = Promise.withResolvers<void>();
      const { promise: released, resolve: release } = Promise.withResolvers<void>();
      gates.push({ method, collection, when, arrive, released });
      return { reached, release };
    },
  };
}
