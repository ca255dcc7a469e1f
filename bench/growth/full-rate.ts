/** Measures what the purge costs a writer at full rate, and whether the purge keeps up. */
import type { Records } from '../../src/storage/driver.ts';
import type { PurgeJob } from '../../src/storage/maintenance/purge.ts';
import { table } from '../table.ts';
import { purgeNow } from './purge-now.ts';
import { latency, playInTurn, ratio, type Side, times } from './rounds.ts';
import { newWriter } from './writer.ts';

/** As a job rests that has been behind for minutes. */

export interface FullRateWishes {
  readonly rounds: number;
  readonly milliseconds: number;
}

export async function compareAtFullRate(records: Records, { rounds, milliseconds }: FullRateWishes): Promise<string> {
  const { callers, written } = newWriter(records);
  const done = { purged: 0, written: 0 };
  const counted: Records['purge'] = async (limit, collection) => {
    const purged = await records.purge(limit, collection);
    done.purged += purged;
    return purged;
  };
  let before = 0;
  let job: PurgeJob | undefined;
  const alone: Side = { name: 'alone', callers };
  const purging: Side = {
    name: 'purging',
    callers,
    async begin() {
      before = written();
      job = purgeNow({ purge: counted });
    },
    async end() {
      await job?.stop();
      done.written += written() - before;
    },
  };
  const played = await playInTurn([alone, purging], rounds, milliseconds);
  const latencies = [0.5, 0.99].map((share) => times(ratio(played, 'purging', 'alone', latency('write', share))));
  const rate = ratio(played, 'purging', 'alone', ({ callsPerSecond }) => callsPerSecond);
  return [
    table(['purging beside not purging', 'p50', 'p99'], [['a write', ...latencies]]),
    `writes per second: ${times(rate)}`,
    `records deleted for each that was written meanwhile: ${(done.purged / done.written).toFixed(1)}`,
  ].join('\n');
}
