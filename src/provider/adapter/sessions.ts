/** oidc-provider's session storage: one document a session, saved by compare-and-set, never brought back once destroyed. */

import { isDeepStrictEqual } from 'node:util';
import type { Adapter, AdapterPayload, KoaContextWithOIDC } from 'oidc-provider';
import type { Clock } from '../../ports/clock.ts';
import { StorageUnavailable } from '../../storage/driver.ts';
import type { FoundSession, SessionDocument, SessionState, SessionStore } from '../../storage/issued/sessions.ts';
import { clockToleranceSeconds } from '../options/lifetimes.ts';
import { currentContext } from '../request.ts';
import { createKeyedMutex } from './keyed-mutex.ts';
import {
  hasSessionId,
  isSameLogin,
  isSessionIdKept,
  isSessionIdOpen,
  mergeSessionStates,
  nextSessionIds,
} from './session-merge.ts';
import { unsupported } from './tokens.ts';

/** Marks the `jti` of a session that was found by uid: it is no cookie value, but destroys the session. */
const UID_PREFIX = 'uid.';

/** The cookie value that oidc-provider is replacing in this request. */
function rotatedValue(): string | undefined {
  const session = currentContext()?.oidc?.session as { readonly oldId?: string } | undefined;
  return session?.oldId;
}

function stateOf(payload: AdapterPayload): SessionState {
  const { jti: _cookieValue, ...state } = payload;
  return structuredClone(state);
}

/** A copy: oidc-provider changes what it was given in place, and what was read must stay as it was for the merge. */
function payloadOf({ document }: FoundSession, jti: string): AdapterPayload {
  return { ...structuredClone(document.state), jti };
}

export function createSessionAdapter(sessions: SessionStore, clock: Clock): Adapter {
  const reads = createSessionReads();

  async function findOpen(cookieValue: string): Promise<FoundSession | undefined> {
    const sessionIdHash = sessions.sessionIdHash(cookieValue);
    const found = await sessions.findBySessionId(sessionIdHash);
    if (found === undefined || found.document.isDestroyed) return undefined;
    const sessionId = found.document.sessionIds.find(({ hash }) => hash === sessionIdHash);
    return sessionId !== undefined && isSessionIdOpen(sessionId, clock.now()) ? found : undefined;
  }

  const { save, end } = createSessionWrites({ sessions, reads, clock, rotatedValue });

  return {
    ...unsupported('Session'),

    async find(cookieValue) {
      const found = await findOpen(cookieValue);
      if (found === undefined) return undefined;
      reads.remember(found, 'read');
      return payloadOf(found, cookieValue);
    },

    async findByUid(uid) {
      const found = await sessions.findByUid(uid);
      if (found === undefined || found.document.isDestroyed) return undefined;
      // Remembered by nobody, so oidc-provider may have it as it is.
      return { ...found.document.state, jti: `${UID_PREFIX}${uid}` };
    },

    async upsert(cookieValue, payload, expiresInSeconds) {
      if (payload.uid === undefined || expiresInSeconds === undefined)
        throw new TypeError('a session has a uid and an expiry');
      const presented = sessions.sessionIdHash(cookieValue);
      const mine: SessionDocument = {
        uid: payload.uid,
        state: stateOf(payload),
        sessionIds: [{ hash: presented }],
        isDestroyed: false,
        expiresAt: clock.now() + (expiresInSeconds + clockToleranceSeconds) * 1000,
      };
      try {
        await save(mine, presented);
      } catch (error) {
        // The value before it goes on opening the session, whether or not this one does.
        withholdSessionCookie();
        throw error;
      }
    },

    async destroy(cookieValue) {
      // oidc-provider destroys the old value when it rotates: the save that follows moves the session id instead.
      if (rotatedValue() === cookieValue) return;
      if (cookieValue.startsWith(UID_PREFIX))
        return end(await sessions.findByUid(cookieValue.slice(UID_PREFIX.length)));
      const sessionIdHash = sessions.sessionIdHash(cookieValue);
      // What this request read will do: whether it is still so, the compare-and-set finds out. Whoever has signed in
      // since then is not signed out by a cookie value of before.
      await end(reads.recallBySessionId(sessionIdHash) ?? (await findOpen(cookieValue)), ({ sessionIds }) =>
        hasSessionId(sessionIds, sessionIdHash),
      );
    },
  };
}

