/** Storage that fails as long as a test wants it to. */
import { type BreakableStorage, breakableStorage } from '../protocol/broken-storage.ts';

export interface FailingStorage extends Pick<BreakableStorage, 'wrapRecords'> {
  during<T>(error: Error, act: () => Promise<T>): Promise<T>;
}

export function failingStorage(): FailingStorage {
  const { wrapRecords, lose, recover } = breakableStorage();
  return {
    wrapRecords,
    async during(error, act) {
      lose(error);
      try {
        return await act();
      } finally {
        recover();
      }
    },
  };
}
