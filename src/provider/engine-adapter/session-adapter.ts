/** The engine's session storage: one document a session, saved by compare-and-set, never brought back once destroyed. */
import type { Adapter, AdapterPayload } from 'oidc-provider';
import type { Clock } from '../../ports/clock.ts';
import type { FoundSession, SessionDocument, SessionState, SessionStore } from '../../ports/sessions.ts';
import { StorageUnavailable } from '../../ports/storage-unavailable.ts';
import { clockToleranceSeconds } from '../clock-tolerance.ts';
import { isAliasKept, isAliasOf, isAliasOpen, nextAliases } from './session-aliases.ts';
import { withholdSessionCookie } from './session-cookie.ts';
import { isSameLogin, mergeSessionStates } from './session-merge.ts';
import { createSessionReads, requestContext } from './session-reads.ts';
import { unsupported } from './unsupported.ts';

/** Each failed attempt means that another request got through: more than this is not a race but a fault. */
const MAX_ATTEMPTS = 40;

/** Marks the `jti` of a session that was found by uid: it is no cookie value, but destroys the session. */
const UID_PREFIX = 'uid.';

/** The cookie value that the engine is replacing in this request. */
function rotatedValue(): string | undefined {
  const session = requestContext()?.oidc?.session as { readonly oldId?: string } | undefined;
  return session?.oldId;
}

function stateOf(payload: AdapterPayload): SessionState {
  const { jti: _cookieValue, ...state } = payload;
  return structuredClone(state);
}

/** A copy: the engine changes what it was given in place, and what was read must stay as it was for the merge. */
function payloadOf({ document }: FoundSession, jti: string): AdapterPayload {
  return { ...structuredClone(document.state), jti };
}

function tooManySaves(): StorageUnavailable {
  return new StorageUnavailable(new Error('a session is saved by too many requests at once'));
}

export function createSessionAdapter(sessions: SessionStore, clock: Clock): Adapter {
  const reads = createSessionReads();

  async function findOpen(cookieValue: string): Promise<FoundSession | undefined> {
    const aliasHash = sessions.aliasOf(cookieValue);
    const found = await sessions.findByAlias(aliasHash);
    if (found === undefined || found.document.isDestroyed) return undefined;
    const alias = found.document.aliases.find(({ hash }) => hash === aliasHash);
    return alias !== undefined && isAliasOpen(alias, clock.now()) ? found : undefined;
  }

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

  function saved(document: SessionDocument, version: number, presented: string): void {
    reads.remember({ document, version });
    if (!isAliasKept(document.aliases, presented)) withholdSessionCookie(requestContext());
  }

  async function save(mine: SessionDocument, presented: string): Promise<void> {
    const base = reads.recall(mine.uid);
    if (base === undefined && (await sessions.create(mine))) return saved(mine, 1, presented);
    let current = base ?? (await sessions.findByUid(mine.uid));
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      // Ended meanwhile, by its owner or an administrator: a late save must not bring it back.
      if (current === undefined || current.document.isDestroyed) {
        withholdSessionCookie(requestContext());
        return;
      }
      const next = nextDocument(base ?? current, current, mine, presented);
      if (await sessions.replace(next, current.version)) return saved(next, current.version + 1, presented);
      current = await sessions.findByUid(mine.uid);
    }
    throw tooManySaves();
  }

  async function end(
    found: FoundSession | undefined,
    isMeant: (document: SessionDocument) => boolean = () => true,
  ): Promise<void> {
    let current = found;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      if (current === undefined || current.document.isDestroyed || !isMeant(current.document)) return;
      const tombstone = { ...current.document, state: {}, isDestroyed: true };
      if (await sessions.replace(tombstone, current.version)) return;
      current = await sessions.findByUid(current.document.uid);
    }
    throw tooManySaves();
  }

  return {
    ...unsupported('Session'),

    async find(cookieValue) {
      const found = await findOpen(cookieValue);
      if (found === undefined) return undefined;
      reads.remember(found);
      return payloadOf(found, cookieValue);
    },

    async findByUid(uid) {
      const found = await sessions.findByUid(uid);
      if (found === undefined || found.document.isDestroyed) return undefined;
      // Remembered by nobody, so the engine may have it as it is.
      return { ...found.document.state, jti: `${UID_PREFIX}${uid}` };
    },

    async upsert(cookieValue, payload, expiresInSeconds) {
      if (payload.uid === undefined || expiresInSeconds === undefined)
        throw new TypeError('a session has a uid and an expiry');
      const presented = sessions.aliasOf(cookieValue);
      const mine: SessionDocument = {
        uid: payload.uid,
        state: stateOf(payload),
        aliases: [{ hash: presented }],
        isDestroyed: false,
        expiresAt: clock.now() + (expiresInSeconds + clockToleranceSeconds) * 1000,
      };
      try {
        await save(mine, presented);
      } catch (error) {
        // The value before it goes on opening the session, whether or not this one does.
        withholdSessionCookie(requestContext());
        throw error;
      }
    },

    async destroy(cookieValue) {
      // The engine destroys the old value when it rotates: the save that follows moves the alias instead.
      if (rotatedValue() === cookieValue) return;
      if (cookieValue.startsWith(UID_PREFIX))
        return end(await sessions.findByUid(cookieValue.slice(UID_PREFIX.length)));
      const aliasHash = sessions.aliasOf(cookieValue);
      // What this request read will do: whether it is still so, the compare-and-set finds out. Whoever has signed in
      // since then is not signed out by a cookie value of before.
      await end(reads.recallByAlias(aliasHash) ?? (await findOpen(cookieValue)), ({ aliases }) =>
        isAliasOf(aliases, aliasHash),
      );
    },
  };
}
