/** `storage copy`: moves an installation to another database, from the embedded store to MongoDB or back. */
import type { Command } from 'commander';
import { configFromEnvironment } from '../../src/config/environment.ts';
import { Refusal } from '../../src/domain/refusal.ts';
import { copyStorage, type StorageCopy } from '../../src/domain/upkeep/copy-storage.ts';
import { openStorage } from '../../src/open-storage.ts';
import { systemClock } from '../../src/ports/clock.ts';
import type { StorageEngine } from '../../src/ports/upkeep.ts';
import { table } from './layout.ts';
import { printOutcome } from './print-outcome.ts';
import { createProgress, type Progress } from './progress.ts';
import type { CommonOptions } from './run-verb.ts';
import { type AddressOptions, addressesIn, isMissingFile, withAddresses } from './storage-addresses.ts';
import { storageSize } from './storage-size.ts';

interface CopyOptions extends CommonOptions, AddressOptions {
  readonly resume?: boolean;
}

/** A bar for each round: the first copies, the next compare. */
function roundProgress(total: number): { add(records: number, round: number): void; end(): void } {
  let shownRound = 0;
  let progress: Progress | undefined;
  return {
    add(records, round) {
      if (round !== shownRound) {
        progress?.end();
        progress = createProgress(round === 1 ? 'copy' : 'compare', total);
        shownRound = round;
      }
      progress?.add(records);
    },
    end: () => progress?.end(),
  };
}

async function copyBetween(from: StorageEngine, to: StorageEngine, isResumed: boolean): Promise<StorageCopy> {
  const progress = roundProgress(await storageSize(from));
  try {
    return await copyStorage({ from, to, clock: systemClock, isResumed, onProgress: progress.add });
  } finally {
    progress.end();
  }
}

function textOf({ records, total, copied, removed }: StorageCopy): string {
  const counts = Object.entries(records)
    .filter(([, count]) => count > 0)
    .map(([collection, count]) => ({ collection, records: count }));
  return [
    table(['collection', 'records'], counts),
    `the target holds all ${total} records: ${copied} written, ${removed} removed in this run`,
    'Start the provider on it with the same SECRET_KEYS.',
  ].join('\n');
}

async function copy({ json = false, resume = false, ...options }: CopyOptions): Promise<void> {
  const urls = addressesIn(options, configFromEnvironment().storageUrl);
  if (isMissingFile(urls.from)) throw new Refusal('storage_empty');
  // What a newer version has written may hold what this one does not know, and would not copy.
  const wishes = { clock: systemClock, acceptNewer: false };
  const from = await openStorage({ ...wishes, url: urls.from });
  try {
    const to = await openStorage({ ...wishes, url: urls.to });
    try {
      const done = await copyBetween(from, to, resume);
      printOutcome({ value: done, text: textOf(done) }, json);
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

export function storageCopy(storage: Command): void {
  withAddresses(
    storage.command('copy').description('copy the installation into another database, while no provider runs'),
  )
    .option('--resume', 'go on with a copy that was interrupted')
    .action(copy);
}
