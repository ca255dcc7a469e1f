/** A folder of its own for one test, removed after it. */
import { accessSync, constants, statfsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Owner } from './owner.ts';

const TMPFS = 0x01021994;
const ENOUGH_BYTES = 256 * 2 ** 20;

function memoryFolder(): string | undefined {
  try {
    accessSync('/dev/shm', constants.W_OK);
    const { type, bavail, bsize } = statfsSync('/dev/shm');
    return type === TMPFS && bavail * bsize >= ENOUGH_BYTES ? '/dev/shm' : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Where databases of tests are made: in memory where the system has such a folder. On a disk each commit waits for it, and with it the whole
 * process of the test, for data that is thrown away.
 */
export const databasesParent = memoryFolder() ?? tmpdir();

export async function temporaryFolder(t: Owner, parent = tmpdir()): Promise<string> {
  const folder = await mkdtemp(join(parent, 'latchkey-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
