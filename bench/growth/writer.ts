/** Inserts codes and consumes them, as fast as the database takes it. */
import { randomBytes } from 'node:crypto';
import type { Records } from '../../src/storage/driver.ts';
import type { Caller } from './rounds.ts';

const AT_ONCE = 32;
const PAYLOAD_BYTES = 450;
/** Soon enough to be among what the purge must keep up with. */
const LIFE_MILLISECONDS = 1000;

const newHash = (): string => randomBytes(32).toString('base64url');

export interface Writer {
  readonly callers: readonly Caller[];
  /** Records so far. */
  written(): number;
}

export function newWriter(records: Records): Writer {
  let written = 0;
  const newCaller = (): Caller => {
    let unconsumed: string | undefined;
    return async () => {
      if (unconsumed !== undefined) {
        await records.consume('authorization_codes', unconsumed);
        unconsumed = undefined;
        return 'write';
      }
      const id = newHash();
      const indexes = { grantId: newHash() };
      const expiresAt = Date.now() + LIFE_MILLISECONDS;
      await records.insert('authorization_codes', { id, payload: randomBytes(PAYLOAD_BYTES), indexes, expiresAt });
      unconsumed = id;
      written += 1;
      return 'write';
    };
  };
  return { callers: Array.from({ length: AT_ONCE }, newCaller), written: () => written };
}
