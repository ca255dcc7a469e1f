/** Copies the log into the database file on a thread of its own: the thread that serves requests does not wait for that. */
import { fdatasync, openSync } from 'node:fs';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { type LogCopier, startLogCopier } from './log-copier-thread.ts';

const flush = promisify(fdatasync);

export interface CheckpointPace {
  /** Copying begins when so many pages of the log are not in the database file yet. */
  readonly worthCopying: number;
  /** From this many pages on the writes wait once, until all is copied: only then does the log start from its beginning. */
  readonly longestLog: number;
  /** A thread that was not needed for so long is ended: while nothing happens it would only take memory. */
  readonly idleMilliseconds: number;
}

// A page has 4 KB.
const systemPace: CheckpointPace = { worthCopying: 1000, longestLog: 4000, idleMilliseconds: 30_000 };

/** When the thread cannot keep up, or does not run, the connection that writes copies, and holds up its process. */
const BACKSTOP_PAGES = 16_000;
const PAGES_WITHOUT_THREAD = 1000;

// Before 3.51 SQLite does not know NOOP, and copies instead.
const LOOKS_SINCE = [3, 51] as const;

/** Whether this SQLite can say how long the log is without copying it; where it cannot, it copies by itself, as ever. */
export function canWatchLog(version = process.versions.sqlite ?? ''): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > LOOKS_SINCE[0] || (major === LOOKS_SINCE[0] && minor >= LOOKS_SINCE[1]);
}

interface LogSize {
  /** All since the log started from its beginning. */
  readonly log: number;
  readonly checkpointed: number;
}

export class Checkpoints {
  readonly #database: DatabaseSync;
  readonly #path: string;
  readonly #pace: CheckpointPace;
  readonly #sizeOfLog: StatementSync;
  #copier: LogCopier | undefined;
  #running: Promise<void> | undefined;
  #pause: Promise<void> | undefined;
  #idle: NodeJS.Timeout | undefined;
  #copiedAt = 0;
  #descriptor: number | undefined;
  #isOff = false;

  constructor(database: DatabaseSync, path: string, pace: CheckpointPace = systemPace) {
    this.#database = database;
    this.#path = path;
    this.#pace = pace;
    // NOOP only looks: it takes microseconds.
    this.#sizeOfLog = database.prepare('PRAGMA wal_checkpoint(NOOP)');
    database.exec(`PRAGMA wal_autocheckpoint = ${BACKSTOP_PAGES}`);
  }

  /** While there is one, no write may begin. It ends by itself. */
  get pause(): Promise<void> | undefined {
    return this.#pause;
  }

  /** Says that the log has grown. */
  committed(): void {
    if (this.#isOff || this.#running !== undefined) return;
    const { log, checkpointed } = this.#size();
    if (log < this.#copiedAt) this.#copiedAt = 0;
    // From the last attempt on too: where another process copies, or a reader is in the way, asking at once helps nobody.
    if (log - Math.max(checkpointed, this.#copiedAt) < this.#pace.worthCopying) return;
    this.#copiedAt = log;
    this.#running = this.#catchUp();
  }

  /** Resolves when the connection of the thread is closed: whoever closes the last one empties the log. */
  async close(): Promise<void> {
    this.#isOff = true;
    await this.#running;
    await this.#endThread();
  }

  #size(): LogSize {
    return this.#sizeOfLog.get() as unknown as LogSize;
  }

  async #catchUp(): Promise<void> {
    try {
      clearTimeout(this.#idle);
      this.#copier ??= startLogCopier(this.#path);
      await this.#copy(this.#copier);
      if (this.#size().log >= this.#pace.longestLog) {
        // Under constant writing there is always a rest. Once more, and it is small, and so is the time that it takes.
        await this.#copy(this.#copier);
        await this.#copyWhileNobodyWrites(this.#copier);
      }
      this.#idle = setTimeout(() => void this.#endThread(), this.#pace.idleMilliseconds).unref();
    } catch {
      // Not worth a failure of anything: SQLite does without the thread, only less smoothly.
      this.#isOff = true;
      await this.#endThread();
      this.#database.exec(`PRAGMA wal_autocheckpoint = ${PAGES_WITHOUT_THREAD}`);
    } finally {
      this.#running = undefined;
    }
  }

  async #copy(copier: LogCopier): Promise<void> {
    await copier.copy();
    // SQLite does that only when it has copied all there is: then it would be much at once, and the writes would wait.
    // Never closed: that would drop the locks that this process holds on the file (POSIX advisory locks).
    this.#descriptor ??= openSync(this.#path, 'r');
    await flush(this.#descriptor);
  }

  async #copyWhileNobodyWrites(copier: LogCopier): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#pause = promise;
    try {
      await copier.copy();
    } finally {
      this.#pause = undefined;
      resolve();
    }
  }

  async #endThread(): Promise<void> {
    clearTimeout(this.#idle);
    const copier = this.#copier;
    this.#copier = undefined;
    await copier?.end().catch(() => undefined);
  }
}
