/** Deletes what has expired while the provider runs. */
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { type Collection, collectionNames } from '../collections.ts';
import type { Records } from '../driver.ts';
import type { Counters } from '../records/counters.ts';

/** One write deletes at most this many, because other writers wait for it: a few milliseconds. */
const BATCH = 100;
/** Between two writes, so that requests come first. */
const REST_MILLISECONDS = 10;
const FIRST_TURN_AFTER_MILLISECONDS = 5000;
/** Of several processes on one database only one purges at a time: for this long, then the first that asks. */
const TURN_SECONDS = 60;

export interface PurgeDeps {
  readonly records: Pick<Records, 'purge' | 'deletesExpired'>;
  readonly counters: Pick<Counters, 'add'>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface PurgeJob {
  /** Resolves when the write under way is done: then the storage may be closed. */
  stop(): Promise<void>;
}

export function startPurgeJob({ records, counters, clock, log }: PurgeDeps): PurgeJob {
  const stopping = new AbortController();
  const { signal } = stopping;

  async function purgeBatch(collection: Collection): Promise<number> {
    const purged = await records.purge(BATCH, collection);
    if (purged > 0) await clock.sleep(REST_MILLISECONDS, signal);
    return purged;
  }

  async function purgeUntil(endsAt: number): Promise<number> {
    let purged = 0;
    let behind: readonly Collection[] = collectionNames;
    while (behind.length > 0) {
      const stillBehind: Collection[] = [];
      // One batch of each, so that a collection that fills as fast as it is emptied does not keep the others waiting.
      for (const collection of behind) {
        if (signal.aborted || clock.now() >= endsAt) return purged;
        const batch = await purgeBatch(collection);
        purged += batch;
        if (batch >= BATCH) stillBehind.push(collection);
      }
      behind = stillBehind;
    }
    return purged;
  }

  async function takeTurn(): Promise<void> {
    try {
      if ((await counters.add('purge turn', TURN_SECONDS)) > 1) return;
      const purged = await purgeUntil(clock.now() + TURN_SECONDS * 1000);
      if (purged > 0) log.info({ job: 'purge', purged }, 'deleted what had expired');
    } catch (error) {
      log.warn({ job: 'purge', cause: (error as Error).name }, 'a background job failed');
    }
  }

  async function run(): Promise<void> {
    await clock.sleep(FIRST_TURN_AFTER_MILLISECONDS, signal);
    while (!signal.aborted) {
      const startedAt = clock.now();
      await takeTurn();
      // Where the time was up before everything was deleted, this does not sleep.
      await clock.sleep(startedAt + TURN_SECONDS * 1000 - clock.now(), signal);
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