/** Each failed attempt means that another process got through: more than this is not a race but a fault. */
const MAX_ATTEMPTS = 40;

/** Longer than a save takes, shorter than a user waits. */
const TURN_PATIENCE_MS = 2000;

/** A session that lives on and changed in nothing else is saved once in this time, and not at every request. */
const LIVES_ON_UNSAVED_MS = 60_000;
/** Of a short life a smaller part: as a share of what is left of it. */
const LIVES_ON_UNSAVED_SHARE = 0.05;

export interface SessionWritesDeps {
  readonly sessions: SessionStore;
  readonly reads: SessionReads;
  readonly clock: Clock;
  /** The cookie value that oidc-provider is replacing in this request. */
  readonly rotatedValue: () => string | undefined;
}

export interface SessionWrites {
  /** `presented` is the hash of the cookie value that the browser gets. */
  save(mine: SessionDocument, presented: string): Promise<void>;
  end(found: FoundSession | undefined, isMeant?: (document: SessionDocument) => boolean): Promise<void>;
}

function tooManySaves(): StorageUnavailable {
  return new StorageUnavailable(new Error('a session is saved by too many requests at once'));
}

/** oidc-provider counts a session's life from its last save; what it is worth stands elsewhere. */
function withoutTimes({ iat: _issuedAt, exp: _expiry, ...state }: SessionState): SessionState {
  return state;
}

function createSessionWrites({ sessions, reads, clock, rotatedValue }: SessionWritesDeps): SessionWrites {
  const turns = createKeyedMutex(TURN_PATIENCE_MS);

  function nextDocument(
    base: FoundSession,
    current: FoundSession,
    mine: SessionDocument,
    presented: string,
  ): SessionDocument {
    const wasConcurrent = base.version !== current.version;
    const state = wasConcurrent
      ? mergeSessionStates(base.document.state, mine.state, current.document.state)
      : mine.state;
    const rotated = rotatedValue();
    return {
      ...mine,
      state,
      sessionIds: nextSessionIds(current.document.sessionIds, {
        presented,
        rotatedFrom: rotated === undefined ? undefined : sessions.sessionIdHash(rotated),
        hasAccountChanged: state.accountId !== current.document.state.accountId,
        hasSignedIn: !isSameLogin(mine.state, base.document.state) && mine.state.accountId === state.accountId,
        wasConcurrent,
        now: clock.now(),
      }),
      expiresAt: Math.max(mine.expiresAt, wasConcurrent ? current.document.expiresAt : 0),
    };
  }

  /** All that this save would change is how long the session lives, and that by next to nothing. */
  function isHardlyAnyChange({ document }: FoundSession, mine: SessionDocument, presented: string): boolean {
    const longer = mine.expiresAt - document.expiresAt;
    const unsaved = Math.min(LIVES_ON_UNSAVED_MS, (mine.expiresAt - clock.now()) * LIVES_ON_UNSAVED_SHARE);
    return (
      longer >= 0 &&
      longer < unsaved &&
      rotatedValue() === undefined &&
      !reads.hasWritten(mine.uid) &&
      !isSessionCookieSignedAnew() &&
      isSessionIdKept(document.sessionIds, presented) &&
      isDeepStrictEqual(withoutTimes(mine.state), withoutTimes(document.state))
    );
  }

  function saved(document: SessionDocument, version: number, presented: string): void {
    reads.remember({ document, version }, 'written');
    if (!isSessionIdKept(document.sessionIds, presented)) withholdSessionCookie();
  }

  /** True when it is saved, or must not be. */
  async function saveOver(
    current: FoundSession | undefined,
    base: FoundSession | undefined,
    mine: SessionDocument,
    presented: string,
  ): Promise<boolean> {
    // Ended meanwhile, by its owner or an administrator: a late save must not bring it back.
    if (current === undefined || current.document.isDestroyed) {
      withholdSessionCookie();
      return true;
    }
    const next = nextDocument(base ?? current, current, mine, presented);
    if (!(await sessions.replace(next, current.version))) return false;
    saved(next, current.version + 1, presented);
    return true;
  }

  return {
    async save(mine, presented) {
      const base = reads.recall(mine.uid);
      if (base === undefined && (await sessions.create(mine))) return saved(mine, 1, presented);
      if (base !== undefined && isHardlyAnyChange(base, mine, presented)) {
        // The browser has that value. Should the session end just now, and another begin, this answer must not undo it.
        withholdSessionCookie();
        return;
      }
      if (base !== undefined && !turns.isTaken(mine.uid) && (await saveOver(base, base, mine, presented))) return;
      // Requests of this process wait for each other, so that a crowd of tabs does not use up its attempts on itself.
      await turns.take(mine.uid, async () => {
        for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
          if (await saveOver(await sessions.findByUid(mine.uid), base, mine, presented)) return;
        }
        throw tooManySaves();
      });
    },

    async end(found, isMeant = () => true) {
      let current = found;
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
        if (current === undefined || current.document.isDestroyed || !isMeant(current.document)) return;
        const tombstone = { ...current.document, state: {}, isDestroyed: true };
        if (await sessions.replace(tombstone, current.version)) return;
        current = await sessions.findByUid(current.document.uid);
      }
      throw tooManySaves();
    },
  };
}

