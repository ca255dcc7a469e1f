/** What the runner expects of the programs. A message holds values of this run's own account at most, and no token. */
import { isDeepStrictEqual } from 'node:util';
import { type Json, readJson } from './browser.ts';
import type { Run, User } from './stack.ts';

export function expect(isTrue: boolean, otherwise: string): void {
  if (!isTrue) throw new Error(otherwise);
}

const allowedClaims = ['sub', 'name', 'email', 'groups'] as const;

/** That the program knows who signed in, in all that it was allowed to know. Returns the words for that. */
export function expectUser(seen: Json, user: User, claims: readonly (keyof User)[] = allowedClaims): string {
  for (const claim of claims) {
    const isRight = isDeepStrictEqual(seen[claim], user[claim]);
    expect(isRight, `${claim} is ${JSON.stringify(seen[claim])}, not ${JSON.stringify(user[claim])}`);
  }
  return `signed in (${claims.join(', ')})`;
}

/** That the example API served the program. */
export function expectNotes(seen: Json): void {
  expect(isDeepStrictEqual(seen, { notes: [] }), `the API did not serve its notes: ${JSON.stringify(seen)}`);
}

/** That the program knows nobody any more. */
export async function expectNobody(run: Run, path: string): Promise<void> {
  expect('error' in (await readJson(run, path)), 'somebody is still signed in');
}
