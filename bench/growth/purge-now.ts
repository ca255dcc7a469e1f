/** The purge job as it is, but that it is always its turn and never waits long: a bench has no minutes to give. */
import type { Records } from '../../src/ports/records.ts';
import { type PurgeJob, startPurgeJob, systemTiming, type Timing } from '../../src/purge-job.ts';

// The job rests for less than this between two writes, and for much longer when it has nothing to do.
const LONGEST_REST_MILLISECONDS = 1000;
const IDLE_MILLISECONDS = 20;

/** `restFactors`: of a job in another mood than one that has just begun. */
export function purgeNow(
  records: Pick<Records, 'purge'>,
  restFactors: Timing['restFactors'] = systemTiming.restFactors,
): PurgeJob {
  return startPurgeJob(
    {
      records: { purge: (limit, collection) => records.purge(limit, collection) },
      counters: { add: async () => 1 },
      log: { info: () => undefined, warn: console.error, error: console.error },
    },
    {
      ...systemTiming,
      restFactors,
      pause: (milliseconds, signal) =>
        systemTiming.pause(milliseconds < LONGEST_REST_MILLISECONDS ? milliseconds : IDLE_MILLISECONDS, signal),
    },
  );
}
