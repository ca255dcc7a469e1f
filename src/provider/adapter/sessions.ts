/**
 * A session from read to save. It is one document under its uid, in which the hashes of its cookie values are listed.
 *  1. `find` notes on the request what it read: document and version.
 *  2. oidc-provider changes a copy, sets the cookie at the end of the request, and saves once.
 *  3. A save that would only make the session live a little longer is left out.
 *  4. A save is a compare-and-set on the version that was read: of two requests at once one wins.
 *  5. The other reads again, merges both changes (session-merge.ts) and tries again. Within a process they queue for it,
 *     two seconds at most, so that many tabs do not use up their attempts on each other.
 *  6. A session that ends stays as a tombstone until it would have expired: a late save finds it and does nothing.
 *  7. A new cookie value takes the place of the old one in the save. The old one closes at once if the account changed
 *     (session fixation), else after a minute: requests under way still carry it.
 *  8. A cookie value that opens nothing, or only for that minute, is withheld: the browser keeps the one it has.
 *  9. A crash before the save leaves session and cookie as they were.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Adapter } from 'oidc-provider';
import type { Clock } from '../../ports/clock.ts';
import type { GrantStore } from '../../storage/issued/grants.ts';
import {
  authorizationsOf,
  type FoundSession,
  type SeenSession,
  type SessionDocument,
  type SessionState,
  type SessionStore,
  sessionIdHash,
  tombstoneOf,
} from '../../storage/issued/sessions.ts';
import { retryOnConflict } from '../../storage/retry.ts';
import type { CookieKeys } from '../options/cookies.ts';
import { clockToleranceSeconds } from '../options/lifetimes.ts';
import { refuseLargeParameters } from '../protection/stored-parameters.ts';
import type { AdmitVisitor } from '../protection/visitor-budgets.ts';
import { currentContext, currentRequest } from '../request.ts';
import { KeyedMutex } from './keyed-mutex.ts';
import { hasSessionId, isSessionIdKept, isSessionIdOpen, mergeSession, type SessionSave } from './session-merge.ts';
import { unsupported } from './tokens.ts';

export interface SessionAdapterDeps {
  readonly sessions: SessionStore;
  readonly grants: Pick<GrantStore, 'destroy'>;
  readonly clock: Clock;
  readonly cookieKeys: CookieKeys;
  readonly admit: AdmitVisitor;
}

/** Longer than a save takes, shorter than a user waits. */
const QUEUE_AT_MOST_MS = 2000;

/** A session may live longer than its saved expiry by a minute, or by this share of the time it has left. */
const UNSAVED_AT_MOST_MS = 60_000;
const UNSAVED_AT_MOST_SHARE = 0.05;

/** Marks the `jti` of a session that was found by uid: it is no cookie value, but `destroy` gets it. */
const UID_PREFIX = 'uid.';

/** The cookie value that oidc-provider replaces in this request. */
function rotatedCookieValue(): string | undefined {
  const session = currentContext()?.oidc.session as { readonly oldId?: string } | undefined;
  return session?.oldId;
}

function noteSession(session: FoundSession, { isWritten }: { readonly isWritten: boolean }): void {
  const request = currentRequest();
  if (request !== undefined) request.session = { ...session, isWritten };
}

function withholdSessionCookie(): void {
  const request = currentRequest();
  if (request !== undefined) request.isSessionCookieWithheld = true;
}

/** Enough to tell one browser from another; it is the browser's own text. */
const MAX_USER_AGENT_CHARACTERS = 256;

/** What this request shows of the session: kept with saves that happen anyway, so that it costs no call. */
function seenNow(state: SessionState, now: number): SeenSession {
  const ctx = currentContext();
  const userAgent = ctx?.get('User-Agent').slice(0, MAX_USER_AGENT_CHARACTERS) ?? '';
  const clientId = ctx?.oidc.client?.clientId ?? '';
  const isSignedIn = Object.hasOwn(authorizationsOf({ state }), clientId);
  return {
    ...(userAgent !== '' && { userAgent }),
    firstSeenAt: now,
    lastSeenAt: now,
    clientsSeenAt: isSignedIn ? { [clientId]: now } : {},
  };
}

/** oidc-provider counts a session's life from its last save: these change with every save. */
function withoutTimes({ iat: _issuedAt, exp: _expiry, ...state }: SessionState): SessionState {
  return state;
}

