/** What the runner expects of the programs. A message holds values of this run's own account at most, and no token. */
import { isDeepStrictEqual } from 'node:util';
import type { Json } from './browser.ts';
import type { User } from './stack.ts';

export function expect(isTrue: boolean, what: string): void {
  if (!isTrue) throw new Error(what);
}

const expectedClaims = ['sub', 'name', 'email', 'groups'] as const;

/** Whether the program knows who signed in; the groups only where its stack can ask for them. */
export function expectUser(seen: Json, user: User, claims: readonly (keyof User)[] = expectedClaims): string {
  for (const claim of claims) {
    if (isDeepStrictEqual(seen[claim], user[claim])) continue;
    throw new Error(`${claim} is ${JSON.stringify(seen[claim])}, not ${JSON.stringify(user[claim])}`);
  }
  return `signed in (${claims.join(', ')})`;
}
