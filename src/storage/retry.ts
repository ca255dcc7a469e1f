import type { Clock } from '../ports/clock.ts';
import { StorageUnavailable } from './driver.ts';

// Each failed attempt means that another writer succeeded; after so many in a row the database counts as overloaded.
const MAX_ATTEMPTS = 100;
const LONGEST_PAUSE_MS = 25;

/** Repeats an attempt until it returns something; undefined means that another writer came first. */
export async function retryOnConflict<T>(
  attempt: () => Promise<T | undefined>,
  { clock }: { readonly clock: Pick<Clock, 'sleep'> },
): Promise<T> {
  for (let done = 0; done < MAX_ATTEMPTS; done += 1) {
    // Random and growing, so that the same callers do not collide again.
    if (done > 0) await clock.sleep(Math.random() * Math.min(done, LONGEST_PAUSE_MS));
    const outcome = await attempt();
    if (outcome !== undefined) return outcome;
  }
  throw new StorageUnavailable(new Error(`other writers came first ${MAX_ATTEMPTS} times in a row`));
}
