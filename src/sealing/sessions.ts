/** Keeps sessions by uid, sealed, found by the hashes of their cookie values. */
import type { KeyedHash } from '../ports/keyed-hash.ts';
import type { Records } from '../ports/records.ts';
import type { FoundSession, SessionDocument, SessionStore } from '../ports/sessions.ts';
import type { KeyRing } from './key-ring.ts';
import { bearerHash, type Opened, sealedCollection, type Write } from './sealed-collection.ts';

const DESTROY_BATCH = 100;

export function sessionReference(uid: string, keyedHash: KeyedHash): string {
  return keyedHash.hash('session', uid);
}

/** What is kept beside the sealed document, to find it by. */
export function sessionLookups({ aliases, state }: SessionDocument): Record<string, string | readonly string[]> {
  return {
    alias: aliases.map(({ hash }) => hash),
    ...(typeof state.accountId === 'string' && { accountId: state.accountId }),
  };
}

export function createSessionStore(records: Records, ring: KeyRing, keyedHash: KeyedHash): SessionStore {
  const sessions = sealedCollection<SessionDocument, 'sessions'>(records, ring, 'sessions');
  const idOf = (uid: string): string => sessionReference(uid, keyedHash);

  const write = (document: SessionDocument): Write<SessionDocument> => ({
    id: idOf(document.uid),
    value: document,
    lookups: sessionLookups(document),
    expiresAt: document.expiresAt,
  });
  const found = (opened: Opened<SessionDocument> | undefined): FoundSession | undefined =>
    opened && { document: opened.value, version: opened.version };

  return {
    aliasOf: (cookieValue) => bearerHash('sessions', cookieValue),
    async findByAlias(aliasHash) {
      const [opened] = await sessions.findBy('alias', aliasHash, { limit: 1 });
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
