/** Where browser sessions are kept: one document a session, found by any of its cookie sessionIds. */

import type { Records } from '../driver.ts';
import { bearerHash, type Decrypted, encryptedCollection, type Write } from '../encryption/encrypted-collection.ts';
import type { KeyRing } from '../encryption/key-ring.ts';
import type { KeyedHash } from '../encryption/keyed-hash.ts';

/** What the driver keeps in a session (its own spelling), without the cookie value. */
export type SessionState = Readonly<Record<string, unknown>>;

export interface SessionId {
  /** Hash of a cookie value. */
  readonly hash: string;
  /** Milliseconds since the epoch after which it opens nothing; absent: as long as the session. */
  readonly until?: number;
}

export interface SessionDocument {
  readonly uid: string;
  readonly state: SessionState;
  readonly sessionIds: readonly SessionId[];
  /** A destroyed session leaves its tombstone until it would have expired, so that a late save cannot bring it back. */
  readonly isDestroyed: boolean;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface FoundSession {
  readonly document: SessionDocument;
  readonly version: number;
}

export interface SessionStore {
  /** The hash under which a cookie value is kept as session id. */
  sessionIdHash(cookieValue: string): string;
  /** Tombstones and outlived sessionIds included: the caller decides. */
  findBySessionId(sessionIdHash: string): Promise<FoundSession | undefined>;
  findByUid(uid: string): Promise<FoundSession | undefined>;
  /** A keyed hash that names a session in its JWT access tokens. */
  referenceOf(uid: string): string;
  findByReference(reference: string): Promise<FoundSession | undefined>;
  /** False when a document of that uid exists. */
  create(document: SessionDocument): Promise<boolean>;
  /** Compare-and-set. */
  replace(document: SessionDocument, expectedVersion: number): Promise<boolean>;
  /** KeyedMutex every session of an account into its tombstone. */
  destroyForAccount(accountId: string): Promise<number>;
}

const DESTROY_BATCH = 100;

export function sessionReference(uid: string, keyedHash: KeyedHash): string {
  return keyedHash.hash('session', uid);
}

/** What is kept beside the encrypted document, to find it by. */
export function sessionIndexes({ sessionIds, state }: SessionDocument): Record<string, string | readonly string[]> {
  return {
    sessionId: sessionIds.map(({ hash }) => hash),
    ...(typeof state.accountId === 'string' && { accountId: state.accountId }),
  };
}

export function createSessionStore(records: Records, ring: KeyRing, keyedHash: KeyedHash): SessionStore {
  const sessions = encryptedCollection<SessionDocument, 'sessions'>(records, ring, 'sessions');
  const idOf = (uid: string): string => sessionReference(uid, keyedHash);

  const write = (document: SessionDocument): Write<SessionDocument> => ({
    id: idOf(document.uid),
    value: document,
    indexes: sessionIndexes(document),
    expiresAt: document.expiresAt,
  });
  const found = (opened: Decrypted<SessionDocument> | undefined): FoundSession | undefined =>
    opened && { document: opened.value, version: opened.version };

  return {
    sessionIdHash: (cookieValue) => bearerHash('sessions', cookieValue),
    async findBySessionId(sessionIdHash) {
      const [opened] = await sessions.findBy('sessionId', sessionIdHash, { limit: 1 });
      return found(opened);
    },
    findByUid: async (uid) => found(await sessions.get(idOf(uid))),
    referenceOf: idOf,
    findByReference: async (reference) => found(await sessions.get(reference)),
    create: (document) => sessions.insert(write(document)),
    replace: (document, expectedVersion) => sessions.replace(write(document), expectedVersion),
    async destroyForAccount(accountId) {
      let destroyed = 0;
      for (;;) {
        const batch = await sessions.findBy('accountId', accountId, { limit: DESTROY_BATCH });
        if (batch.length === 0) return destroyed;
        for (const { value, version } of batch) {
          const tombstone = { ...value, state: {}, isDestroyed: true };
          // Lost to a save under way: the next round of the outer loop meets that one again.
          if (await sessions.replace(write(tombstone), version)) destroyed += 1;
        }
      }
    },
  };
}
