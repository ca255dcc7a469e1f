/** What an account brings along from another provider: its id, which apps know it by, and when it was last changed. */
import { isInheritedName } from '../inherited-names.ts';
import type { ClaimProblem } from './claims.ts';

/** As the claims of the other provider have them. */
export interface ImportedFields {
  readonly sub?: unknown;
  readonly updated_at?: unknown;
}

interface ReadFields {
  readonly id?: string;
  /** Milliseconds since the epoch. */
  readonly updatedAt?: number;
}

// OIDC Core 2, `sub`: at most 255 ASCII characters. A blank or a control would end it early in a log or a command.
const SUBJECT = /^[\x21-\x7e]{1,255}$/;

function subjectProblem(sub: unknown): string | undefined {
  if (sub === undefined) return undefined;
  if (typeof sub !== 'string') return 'must be a string';
  if (!SUBJECT.test(sub)) return 'must have 1 to 255 ASCII characters, without blanks (OIDC Core 2)';
  return isInheritedName(sub) ? 'is a name that every object has' : undefined;
}

function updateTimeProblem(seconds: unknown, now: number): string | undefined {
  if (seconds === undefined) return undefined;
  if (typeof seconds !== 'number' || !Number.isFinite(seconds) || seconds < 0) {
    return 'must be a number: the seconds since 1970 (OIDC Core 5.1)';
  }
  return seconds * 1000 > now ? 'is in the future: it is in seconds, not in milliseconds' : undefined;
}

export function importProblems({ sub, updated_at }: ImportedFields, now: number): readonly ClaimProblem[] {
  const found = { sub: subjectProblem(sub), updated_at: updateTimeProblem(updated_at, now) };
  return Object.entries(found).flatMap(([claim, problem]) => (problem === undefined ? [] : [{ claim, problem }]));
}

/** Of those without problems. */
export function readImported({ sub, updated_at }: ImportedFields): ReadFields {
  return {
    ...(typeof sub === 'string' && { id: sub }),
    ...(typeof updated_at === 'number' && { updatedAt: Math.floor(updated_at) * 1000 }),
  };
}
