/** Writes that arrive in one turn of the event loop share one transaction, and are acknowledged after its commit. */
import type { DatabaseSync } from 'node:sqlite';
import { StorageUnavailable } from '../../src/storage/driver.ts';
import { asStorageFailure, isStorageFailure, type RetryOptions, retryOnBusy } from './errors.ts';

interface QueuedWrite {
  readonly run: () => unknown;
  /** If one of them fails, the others are rolled back. */
  readonly hasSeveralStatements: boolean;
  readonly acknowledge: (result: unknown) => void;
  readonly fail: (reason: unknown) => void;
}

// A burst is written in parts, so that the event loop gets a turn in between.
const LARGEST_GROUP = 256;

export class GroupCommit {
  readonly #database: DatabaseSync;
  readonly #retry: RetryOptions;
  readonly #throwIfReplaced: () => void;
  readonly #queue: QueuedWrite[] = [];
  #draining: Promise<void> | undefined;
  #isClosed = false;

  constructor(database: DatabaseSync, retry: RetryOptions, throwIfReplaced: () => void = () => undefined) {
    this.#database = database;
    this.#retry = retry;
    this.#throwIfReplaced = throwIfReplaced;
  }

  /** Runs one statement in the next transaction. */
  write<T>(run: () => T): Promise<T> {
    return this.#enqueue(run, false);
  }

  /** Runs several statements in the next transaction: all of them are kept, or none. */
  writeTogether<T>(run: () => T): Promise<T> {
    return this.#enqueue(run, true);
  }

  /** Accepts no more writes; resolves when those that were accepted are acknowledged. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#draining;
  }

  #enqueue<T>(run: () => T, hasSeveralStatements: boolean): Promise<T> {
    if (this.#isClosed) return Promise.reject(new StorageUnavailable(new Error('the store is closed')));
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#queue.push({ run, hasSeveralStatements, acknowledge: resolve, fail: reject });
    this.#draining ??= this.#drain();
    return promise as Promise<T>;
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      await new Promise((atEndOfTurn) => setImmediate(atEndOfTurn));
      try {
        await retryOnBusy(this.#retry, () => this.#commitNextGroup());
      } catch (error) {
        const reason = asStorageFailure(error);
        for (const { fail } of this.#queue.splice(0)) fail(reason);
      }
    }
    this.#draining = undefined;
  }

  /** Throws, and takes nothing from the queue, when the transaction cannot begin. */
  #commitNextGroup(): void {
    // Costs a few microseconds. Without it, writes could be acknowledged that the next start does not find.
    this.#throwIfReplaced();
    this.#database.exec('BEGIN IMMEDIATE');
    const group = this.#queue.splice(0, LARGEST_GROUP);
    try {
      const acknowledgements = group.map((write) => this.#apply(write));
      this.#database.exec('COMMIT');
      for (const acknowledge of acknowledgements) acknowledge();
    } catch (error) {
      const reason = asStorageFailure(error);
      for (const { fail } of group) fail(reason);
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
    }
  }

  /** Returns what to call after the commit. A statement that fails fails its own caller only. */
  #apply({ run, hasSeveralStatements, acknowledge, fail }: QueuedWrite): () => void {
    if (hasSeveralStatements) this.#database.exec('SAVEPOINT one_write');
    try {
      const result = run();
      if (hasSeveralStatements) this.#database.exec('RELEASE one_write');
      return () => acknowledge(result);
    } catch (error) {
      // After some failures SQLite has rolled the whole transaction back: then the whole group has failed.
      if (isStorageFailure(error) || !this.#database.isTransaction) throw error;
      if (hasSeveralStatements) this.#database.exec('ROLLBACK TO one_write; RELEASE one_write');
      return () => fail(error);
    }
  }
}