export function createSessionAdapter({ sessions, grants, clock, cookieKeys, admit }: SessionAdapterDeps): Adapter {
  const queue = new KeyedMutex(clock, QUEUE_AT_MOST_MS);

  async function findOpen(cookieValue: string): Promise<FoundSession | undefined> {
    const hash = sessionIdHash(cookieValue);
    const found = await sessions.findBySessionId(hash);
    if (found === undefined || found.document.isDestroyed) return undefined;
    const sessionId = found.document.sessionIds.find((one) => one.hash === hash);
    return isSessionIdOpen(sessionId, clock.now()) ? found : undefined;
  }

  /** After a change of keys the browser gets the same value under a new signature. */
  function isSignedByOlderKey(cookieValue: string): boolean {
    const ctx = currentContext();
    if (ctx === undefined) return false;
    const name = ctx.oidc.provider.cookieName('session');
    return ctx.cookies.get(`${name}.sig`, { signed: false }) !== cookieKeys.sign(`${name}=${cookieValue}`);
  }

  function canSkipSave({ base, mine, cookieHash, rotatedFrom }: SessionSave, cookieValue: string): boolean {
    if (base === undefined) return false;
    const longerBy = mine.expiresAt - base.document.expiresAt;
    const unsavedAtMost = Math.min(UNSAVED_AT_MOST_MS, (mine.expiresAt - clock.now()) * UNSAVED_AT_MOST_SHARE);
    return (
      longerBy >= 0 &&
      longerBy < unsavedAtMost &&
      rotatedFrom === undefined &&
      // The response to the request that wrote it may be the first to set the cookie.
      currentRequest()?.session?.isWritten !== true &&
      isSessionIdKept(base.document, cookieHash) &&
      isDeepStrictEqual(withoutTimes(mine.state), withoutTimes(base.document.state)) &&
      !isSignedByOlderKey(cookieValue)
    );
  }

  function saved(document: SessionDocument, version: number, cookieHash: string): void {
    noteSession({ document, version }, { isWritten: true });
    if (!isSessionIdKept(document, cookieHash)) withholdSessionCookie();
  }

  /** What a request made in a session that ended meanwhile: nobody would find it to end it. */
  async function endUnsaved({ base, mine }: SessionSave): Promise<void> {
    const known = base === undefined ? {} : authorizationsOf(base.document);
    for (const [clientId, { grantId }] of Object.entries(authorizationsOf(mine)))
      if (grantId !== undefined && grantId !== known[clientId]?.grantId) await grants.destroy(grantId);
  }

  /** True when it is saved, or must not be; undefined when another save came first. */
  async function saveOver(current: FoundSession | undefined, save: SessionSave): Promise<true | undefined> {
    if (current === undefined || current.document.isDestroyed) {
      withholdSessionCookie();
      await endUnsaved(save);
      return true;
    }
    const next = mergeSession(current, save, clock.now());
    if (!(await sessions.replace(next, current.version))) return undefined;
    saved(next, current.version + 1, save.cookieHash);
    return true;
  }

  async function save(mine: SessionDocument, cookieValue: string): Promise<void> {
    const noted = currentRequest()?.session;
    const base = noted?.document.uid === mine.uid ? noted : undefined;
    const cookieHash = sessionIdHash(cookieValue);
    const rotated = rotatedCookieValue();
    const rotatedFrom = rotated === undefined ? undefined : sessionIdHash(rotated);
    const wanted: SessionSave = { base, mine, cookieHash, rotatedFrom };
    // What a request to sign out brings along is kept in the session, whoever sends it.
    refuseLargeParameters({ state: mine.state.state });
    if (base === undefined) await admit('session');
    if (base === undefined && (await sessions.create(mine))) return saved(mine, 1, cookieHash);
    // The browser has that cookie. If the session ends just now and another begins, this response must not undo it.
    if (canSkipSave(wanted, cookieValue)) return withholdSessionCookie();
    if (base !== undefined && !queue.isTaken(mine.uid) && (await saveOver(base, wanted))) return;
    await queue.run(mine.uid, () =>
      retryOnConflict(async () => saveOver(await sessions.findByUid(mine.uid), wanted), { clock }),
    );
  }

  async function end(
    found: FoundSession | undefined,
    shouldEnd: (document: SessionDocument) => boolean,
  ): Promise<void> {
    let current = found;
    await retryOnConflict(
      async () => {
        if (current === undefined || current.document.isDestroyed || !shouldEnd(current.document)) return true;
        if (await sessions.replace(tombstoneOf(current.document), current.version)) return true;
        current = await sessions.findByUid(current.document.uid);
        return undefined;
      },
      { clock },
    );
  }

  return {
    ...unsupported('Session'),

    async find(cookieValue) {
      const found = await findOpen(cookieValue);
      if (found === undefined) return undefined;
      noteSession(found, { isWritten: false });
      // A copy: oidc-provider changes it in place, and the merge needs what was read.
      return { ...structuredClone(found.document.state), jti: cookieValue };
    },

    async findByUid(uid) {
      const found = await sessions.findByUid(uid);
      if (found === undefined || found.document.isDestroyed) return undefined;
      // Our own pages of a sign-in find it so. What the request has already read stays what it changes.
      if (currentRequest()?.session === undefined) noteSession(found, { isWritten: false });
      return { ...found.document.state, jti: `${UID_PREFIX}${uid}` };
    },

    async upsert(cookieValue, { jti: _cookieValue, ...state }, expiresInSeconds) {
      if (state.uid === undefined || expiresInSeconds === undefined)
        throw new TypeError('a session has a uid and an expiry');
      const mine: SessionDocument = {
        uid: state.uid,
        state: structuredClone(state),
        sessionIds: [{ hash: sessionIdHash(cookieValue) }],
        isDestroyed: false,
        seen: seenNow(state, clock.now()),
        expiresAt: clock.now() + (expiresInSeconds + clockToleranceSeconds) * 1000,
      };
      try {
        await save(mine, cookieValue);
      } catch (error) {
        // The browser's old value goes on opening the session, whether or not this one does.
        withholdSessionCookie();
        throw error;
      }
    },

    async destroy(cookieValue) {
      // oidc-provider destroys the old value when it rotates: the save that follows replaces it.
      if (rotatedCookieValue() === cookieValue) return;
      if (cookieValue.startsWith(UID_PREFIX))
        return end(await sessions.findByUid(cookieValue.slice(UID_PREFIX.length)), () => true);
      const hash = sessionIdHash(cookieValue);
      const shouldEnd = (document: SessionDocument): boolean => hasSessionId(document, hash);
      const noted = currentRequest()?.session;
      // If a user has signed in since it was read, an older cookie value does not sign them out.
      await end(noted !== undefined && shouldEnd(noted.document) ? noted : await findOpen(cookieValue), shouldEnd);
    },
  };
}
