/**
 * Which sign-ins count after an account's sessions were ended. Sessions and tokens know the time of their sign-in in whole
 * seconds (OIDC Core 2, auth_time), so each end and the sign-in that follows it get seconds of their own: what was begun
 * before an end never has a later second than the end, what was begun after it always has.
 */
import type { Account } from '../../storage/records/accounts.ts';

type Ends = Pick<Account, 'sessionsEndedAt'>;

const secondOf = (milliseconds: number): number => Math.floor(milliseconds / 1000);

/** What an end that happens now is written as. */
export function nextEnd({ sessionsEndedAt }: Ends, now: number): number {
  return sessionsEndedAt === undefined ? now : Math.max(now, (secondOf(sessionsEndedAt) + 1) * 1000);
}

/** The second of a sign-in: of the account as it was read for it, and the time before it was read. */
export function signInSecond({ sessionsEndedAt }: Ends, begunAt: number): number {
  return sessionsEndedAt === undefined ? secondOf(begunAt) : Math.max(secondOf(begunAt), secondOf(sessionsEndedAt) + 1);
}

export function hasEnded({ sessionsEndedAt }: Ends, signedInAtSeconds: number | undefined): boolean {
  if (sessionsEndedAt === undefined || signedInAtSeconds === undefined) return false;
  return signedInAtSeconds <= secondOf(sessionsEndedAt);
}
