import type { Command } from 'commander';
import { isMissingFile, storageUrl } from '../../src/config/storage-address.ts';
import { openStorage } from '../../src/open-storage.ts';
import { systemClock } from '../../src/ports/clock.ts';
import type { StorageDriver } from '../../src/storage/driver.ts';
import { copyStorage, type StorageCopy, StorageCopyError } from '../../src/storage/maintenance/copy.ts';
import { UsageError } from '../usage-error.ts';
import { type CommonOptions, printOutcome, readSettings, recordActs, table } from './command.ts';
import { readTextFile } from './input.ts';
import { createProgress, type Progress } from './progress.ts';
import { storageRecorder, storageSize } from './storage.ts';

interface AddressOptions {
  readonly from?: string;
  readonly fromFile?: string;
  readonly to?: string;
  readonly toFile?: string;
}

function withAddresses(command: Command): Command {
  return command
    .option('--from <url>', 'the database to copy, STORAGE_URL if not given')
    .option('--from-file <path>', 'a file that holds the address of the database to copy')
    .option('--to <url>', 'the empty database to copy into')
    .option('--to-file <path>', 'a file that holds the address of the empty database to copy into');
}

async function addressOf(
  side: 'from' | 'to',
  url: string | undefined,
  file: string | undefined,
): Promise<string | undefined> {
  if (url !== undefined && file !== undefined) throw new UsageError(`give one of --${side} and --${side}-file`);
  // Every user of the machine can read a command line.
  if (url !== undefined && /:\/\/[^/?#]*:[^/?#]*@/.test(url)) {
    throw new UsageError(
      `an address with a password does not belong on a command line: put it into a file and use --${side}-file`,
    );
  }
  const address = url ?? (file === undefined ? undefined : (await readTextFile(file)).trim());
  if (address === undefined) return undefined;
  const { error } = storageUrl.safeParse(address);
  if (error !== undefined) throw new UsageError(`--${side} ${error.issues.map(({ message }) => message).join()}`);
  return address;
}

async function addressesIn(
  options: AddressOptions,
  ownUrl: string,
): Promise<{ readonly from: string; readonly to: string }> {
  const from = (await addressOf('from', options.from, options.fromFile)) ?? ownUrl;
  const to = await addressOf('to', options.to, options.toFile);
  if (to === undefined) throw new UsageError('the target is missing: --to or --to-file');
  return { from, to };
}

/** What the address was given with, for who reads that it is wrong. */
function flagOf(side: 'from' | 'to', options: AddressOptions): { readonly givenBy?: string } {
  if (options[side] !== undefined) return { givenBy: `--${side}` };
  return options[`${side}File`] === undefined ? {} : { givenBy: `--${side}-file` };
}

interface CopyOptions extends CommonOptions, AddressOptions {
  readonly resume?: boolean;
}

/** One bar for each round: the first copies, the others compare. */
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

async function copyBetween(from: StorageDriver, to: StorageDriver, isResumed: boolean): Promise<StorageCopy> {
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

async function copy({ json = false, resume = false, ...addresses }: CopyOptions): Promise<void> {
  const config = readSettings(addresses);
  const urls = await addressesIn(addresses, config.storageUrl);
  // Asked before it is opened, which would make the file.
  if (isMissingFile(urls.from)) throw new StorageCopyError('storage_empty');
  // A newer version may have collections that this one does not know, and would not copy.
  const options = { clock: systemClock, acceptNewer: false };
  const from = await openStorage({ ...options, url: urls.from, ...flagOf('from', addresses) });
  try {
    const to = await openStorage({ ...options, url: urls.to, ...flagOf('to', addresses) });
    try {
      const done = await recordActs(storageRecorder(config), async (note) => {
        const copied = await copyBetween(from, to, resume);
        note('storage.copied', 'administrator', { detail: `${copied.total} records` });
        return copied;
      });
      printOutcome({ value: done, text: textOf(done) }, json);
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

export function addStorageCopy(storage: Command): void {
  withAddresses(
    storage.command('copy').description('copy the installation into another database, while no provider runs'),
  )
    .option('--resume', 'go on with a copy that was interrupted')
    .action(copy);
}
