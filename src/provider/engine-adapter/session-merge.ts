/** Joins what two requests made of one session, so that neither loses what it authorized. */
import { isDeepStrictEqual } from 'node:util';
import type { SessionState } from '../../ports/sessions.ts';

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

/** The side that speaks for who is signed in: the one that changed it; if both did, the later sign-in. */
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

/** Three-way merge: `base` is what this request had read, `mine` what it made of it, `theirs` what is stored by now. */
export function mergeSessionStates(base: SessionState, mine: SessionState, theirs: SessionState): SessionState {
  const winner = loginWinner(base, mine, theirs);
  const isSameAccount = mine.accountId === theirs.accountId;
  const wasAnonymous = mine.accountId === undefined || theirs.accountId === undefined;
  // Two people in one session: what the other one authorized must not pass to the winner.
  const authorizations =
    isSameAccount || wasAnonymous
      ? mergeAuthorizations(authorizationsOf(base), authorizationsOf(mine), authorizationsOf(theirs))
      : authorizationsOf(winner);
  const changedMine = Object.fromEntries(
    Object.entries(withoutLogin(mine)).filter(([field, value]) => !isDeepStrictEqual(value, base[field])),
  );
  return { ...withoutLogin(theirs), ...changedMine, ...loginOf(winner), authorizations };
}
