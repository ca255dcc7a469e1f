/** The engine's session storage: one document a session, saved by compare-and-set, never brought back once destroyed. */
import type { Adapter, AdapterPayload } from 'oidc-provider';
import type { Clock } from '../../ports/clock.ts';
import type { FoundSession, SessionDocument, SessionState, SessionStore } from '../../ports/sessions.ts';
import { clockToleranceSeconds } from '../clock-tolerance.ts';
import { requestContext } from './request-context.ts';
import { isAliasOf, isAliasOpen } from './session-aliases.ts';
import { withholdSessionCookie } from './session-cookie.ts';
import { createSessionReads } from './session-reads.ts';
import { createSessionWrites } from './session-writes.ts';
import { unsupported } from './unsupported.ts';

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

export function createSessionAdapter(sessions: SessionStore, clock: Clock): Adapter {
  const reads = createSessionReads();

  async function findOpen(cookieValue: string): Promise<FoundSession | undefined> {
    const aliasHash = sessions.aliasOf(cookieValue);
    const found = await sessions.findByAlias(aliasHash);
    if (found === undefined || found.document.isDestroyed) return undefined;
    const alias = found.document.aliases.find(({ hash }) => hash === aliasHash);
    return alias !== undefined && isAliasOpen(alias, clock.now()) ? found : undefined;
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
        withholdSessionCookie();
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
