/** Remembers the sign-ins that a browser has under way: one for each tab, each good for one answer. */
import type { PendingSignIn } from '../openid/authorization.ts';
import { NotStartedHere } from '../openid/problems.ts';
import type { BrowserSession } from './sessions.ts';

const maxPending = 5;

export function rememberPending(session: BrowserSession, pending: PendingSignIn): void {
  session.pending = [...session.pending, pending].slice(-maxPending);
}

export function takePending(session: BrowserSession | undefined, state: string | null): PendingSignIn {
  const pending = session?.pending.find((candidate) => candidate.state === state);
  if (session === undefined || pending === undefined) throw new NotStartedHere();
  session.pending = session.pending.filter((candidate) => candidate !== pending);
  return pending;
}
