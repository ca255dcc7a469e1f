/** Creates the file of a database, and checks whether its path still leads to the open file. */
import { closeSync, existsSync, mkdirSync, openSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StorageAddressInvalid, StorageReplaced } from '../../src/storage/driver.ts';

/** While it is open, SQLite keeps the latest writes in two more files beside it. */
const ENDINGS = ['', '-wal', '-shm'];

function identityOf(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev} ${found.ino}`;
}

/**
 * Returns a check that throws `StorageReplaced` once one of the files was removed, renamed or replaced: only this process still
 * sees the open ones then, and writes to them are lost when it ends. To be called when the database is open.
 */
export function watchFiles(path: string): () => void {
  const beside = realpathSync(path);
  const opened = ENDINGS.map((ending) => (ending === '' ? path : beside + ending))
    .map((file) => ({ file, identity: identityOf(file) }))
    .filter(({ identity }) => identity !== undefined);
  return () => {
    for (const { file, identity } of opened) if (identityOf(file) !== identity) throw new StorageReplaced();
  };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

// Without `recursive`: in Node 24 that never returns on a file system without new folders, such as /proc.
function createFolders(folder: string): void {
  if (existsSync(folder)) return;
  createFolders(dirname(folder));
  unlessExisting(() => mkdirSync(folder, { mode: 0o700 }));
}

function unlessExisting(create: () => void): void {
  try {
    create();
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

const WRONG_PLACE = new Set(['EACCES', 'EISDIR', 'ELOOP', 'ENAMETOOLONG', 'ENOENT', 'ENOTDIR', 'EPERM', 'EROFS']);

/** Creates the file if it is missing; what exists keeps its mode. */
export function createPrivateFile(path: string, makesFolder: boolean): void {
  try {
    if (makesFolder) createFolders(dirname(path));
    // Never opens an existing file: closing it again would drop the locks that this process holds on it (POSIX advisory locks).
    unlessExisting(() => closeSync(openSync(path, 'wx', 0o600)));
  } catch (error) {
    const code = codeOf(error);
    if (!WRONG_PLACE.has(code)) throw error;
    const problem = code === 'ENOENT' ? 'its folder is not there, and has to be made first' : code;
    throw new StorageAddressInvalid(`the SQLite file ${path} cannot be made (${problem})`, { cause: error });
  }
}
