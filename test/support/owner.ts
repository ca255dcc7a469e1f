/** Whoever a resource of a test belongs to: the test itself, or its whole file. */
import type { TestFn } from 'ava';

export interface Owner {
  /** Runs after the owner is done, last to first. */
  teardown(clean: () => unknown): void;
}

/** What is too dear to start for each test is started once a file and database, and goes with the file. */
export function fileOwner(test: TestFn, database: string): Owner {
  const cleaners: (() => unknown)[] = [];
  test.after.always(`${database}: what the tests of this file shared is gone`, async () => {
    for (const clean of cleaners.reverse()) await clean();
  });
  return { teardown: (clean) => void cleaners.push(clean) };
}
