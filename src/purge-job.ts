/** Deletes what has expired, all the time the provider runs, so that a database grows with what is live in it alone. */
import { setTimeout as wait } from 'node:timers/promises';
import { type Collection, collectionNames } from './ports/collections.ts';
import type { Counters } from './ports/counters.ts';
import type { Log } from './ports/log.ts';
import type { Records } from './ports/records.ts';

// One write deletes this many at most: who writes at the same time waits for a few milliseconds.
const BATCH = 100;

const FIRST_TURN_AFTER_MILLISECONDS = 5000;

const SHORTEST_REST_MILLISECONDS = 1;

export interface PurgedStorage {
  readonly records: Pick<Records, 'purge' | 'deletesExpired'>;
  readonly counters: Pick<Counters, 'add'>;
  readonly log: Log;
}

export interface Timing {
  /** Of several processes on one database one deletes, for this long; then whoever comes first. */
  readonly turnSeconds: number;
  /**
   * How many times as long as a write took the job rests after it: the first while it keeps up, the next after each turn
   * in which it did not. Requests come first, but what they store may not pile up for ever.
   */
  readonly restFactors: readonly [number, ...number[]];
  /** Milliseconds since some moment. */
  elapsed(): number;
  /** Ends early, and without a complaint, when the signal says so. */
  pause(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export interface PurgeJob {
  /** Resolves when the write under way is done: from then on the storage may be closed. */
  stop(): Promise<void>;
}

interface Turn {
  readonly purged: number;
  /** Some of what has expired is left. */
  readonly isBehind: boolean;
}

export const systemTiming: Timing = {
  turnSeconds: 60,
  restFactors: [9, 4, 2, 1, 0.5, 0.25],
  elapsed: () => performance.now(),
  async pause(milliseconds, signal) {
    try {
      await wait(milliseconds, undefined, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  },
};

export function startPurgeJob(storage: PurgedStorage, timing: Timing = systemTiming): PurgeJob {
  const { records, counters, log } = storage;
  const stopping = new AbortController();
  const { signal } = stopping;

  const isOurTurn = async (): Promise<boolean> => (await counters.add('purge turn', timing.turnSeconds)) === 1;

  /** One write and the rest after it. */
  async function purgeBatch(collection: Collection, restFactor: number): Promise<number> {
    const startedAt = timing.elapsed();
    const purged = await records.purge(BATCH, collection);
    const rest = Math.max((timing.elapsed() - startedAt) * restFactor, SHORTEST_REST_MILLISECONDS);
    if (purged > 0) await timing.pause(rest, signal);
    return purged;
  }

  async function workThroughTurn(restFactor: number): Promise<Turn> {
    const endsAt = timing.elapsed() + timing.turnSeconds * 1000;
    let purged = 0;
    let behind: readonly Collection[] = collectionNames;
    while (behind.length > 0) {
      const stillBehind: Collection[] = [];
      // Each in turn: a collection that fills as fast as it is emptied holds up no other.
      for (const collection of behind) {
        if (signal.aborted || timing.elapsed() >= endsAt) return { purged, isBehind: true };
        const batch = await purgeBatch(collection, restFactor);
        purged += batch;
        if (batch >= BATCH) stillBehind.push(collection);
      }
      behind = stillBehind;
    }
    return { purged, isBehind: false };
  }

  async function takeTurn(restFactor: number): Promise<Turn> {
    try {
      if (!(await isOurTurn())) return { purged: 0, isBehind: false };
      const turn = await workThroughTurn(restFactor);
      if (turn.purged > 0) log.info({ job: 'purge', ...turn }, 'deleted what had expired');
      return turn;
    } catch (error) {
      log.warn({ job: 'purge', cause: (error as Error).name }, 'a background job failed');
      return { purged: 0, isBehind: false };
    }
  }

  async function run(): Promise<void> {
    await timing.pause(FIRST_TURN_AFTER_MILLISECONDS, signal);
    const { turnSeconds, restFactors } = timing;
    let turnsBehind = 0;
    while (!signal.aborted) {
      const { isBehind } = await takeTurn(restFactors[turnsBehind] ?? restFactors[0]);
      turnsBehind = isBehind ? Math.min(turnsBehind + 1, restFactors.length - 1) : 0;
      if (!isBehind) await timing.pause(turnSeconds * 1000, signal);
    }
  }

  const done = records.deletesExpired === true ? Promise.resolve() : run();
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}
