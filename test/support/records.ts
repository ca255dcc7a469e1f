/** Ready-made stored records and races for tests of the drivers. */
import type { StoredRecord } from '../../src/storage/driver.ts';

/** A record whose payload is this text. */
export function storedRecord(id: string, text: string, more: Omit<StoredRecord, 'id' | 'payload'> = {}): StoredRecord {
  return { id, payload: Buffer.from(text), ...more };
}

export function textOf(record: StoredRecord | undefined): string | undefined {
  return record && Buffer.from(record.payload).toString();
}

/** Starts all callers before any of them can finish. */
export function atOnce<T>(callers: number, call: (caller: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: callers }, (_, caller) => call(caller)));
}

/** How many of the answers are this one. */
export function tally<T>(answers: readonly T[], answer: T): number {
  return answers.filter((given) => given === answer).length;
}
