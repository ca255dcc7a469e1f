/** Says in the report that tests on MongoDB did not run; under CI a missing server is an error before it comes to this. */
import type { TestFn } from 'ava';

export function skippedWithoutMongodb(test: TestFn, what: string): void {
  // biome-ignore lint/suspicious/noSkippedTests: the report must show what did not run.
  test.skip(`mongodb: SKIPPED, ${what} was found`, () => undefined);
}
