/** Moves the time of day, which oidc-provider asks the system for. Only for test files that run one test after the other. */
import { mock } from 'node:test';

/** From here on the time of day stands still, and moves only when it is told to. */
export function stopTime(): void {
  mock.timers.enable({ apis: ['Date'], now: Date.now() });
}

export function advance(seconds: number): void {
  mock.timers.tick(seconds * 1000);
}