export interface SessionReads {
  /** What is stored, as this request has read it, or written it. */
  remember(found: FoundSession, how: 'read' | 'written'): void;
  recall(uid: string): FoundSession | undefined;
  /** This request has written it: its answer may be the first to hand the cookie to the browser. */
  hasWritten(uid: string): boolean;
  recallBySessionId(sessionIdHash: string): FoundSession | undefined;
}

interface Remembered {
  readonly found: FoundSession;
  readonly how: 'read' | 'written';
}

function createSessionReads(): SessionReads {
  const readBy = new WeakMap<object, Map<string, Remembered>>();

  function ofRequest(): Map<string, Remembered> | undefined {
    const context = currentContext();
    return context && readBy.get(context);
  }

  return {
    remember(found, how) {
      const context = currentContext();
      if (context === undefined) return;
      readBy.set(context, (ofRequest() ?? new Map<string, Remembered>()).set(found.document.uid, { found, how }));
    },
    recall: (uid) => ofRequest()?.get(uid)?.found,
    hasWritten: (uid) => ofRequest()?.get(uid)?.how === 'written',
    recallBySessionId: (sessionIdHash) =>
      [...(ofRequest()?.values() ?? [])].find(({ found }) => hasSessionId(found.document.sessionIds, sessionIdHash))
        ?.found,
  };
}

function handedOut(ctx: KoaContextWithOIDC): readonly string[] {
  return [ctx.response.headers['set-cookie'] ?? []].flat().map(String);
}

/** Keeps a session cookie that opens nothing out of the answer: it would replace a better one in the browser. */
function withholdSessionCookie(): void {
  const ctx = currentContext();
  if (ctx === undefined) return;
  const cookies = handedOut(ctx);
  // oidc-provider saves twice at times, and the second time there is none.
  if (cookies.length === 0) return;
  const name = ctx.oidc.provider.cookieName('session');
  const isOfSession = (cookie: string): boolean =>
    [`${name}=`, `${name}.sig=`].some((start) => cookie.startsWith(start));
  const others = cookies.filter((cookie) => !isOfSession(cookie));
  ctx.remove('Set-Cookie');
  if (others.length > 0) ctx.set('Set-Cookie', others);
}

/** The browser's value bears the signature of an older key: the answer hands out one of the key that signs now. */
function isSessionCookieSignedAnew(): boolean {
  const ctx = currentContext();
  if (ctx === undefined) return false;
  const name = `${ctx.oidc.provider.cookieName('session')}.sig`;
  const signature = handedOut(ctx)
    .find((cookie) => cookie.startsWith(`${name}=`))
    ?.slice(name.length + 1)
    .split(';')[0];
  return signature !== undefined && signature !== ctx.cookies.get(name, { signed: false });
}
