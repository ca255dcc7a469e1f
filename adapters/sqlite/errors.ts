/** Distinguishes a database that cannot be used right now from a mistake of the caller. */
import type { Clock } from '../../src/ports/clock.ts';
import { StorageUnavailable } from '../../src/storage/driver.ts';

// Primary result codes of SQLite (https://www.sqlite.org/rescode.html).
const BUSY = 5;
export const CANTOPEN = 14;
const UNAVAILABLE: ReadonlySet<number> = new Set([
  3, // PERM
  BUSY,
  6, // LOCKED
  7, // NOMEM
  8, // READONLY
  9, // INTERRUPT
  10, // IOERR
  11, // CORRUPT
  13, // FULL
  CANTOPEN,
  15, // PROTOCOL
  23, // AUTH
  26, // NOTADB
]);

export function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  // The higher bits of an extended code only refine it.
  return error.errcode & 0xff;
}

/** Another process or connection holds the lock: trying again helps. */
function isBusy(error: unknown): boolean {
  return resultCode(error) === BUSY;
}

/** The database failed, not the statement that it was given. */
export function isStorageFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // The file system failed, or Node reports a closed database by itself.
  if ('syscall' in error || ('code' in error && error.code === 'ERR_INVALID_STATE')) return true;
  const code = resultCode(error);
  return code !== undefined && UNAVAILABLE.has(code);
}

/** `StorageUnavailable` where the database failed, else the error itself. */
export function asStorageFailure(error: unknown): unknown {
  return isStorageFailure(error) ? new StorageUnavailable(error) : error;
}

const SHORTEST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 20;

export interface RetryOptions {
  readonly clock: Pick<Clock, 'sleep'>;
  readonly timeoutMs: number;
}

/** Tries until the lock is free or the time is up; any other failure is thrown at once. */
export async function retryOnBusy<T>({ clock, timeoutMs }: RetryOptions, attempt: () => T): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      if (!isBusy(error) || performance.now() >= deadline) throw error;
    }
    // Random, so that the same processes do not collide again.
    await clock.sleep(SHORTEST_PAUSE_MS + Math.random() * (LONGEST_PAUSE_MS - SHORTEST_PAUSE_MS));
  }
}
