/** Joins what two requests made of one session, so that neither loses what it authorized. */
import { isDeepStrictEqual } from 'node:util';
import type { SessionId, SessionState } from '../../storage/issued/sessions.ts';
import { rotatedSessionIdSeconds } from '../options/lifetimes.ts';

const LOGIN_FIELDS = ['accountId', 'loginTs', 'acr', 'amr', 'transient'] as const;

type Authorizations = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

function loginOf(state: SessionState): SessionState {
  return Object.fromEntries(
    LOGIN_FIELDS.filter((field) => state[field] !== undefined).map((field) => [field, state[field]]),
  );
}

function withoutLogin(state: SessionState): SessionState {
  return Object.fromEntries(Object.entries(state).filter(([field]) => !LOGIN_FIELDS.some((name) => name === field)));
}

function authorizationsOf(state: SessionState): Authorizations {
  return (state.authorizations ?? {}) as Authorizations;
}

function loginTimeOf(state: SessionState): number {
  return typeof state.loginTs === 'number' ? state.loginTs : 0;
}

export function isSameLogin(state: SessionState, other: SessionState): boolean {
  return isDeepStrictEqual(loginOf(state), loginOf(other));
}

/** Picks whose login fields win: those of the side that changed them; if both did, of the later sign-in. */
function loginWinner(base: SessionState, mine: SessionState, theirs: SessionState): SessionState {
  if (isSameLogin(mine, base)) return theirs;
  if (isSameLogin(theirs, base)) return mine;
  return loginTimeOf(mine) >= loginTimeOf(theirs) ? mine : theirs;
}

function mergeAuthorizations(base: Authorizations, mine: Authorizations, theirs: Authorizations): Authorizations {
  const merged: Record<string, Readonly<Record<string, unknown>>> = { ...theirs };
  for (const clientId of new Set([...Object.keys(base), ...Object.keys(mine)])) {
    const own = mine[clientId];
    if (isDeepStrictEqual(own, base[clientId])) continue;
    if (own === undefined) delete merged[clientId];
    else merged[clientId] = { ...merged[clientId], ...own };
  }
  return merged;
}

/** Three-way merge: `base` is what this request read, `mine` what it made of it, `theirs` what is stored by now. */
export function mergeSessionStates(base: SessionState, mine: SessionState, theirs: SessionState): SessionState {
  const winner = loginWinner(base, mine, theirs);
  const isSameAccount = mine.accountId === theirs.accountId;
  const wasAnonymous = mine.accountId === undefined || theirs.accountId === undefined;
  // Two accounts in one session: what the other one authorized must not pass to the winner.
  const authorizations =
    isSameAccount || wasAnonymous
      ? mergeAuthorizations(authorizationsOf(base), authorizationsOf(mine), authorizationsOf(theirs))
      : authorizationsOf(winner);
  const changedMine = Object.fromEntries(
    Object.entries(withoutLogin(mine)).filter(([field, value]) => !isDeepStrictEqual(value, base[field])),
  );
  return { ...withoutLogin(theirs), ...changedMine, ...loginOf(winner), authorizations };
}

const MAX_SESSION_IDS = 16;

export interface SessionIdChange {
  /** The cookie value (hashed) that this save hands to the browser. */
  readonly presented: string;
  /** The one it replaces, when oidc-provider rotated it. */
  readonly rotatedFrom: string | undefined;
  readonly hasAccountChanged: boolean;
  /** This request signed the user in, to the account that the session belongs to now. */
  readonly hasSignedIn: boolean;
  /** Another request saved meanwhile: its response may carry the value that is rotated away. */
  readonly wasConcurrent: boolean;
  readonly now: number;
}

export function isSessionIdOpen(sessionId: SessionId, now: number): boolean {
  return sessionId.until === undefined || sessionId.until > now;
}

export function hasSessionId(sessionIds: readonly SessionId[], hash: string): boolean {
  return sessionIds.some((sessionId) => sessionId.hash === hash);
}

/** False for a value that opens nothing, or that a rotation closes soon: a browser must not get it. */
export function isSessionIdKept(sessionIds: readonly SessionId[], hash: string): boolean {
  return sessionIds.some((sessionId) => sessionId.hash === hash && sessionId.until === undefined);
}

export function nextSessionIds(current: readonly SessionId[], change: SessionIdChange): readonly SessionId[] {
  const { presented, rotatedFrom, hasAccountChanged, hasSignedIn, wasConcurrent, now } = change;
  // Session fixation: a value known before the sign-in must not open the session after it.
  if (hasAccountChanged) return [{ hash: presented }];
  const open = current.filter((sessionId) => isSessionIdOpen(sessionId, now));
  const mayOpen = hasSignedIn || (rotatedFrom !== undefined && hasSessionId(open, rotatedFrom));
  // No rotation and no sign-in: whatever opened the session before goes on doing so, and nothing else does.
  if (!mayOpen) return open;
  const kept = open
    .filter((sessionId) => sessionId.hash !== presented)
    .map((sessionId) => {
      if (sessionId.hash !== rotatedFrom || wasConcurrent) return sessionId;
      return {
        hash: sessionId.hash,
        until: Math.min(sessionId.until ?? Infinity, now + rotatedSessionIdSeconds * 1000),
      };
    });
  return [...kept.slice(-(MAX_SESSION_IDS - 1)), { hash: presented }];
}
