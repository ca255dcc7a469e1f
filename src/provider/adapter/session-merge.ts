/** Joins what two requests made of one session, so that neither loses what it authorized. */
import { isDeepStrictEqual } from 'node:util';
import {
  authorizationsOf,
  type FoundSession,
  type SeenSession,
  type SessionAuthorization,
  type SessionDocument,
  type SessionId,
  type SessionState,
} from '../../storage/issued/sessions.ts';
import { rotatedSessionIdSeconds } from '../options/lifetimes.ts';

const LOGIN_FIELDS = new Set(['accountId', 'loginTs', 'acr', 'amr', 'transient']);
const MAX_SESSION_IDS = 16;

type Authorizations = Readonly<Record<string, SessionAuthorization>>;

function fieldsOf(state: SessionState, isWanted: (field: string) => boolean): SessionState {
  return Object.fromEntries(Object.entries(state).filter(([field]) => isWanted(field)));
}

const loginOf = (state: SessionState): SessionState =>
  fieldsOf(state, (field) => LOGIN_FIELDS.has(field) && state[field] !== undefined);

function isSameLogin(state: SessionState, other: SessionState): boolean {
  return isDeepStrictEqual(loginOf(state), loginOf(other));
}

/** Picks whose login fields win: those of the side that changed them; if both did, of the later sign-in. */
function loginWinner(base: SessionState, mine: SessionState, theirs: SessionState): SessionState {
  if (isSameLogin(mine, base)) return theirs;
  if (isSameLogin(theirs, base)) return mine;
  return Number(mine.loginTs ?? 0) >= Number(theirs.loginTs ?? 0) ? mine : theirs;
}

function mergeAuthorizations(base: Authorizations, mine: Authorizations, theirs: Authorizations): Authorizations {
  const merged: Record<string, SessionAuthorization> = { ...theirs };
  for (const clientId of new Set([...Object.keys(base), ...Object.keys(mine)])) {
    const own = mine[clientId];
    if (isDeepStrictEqual(own, base[clientId])) continue;
    if (own === undefined) delete merged[clientId];
    else merged[clientId] = { ...merged[clientId], ...own };
  }
  return merged;
}

/** How long a session lives is said by the sign-in that wins; of two requests that changed none, by the later. */
function mergedExpiry(base: FoundSession, mine: SessionDocument, stored: SessionDocument): number {
  if (isSameLogin(mine.state, stored.state)) return Math.max(mine.expiresAt, stored.expiresAt);
  return loginWinner(base.document.state, mine.state, stored.state) === mine.state ? mine.expiresAt : stored.expiresAt;
}

/** Three-way merge: `base` is what this request read, `mine` what it made of it, `theirs` what is stored by now. */
export function mergeSessionStates(base: SessionState, mine: SessionState, theirs: SessionState): SessionState {
  const winner = loginWinner(base, mine, theirs);
  const isOneAccount =
    mine.accountId === theirs.accountId || mine.accountId === undefined || theirs.accountId === undefined;
  return {
    ...fieldsOf(theirs, (field) => !LOGIN_FIELDS.has(field)),
    ...fieldsOf(mine, (field) => !LOGIN_FIELDS.has(field) && !isDeepStrictEqual(mine[field], base[field])),
    ...loginOf(winner),
    // Two sign-ins at once may differ in how long their session lives.
    ...(!isSameLogin(mine, theirs) && winner.exp !== undefined && { exp: winner.exp }),
    // Two accounts in one session: what the other one authorized must not pass to the winner.
    authorizations: isOneAccount
      ? mergeAuthorizations(
          authorizationsOf({ state: base }),
          authorizationsOf({ state: mine }),
          authorizationsOf({ state: theirs }),
        )
      : authorizationsOf({ state: winner }),
  };
}

export function isSessionIdOpen(sessionId: SessionId | undefined, now: number): boolean {
  return sessionId !== undefined && (sessionId.until === undefined || sessionId.until > now);
}

export function hasSessionId({ sessionIds }: SessionDocument, hash: string): boolean {
  return sessionIds.some((sessionId) => sessionId.hash === hash);
}

/** False for a value that opens nothing, or that a rotation closes soon: a browser must not get it. */
export function isSessionIdKept({ sessionIds }: SessionDocument, hash: string): boolean {
  return sessionIds.some((sessionId) => sessionId.hash === hash && sessionId.until === undefined);
}

/** What a request wants to save. */
export interface SessionSave {
  /** As the request read it. */
  readonly base: FoundSession | undefined;
  readonly mine: SessionDocument;
  /** Hash of the cookie value that the response sets. */
  readonly cookieHash: string;
  /** Hash of the one that it replaces. */
  readonly rotatedFrom: string | undefined;
}

/** The browser is that of the latest sign-in. */
function mergeSeen(stored: SeenSession | undefined, mine: SeenSession | undefined, hasSignedIn: boolean) {
  if (stored === undefined || mine === undefined) return mine ?? stored;
  const { userAgent } = hasSignedIn ? mine : stored;
  return {
    ...(userAgent !== undefined && { userAgent }),
    firstSeenAt: stored.firstSeenAt,
    lastSeenAt: Math.max(stored.lastSeenAt, mine.lastSeenAt),
    clientsSeenAt: { ...stored.clientsSeenAt, ...mine.clientsSeenAt },
  };
}

/** The document that a save makes of what is stored. */
export function mergeSession(current: FoundSession, save: SessionSave, now: number): SessionDocument {
  const { base = current, mine, cookieHash, rotatedFrom } = save;
  const stored = current.document;
  const wasConcurrent = base.version !== current.version;
  const state = wasConcurrent ? mergeSessionStates(base.document.state, mine.state, stored.state) : mine.state;
  const expiresAt = wasConcurrent ? mergedExpiry(base, mine, stored) : mine.expiresAt;
  // Session fixation: a value known before the sign-in must not open the session after it.
  if (state.accountId !== stored.state.accountId)
    return { ...mine, state, expiresAt, sessionIds: [{ hash: cookieHash }] };

  const open = stored.sessionIds.filter((sessionId) => isSessionIdOpen(sessionId, now));
  const isOfAccount = mine.state.accountId === state.accountId;
  const hasSignedIn = !isSameLogin(mine.state, base.document.state) && isOfAccount;
  // What is seen of another account's session is no business of this one.
  const seen = isOfAccount ? mergeSeen(stored.seen, mine.seen, hasSignedIn) : stored.seen;
  const next = { ...mine, state, expiresAt, ...(seen && { seen }) };
  // Without a rotation or a sign-in the session ids stay as they are.
  if (!hasSignedIn && !open.some(({ hash }) => hash === rotatedFrom)) return { ...next, sessionIds: open };

  // As above: a value known before somebody signed in once more opens nothing after it either.
  const closed = hasSignedIn && !wasConcurrent ? rotatedFrom : undefined;
  const others = open
    .filter(({ hash }) => hash !== cookieHash && hash !== closed)
    .map((sessionId) => {
      // The response to a concurrent request may carry the value that is rotated away here.
      if (sessionId.hash !== rotatedFrom || wasConcurrent) return sessionId;
      return { ...sessionId, until: Math.min(sessionId.until ?? Infinity, now + rotatedSessionIdSeconds * 1000) };
    });
  return { ...next, sessionIds: [...others.slice(1 - MAX_SESSION_IDS), { hash: cookieHash }] };
}
