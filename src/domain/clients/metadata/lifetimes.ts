/** How long the tokens of one client may live: an administrator can make it less than for all, and never more. */
import type { MemberProblem } from '../../domain-error.ts';

const minute = 60;
const day = 24 * 60 * minute;

export interface LifetimeBounds {
  readonly least: number;
  /** Of refresh tokens also what holds for every client. */
  readonly most: number;
}

/** In seconds. Shorter ones would have to be refreshed while the clocks still differ. */
export const clientLifetimes = {
  access_token_seconds: { least: minute, most: day },
  refresh_token_idle_seconds: { least: minute, most: 30 * day },
  refresh_token_max_seconds: { least: minute, most: 366 * day },
} as const satisfies Readonly<Record<string, LifetimeBounds>>;

export type LifetimeMember = keyof typeof clientLifetimes;

/** The grace is a time of its own: no token lives longer by it. */
const boundsOfSeconds: Readonly<Record<string, LifetimeBounds>> = {
  ...clientLifetimes,
  // The limit of REFRESH_GRACE_SECONDS too.
  refresh_grace_seconds: { least: 0, most: 60 },
};

export function lifetimeProblems(metadata: Readonly<Record<string, unknown>>): readonly MemberProblem[] {
  return Object.entries(boundsOfSeconds).flatMap(([member, { least, most }]) => {
    const seconds = metadata[member];
    if (seconds === undefined) return [];
    if (typeof seconds === 'number' && Number.isInteger(seconds) && seconds >= least && seconds <= most) return [];
    return [{ member, text: `${member} must be a whole number from ${least} to ${most}` }];
  });
}
