/** Storage that fails as long as a test wants it to. */
import type { Records } from '../../src/storage/driver.ts';

export interface FailingStorage {
  /** For `startInstallation`. */
  readonly wrapRecords: (records: Records) => Records;
  during<T>(error: Error, act: () => Promise<T>): Promise<T>;
}

type Call = (...parameters: unknown[]) => Promise<unknown>;

export function failingStorage(): FailingStorage {
  let failure: Error | undefined;
  return {
    wrapRecords: (records) =>
      new Proxy(records, {
        get(target, name) {
          const member: unknown = Reflect.get(target, name);
          if (typeof member !== 'function' || name === 'close') return member;
          return async (...parameters: unknown[]) => {
            if (failure !== undefined) throw failure;
            return (member as Call).apply(target, parameters);
          };
        },
      }),
    async during(error, act) {
      failure = error;
      try {
        return await act();
      } finally {
        failure = undefined;
      }
    },
  };
}
