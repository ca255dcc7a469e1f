/** Why a process could not start, in the operator's words, and the exit code that scripts act on (sysexits.h). */
import { ConfigurationError } from './config/configuration-error.ts';
import { StorageTooNew } from './ports/storage-too-new.ts';
import { StorageUnavailable } from './ports/storage-unavailable.ts';
import { CannotOpen } from './sealing/key-ring.ts';

const UNAVAILABLE = 69;
const CONFIGURATION = 78;

export function exitCodeOf(error: unknown): number {
  if (error instanceof ConfigurationError || error instanceof CannotOpen) return CONFIGURATION;
  if (error instanceof StorageUnavailable || error instanceof StorageTooNew) return UNAVAILABLE;
  return 1;
}

export function explainFailure(error: unknown): string {
  if (error instanceof CannotOpen) {
    return 'SECRET_KEYS does not open this database: it was sealed under other keys. Restore the keys it was made with, or point STORAGE_URL at another database.';
  }
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return 'the port is in use by another process: choose another with PORT or OPS_PORT, or stop that process.';
  }
  return error instanceof Error ? error.message : String(error);
}
