/** What an operator reads when a process could not start, and its exit code (sysexits.h). */
import { ConfigurationError } from './config/config.ts';
import { StorageNotOpened } from './open-storage.ts';
import { StorageAddressInvalid, StorageTooNew, StorageUnavailable } from './storage/driver.ts';
import { CannotDecrypt } from './storage/encryption/key-ring.ts';
import { StorageCopyError } from './storage/maintenance/copy.ts';

const UNAVAILABLE = 69;
const CONFIGURATION = 78;

const configurationErrors = [ConfigurationError, CannotDecrypt, StorageAddressInvalid];

export function exitCodeOf(error: unknown): number {
  if (configurationErrors.some((each) => error instanceof each)) return CONFIGURATION;
  if (error instanceof StorageUnavailable || error instanceof StorageNotOpened) return UNAVAILABLE;
  if (error instanceof StorageCopyError && error.code === 'storage_copy_unfinished') return UNAVAILABLE;
  return 1;
}

const cannotDecrypt = [
  'SECRET_KEYS does not decrypt this database: it was encrypted under other keys.',
  'what to do: set the keys it was made with (development keeps its own in DATA_FOLDER), or name another database with STORAGE_URL.',
  'After a rotation: put the old key back behind the new one and run "storage re-encrypt" before you remove it.',
].join('\n');

function whyUnavailable(error: StorageUnavailable): string {
  return error.cause instanceof Error ? error.cause.message : 'it did not answer';
}

function explainStorage({ advice: { address, tried, check }, reason }: StorageNotOpened): string {
  if (reason instanceof StorageTooNew) {
    return [
      `the database at ${address} was written by a newer version of Latchkey.`,
      `found: schema version ${reason.foundVersion}; this version knows ${reason.knownVersion}.`,
      'what to do: run that newer version, or set ACCEPT_NEWER_STORAGE=1 while the upgrade is being taken back.',
    ].join('\n');
  }
  return [
    `the database at ${address} cannot be reached.`,
    `tried: to ${tried}; ${whyUnavailable(reason)}.`,
    `what to do: ${check}; or name another one with STORAGE_URL.`,
  ].join('\n');
}

export function explainFailure(error: unknown): string {
  if (error instanceof CannotDecrypt) return cannotDecrypt;
  if (error instanceof StorageAddressInvalid) return `${error.message}\nwhat to do: fix STORAGE_URL (or MONGODB_URI).`;
  if (error instanceof StorageNotOpened) return explainStorage(error);
  if (error instanceof StorageUnavailable) return `${error.message}: ${whyUnavailable(error)}.`;
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return 'the port is in use by another process: choose another with PORT or OPS_PORT, or stop that process.';
  }
  if (isExpected(error)) return error.message;
  // Nobody foresaw it: only the stack tells where to look.
  return `an unexpected failure:\n${error instanceof Error ? stackOf(error) : String(error)}`;
}

function isExpected(error: unknown): error is Error {
  return error instanceof ConfigurationError || error instanceof StorageCopyError || error instanceof StorageTooNew;
}

function stackOf(error: Error): string {
  const own = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause instanceof Error ? `${own}\ncaused by: ${stackOf(error.cause)}` : own;
}
