import { isDeepStrictEqual } from 'node:util';

/** Whether two values say the same as JSON, in whatever order their members are. What is left out is as good as null. */
export function isEqualJson(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(one ?? null, other ?? null);
}
