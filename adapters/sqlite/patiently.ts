/** Waits for a lock that another process holds, without holding up this one. */
import { isBusy } from './storage-failure.ts';

const SHORTEST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 20;

/** Tries until the lock is free or the patience is spent; any other failure is thrown at once. */
export async function patiently<T>(patienceMs: number, attempt: () => T): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      if (!isBusy(error) || performance.now() >= deadline) throw error;
    }
    // Random, so that processes that collided once do not collide in step for ever.
    const pauseMs = SHORTEST_PAUSE_MS + Math.random() * (LONGEST_PAUSE_MS - SHORTEST_PAUSE_MS);
    await new Promise((resume) => setTimeout(resume, pauseMs));
  }
}
