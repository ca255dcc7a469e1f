/** `storage purge`: deletes all that has expired, in short writes between which others get their turn. */
import type { Command } from 'commander';
import type { CommonOptions } from './run-verb.ts';
import { runOnStorage } from './storage-world.ts';

// Of each collection, before the next one has its turn.
const BATCH = 1000;

export function storagePurge(storage: Command): void {
  storage
    .command('purge')
    .description('delete all that has expired')
    .action((options: CommonOptions) =>
      runOnStorage(options, async ({ storage: records }) => {
        let purged = 0;
        for (;;) {
          const more = await records.purge(BATCH);
          if (more === 0) return { value: { purged }, text: `deleted ${purged} expired records` };
          purged += more;
        }
      }),
    );
}
