/** Repeats a write that lost a race without learning the outcome. */
import { StorageUnavailable } from '../../src/ports/storage-unavailable.ts';

// Each further round means that somebody else changed the same record in between.
const ROUNDS = 20;

/** `round` answers, or returns undefined when the record changed between two of its steps. */
export async function settle<T>(round: () => Promise<T | undefined>): Promise<T> {
  for (let done = 0; done < ROUNDS; done += 1) {
    const answer = await round();
    if (answer !== undefined) return answer;
  }
  throw new StorageUnavailable(new Error(`a record changed under ${ROUNDS} attempts to write it`));
}
