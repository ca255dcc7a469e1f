/** The engine's session storage: one document a session, saved by compare-and-set, never brought back once destroyed. */
import Provider, { type Adapter, type AdapterPayload } from 'oidc-provider';
import type { Clock } from '../../ports/clock.ts';
import type { FoundSession, SessionDocument, SessionState, SessionStore } from '../../ports/sessions.ts';
import { StorageUnavailable } from '../../ports/storage-unavailable.ts';
import { clockToleranceSeconds } from '../clock-tolerance.ts';
import { isAliasOpen, nextAliases } from './session-aliases.ts';
import { mergeSessionStates } from './session-merge.ts';
import { unsupported } from './unsupported.ts';

/** Each failed attempt means that another request got through: more than this is not a race but a fault. */
const MAX_ATTEMPTS = 40;

/** Marks the `jti` of a session that was found by uid: it is no cookie value, but destroys the session. */
const UID_PREFIX = 'uid.';

interface RequestContext {
  readonly oidc?: { readonly session?: { readonly oldId?: string } };
}

function requestContext(): RequestContext | undefined {
  return Provider.ctx as RequestContext | undefined;
}

function stateOf(payload: AdapterPayload): SessionState {
  const { jti: _cookieValue, ...state } = payload;
  return structuredClone(state);
}

/** A copy: the engine changes what it was given in place, and what was read must stay as it was for the merge. */
function payloadOf({ document }: FoundSession, jti: string): AdapterPayload {
  return { ...structuredClone(document.state), jti };
}

export function createSessionAdapter(sessions: SessionStore, clock: Clock): Adapter {
  // What each request read, so that its save needs no second read and knows what it changed.
  const readBy = new WeakMap<object, Map<string, FoundSession>>();

  function remember(found: FoundSession): void {
    const context = requestContext();
    if (context === undefined) return;
    const read = readBy.get(context) ?? new Map<string, FoundSession>();
    readBy.set(context, read.set(found.document.uid, found));
  }

  function recall(uid: string): FoundSession | undefined {
    const context = requestContext();
    return context && readBy.get(context)?.get(uid);
  }

  function recallByCookie(cookieValue: string): FoundSession | undefined {
    const context = requestContext();
    const read = (context && readBy.get(context)) ?? new Map<string, FoundSession>();
    const aliasHash = sessions.aliasOf(cookieValue);
    return [...read.values()].find(({ document }) => document.aliases.some(({ hash }) => hash === aliasHash));
  }

  function rotatedFrom(): string | undefined {
    const oldId = requestContext()?.oidc?.session?.oldId;
    return oldId === undefined ? undefined : sessions.aliasOf(oldId);
  }

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
    return {
      ...mine,
      state,
      aliases: nextAliases(current.document.aliases, {
        presented,
        rotatedFrom: rotatedFrom(),
        hasAccountChanged: state.accountId !== current.document.state.accountId,
        wasConcurrent,
        now: clock.now(),
      }),
      expiresAt: Math.max(mine.expiresAt, wasConcurrent ? current.document.expiresAt : 0),
    };
  }

  async function save(mine: SessionDocument, presented: string): Promise<void> {
    const base = recall(mine.uid);
    if (base === undefined && (await sessions.create(mine))) {
      remember({ document: mine, version: 1 });
      return;
    }
    let current = base ?? (await sessions.findByUid(mine.uid));
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      // Ended meanwhile, by its owner or an administrator: a late save must not bring it back.
      if (current === undefined || current.document.isDestroyed) return;
      const next = nextDocument(base ?? current, current, mine, presented);
      if (await sessions.replace(next, current.version)) {
        remember({ document: next, version: current.version + 1 });
        return;
      }
      current = await sessions.findByUid(mine.uid);
    }
    throw new StorageUnavailable(new Error('a session is saved by too many requests at once'));
  }

  async function end(found: FoundSession | undefined): Promise<void> {
    let current = found;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      if (current === undefined || current.document.isDestroyed) return;
      const tombstone = { ...current.document, state: {}, isDestroyed: true };
      if (await sessions.replace(tombstone, current.version)) return;
      current = await sessions.findByUid(current.document.uid);
    }
    throw new StorageUnavailable(new Error('a session is saved by too many requests at once'));
  }

  return {
    ...unsupported('Session'),

    async find(cookieValue) {
      const found = await findOpen(cookieValue);
      if (found === undefined) return undefined;
      remember(found);
      return payloadOf(found, cookieValue);
    },

    async findByUid(uid) {
      const found = await sessions.findByUid(uid);
      if (found === undefined || found.document.isDestroyed) return undefined;
      return payloadOf(found, `${UID_PREFIX}${uid}`);
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
      await save(mine, presented);
    },

    async destroy(cookieValue) {
      // The engine destroys the old value when it rotates: the save that follows moves the alias instead.
      if (requestContext()?.oidc?.session?.oldId === cookieValue) return;
      if (cookieValue.startsWith(UID_PREFIX))
        return end(await sessions.findByUid(cookieValue.slice(UID_PREFIX.length)));
      // What this request read will do: whether it is still so, the compare-and-set finds out.
      return end(recallByCookie(cookieValue) ?? (await findOpen(cookieValue)));
    },
  };
}
