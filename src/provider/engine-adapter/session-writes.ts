/** Saves and ends sessions by compare-and-set: nothing that another request made of one is lost, and none comes back. */
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../ports/clock.ts';
import type { FoundSession, SessionDocument, SessionState, SessionStore } from '../../ports/sessions.ts';
import { StorageUnavailable } from '../../ports/storage-unavailable.ts';
import { isAliasKept, nextAliases } from './session-aliases.ts';
import { isSessionCookieSignedAnew, withholdSessionCookie } from './session-cookie.ts';
import { isSameLogin, mergeSessionStates } from './session-merge.ts';
import type { SessionReads } from './session-reads.ts';
import { createTurns } from './turns.ts';

/** Each failed attempt means that another process got through: more than this is not a race but a fault. */
const MAX_ATTEMPTS = 40;

/** Longer than a save takes, shorter than a person waits. */
const TURN_PATIENCE_MS = 2000;

/** A session that lives on and changed in nothing else is saved once in this time, and not at every request. */
const LIVES_ON_UNSAVED_MS = 60_000;
/** Of a short life a smaller part: as a share of what is left of it. */
const LIVES_ON_UNSAVED_SHARE = 0.05;

export interface SessionWritesWorld {
  readonly sessions: SessionStore;
  readonly reads: SessionReads;
  readonly clock: Clock;
  /** The cookie value that the engine is replacing in this request. */
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

/** The engine counts a session's life from its last save; what it is worth stands elsewhere. */
function withoutTimes({ iat: _issuedAt, exp: _expiry, ...state }: SessionState): SessionState {
  return state;
}

export function createSessionWrites({ sessions, reads, clock, rotatedValue }: SessionWritesWorld): SessionWrites {
  const turns = createTurns(TURN_PATIENCE_MS);

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
      aliases: nextAliases(current.document.aliases, {
        presented,
        rotatedFrom: rotated === undefined ? undefined : sessions.aliasOf(rotated),
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
      isAliasKept(document.aliases, presented) &&
      isDeepStrictEqual(withoutTimes(mine.state), withoutTimes(document.state))
    );
  }

  function saved(document: SessionDocument, version: number, presented: string): void {
    reads.remember({ document, version }, 'written');
    if (!isAliasKept(document.aliases, presented)) withholdSessionCookie();
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
