/** From where to where a copy goes: addresses with a password come from files, because everybody can read a command line. */
import { existsSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { storageUrl } from '../../src/config/storage-url.ts';
import { UsageRefused } from './usage-refused.ts';

export interface AddressOptions {
  readonly from?: string;
  readonly fromFile?: string;
  readonly to?: string;
  readonly toFile?: string;
}

export function withAddresses(command: Command): Command {
  return command
    .option('--from <url>', 'the database to copy, STORAGE_URL if not given')
    .option('--from-file <path>', 'a file that holds the address of the database to copy')
    .option('--to <url>', 'the empty database to copy into')
    .option('--to-file <path>', 'a file that holds the address of the empty database to copy into');
}

function readAddress(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new UsageRefused(`${path} cannot be read`, { cause });
  }
}

function addressOf(side: 'from' | 'to', url: string | undefined, file: string | undefined): string | undefined {
  if (url !== undefined && file !== undefined) throw new UsageRefused(`give one of --${side} and --${side}-file`);
  if (url !== undefined && /:\/\/[^/?#]*:[^/?#]*@/.test(url)) {
    throw new UsageRefused(
      `an address with a password does not belong on a command line: put it into a file and use --${side}-file`,
    );
  }
  const address = url ?? (file === undefined ? undefined : readAddress(file));
  if (address === undefined) return undefined;
  const { error } = storageUrl.safeParse(address);
  if (error !== undefined) throw new UsageRefused(`--${side} ${error.issues.map(({ message }) => message).join()}`);
  return address;
}

export function addressesIn(options: AddressOptions, ownUrl: string): { readonly from: string; readonly to: string } {
  const from = addressOf('from', options.from, options.fromFile) ?? ownUrl;
  const to = addressOf('to', options.to, options.toFile);
  if (to === undefined) throw new UsageRefused('say where to: --to or --to-file');
  return { from, to };
}

/** Opening would make the file. */
export function isMissingFile(url: string): boolean {
  return url.startsWith('sqlite:') && !existsSync(url.slice('sqlite:'.length));
}
