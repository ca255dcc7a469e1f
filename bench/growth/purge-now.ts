import { systemClock } from '../../src/ports/clock.ts';
import type { Records } from '../../src/storage/driver.ts';
import { type PurgeJob, startPurgeJob } from '../../src/storage/maintenance/purge.ts';

// The job rests for less than this between two writes, and for much longer when it has nothing to do.
const LONGEST_REST_MILLISECONDS = 1000;
const IDLE_MILLISECONDS = 20;

/** The purge job as it is, but that it is always its turn and never waits long: a bench has no minutes to give. */
export function purgeNow(records: Pick<Records, 'purge'>): PurgeJob {
  return startPurgeJob({
    records: { purge: (limit, collection) => records.purge(limit, collection) },
    counters: { add: async () => 1 },
    log: { debug: () => undefined, info: () => undefined, warn: console.error, error: console.error },
    clock: {
      now: systemClock.now,
      sleep: (milliseconds, signal) =>
        systemClock.sleep(milliseconds < LONGEST_REST_MILLISECONDS ? milliseconds : IDLE_MILLISECONDS, signal),
    },
  });
}
