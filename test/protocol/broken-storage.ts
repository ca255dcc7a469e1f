/** Storage that a test can take away, wholly or for one call. */
import type { Records } from '../../src/storage/driver.ts';
import { StorageUnavailable } from '../../src/storage/driver.ts';

export interface BreakableStorage {
  /** For `startInstallation`. */
  readonly wrapRecords: (records: Records) => Records;
  /** From now on no call gets through; by default as if the database could not be reached. */
  lose(error?: Error): void;
  /** Of the calls from now on, only this one (1 is the next) fails. */
  failCall(number: number): void;
  /** From now on every call gets through; says how many were made since it was broken. */
  recover(): number;
}

type Call = (...parameters: unknown[]) => Promise<unknown>;

export function breakableStorage(): BreakableStorage {
  const unreachable = () => new StorageUnavailable(new Error('taken away by a test'));
  let lost: Error | undefined;
  let failing = 0;
  let calls = 0;
  const breakAs = (error: Error | undefined, number: number): void => {
    lost = error;
    failing = number;
    calls = 0;
  };
  return {
    wrapRecords: (records) =>
      new Proxy(records, {
        get(target, name) {
          const member: unknown = Reflect.get(target, name);
          if (typeof member !== 'function' || name === 'close') return member;
          return async (...parameters: unknown[]) => {
            calls += 1;
            if (lost !== undefined || calls === failing) throw lost ?? unreachable();
            return (member as Call).apply(target, parameters);
          };
        },
      }),
    lose: (error = unreachable()) => breakAs(error, 0),
    failCall: (number) => breakAs(undefined, number),
    recover() {
      const made = calls;
      breakAs(undefined, 0);
      return made;
    },
  };
}
