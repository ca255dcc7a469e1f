/** Browser sessions: one document a session, found by any of its session ids. */
import type { Page } from '../driver.ts';
import { type Decrypted, EncryptedCollection, storedId, type Write } from '../encryption/encrypted-collection.ts';
import type { KeyedCollectionDeps, KeyedHash } from '../encryption/keyed-hash.ts';

/** What oidc-provider keeps in a session, in its own spelling and without the cookie value. */
export type SessionState = Readonly<Record<string, unknown>>;

export interface SessionId {
  /** Hash of a cookie value. */
  readonly hash: string;
  /** Milliseconds since the epoch after which it no longer finds the session; absent: it finds it for as long as the session lives. */
  readonly until?: number;
}

/** What its owner is shown of a session at /account. Times in milliseconds since the epoch. */
export interface SeenSession {
  /** What the browser said of itself at the latest sign-in; cut. */
  readonly userAgent?: string;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  /** When each client last used the session, by its `client_id`: of those that it is signed in to. */
  readonly clientsSeenAt: Readonly<Record<string, number>>;
}

export interface SessionDocument {
  readonly uid: string;
  readonly state: SessionState;
  readonly sessionIds: readonly SessionId[];
  /** A destroyed session leaves its tombstone until it would have expired, so that a late save cannot bring it back. */
  readonly isDestroyed: boolean;
  /** Absent once it is destroyed. */
  readonly seen?: SeenSession;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** What a client is signed in with, in oidc-provider's spelling. */
export interface SessionAuthorization {
  readonly sid?: string;
  readonly grantId?: string;
}

export interface FoundSession {
  readonly document: SessionDocument;
  readonly version: number;
}

/** With the name that it goes by outside of the provider: it gives neither cookie nor uid away. */
export interface ReferredSession {
  readonly reference: string;
  readonly document: SessionDocument;
}

/** The hash under which a cookie value is kept. */
export function sessionIdHash(cookieValue: string): string {
  return storedId('sessions', cookieValue);
}

const DESTROY_BATCH = 100;

export function authorizationsOf({
  state,
}: Pick<SessionDocument, 'state'>): Readonly<Record<string, SessionAuthorization>> {
  return (state.authorizations ?? {}) as Readonly<Record<string, SessionAuthorization>>;
}

/** What stays of a destroyed session. */
export function tombstoneOf({ seen: _seen, ...document }: SessionDocument): SessionDocument {
  return { ...document, state: {}, isDestroyed: true };
}

/** The indexes that a session is found by. */
export function sessionIndexes({ sessionIds, state }: SessionDocument): Record<string, string | readonly string[]> {
  return {
    sessionId: sessionIds.map(({ hash }) => hash),
    ...(typeof state.accountId === 'string' && { accountId: state.accountId }),
  };
}

const found = (stored: Decrypted<SessionDocument> | undefined): FoundSession | undefined =>
  stored && { document: stored.value, version: stored.version };

export class SessionStore {
  readonly #sessions: EncryptedCollection<SessionDocument, 'sessions'>;
  readonly #keyedHash: KeyedHash;

  constructor(deps: KeyedCollectionDeps) {
    this.#sessions = new EncryptedCollection(deps, 'sessions');
    this.#keyedHash = deps.keyedHash;
  }

  /** Also returns a session that was destroyed, or whose session id has run out: the caller checks. */
  async findBySessionId(sessionIdHash: string): Promise<FoundSession | undefined> {
    const [stored] = await this.#sessions.findBy('sessionId', sessionIdHash, { limit: 1 });
    return found(stored);
  }

  findByUid(uid: string): Promise<FoundSession | undefined> {
    return this.findByReference(this.referenceOf(uid));
  }

  /** Names a session in its JWT access tokens without giving its uid away. */
  referenceOf(uid: string): string {
    return this.#keyedHash.hash('session', uid);
  }

  async findByReference(reference: string): Promise<FoundSession | undefined> {
    return found(await this.#sessions.get(reference));
  }

  /** False when a document of that uid exists. */
  create(document: SessionDocument): Promise<boolean> {
    return this.#sessions.insert(this.#write(document));
  }

  replace(document: SessionDocument, expectedVersion: number): Promise<boolean> {
    return this.#sessions.replace(this.#write(document), expectedVersion);
  }

  /** At most `limit` of an account's sessions that live, in no order that says anything. */
  async ofAccount(accountId: string, page: Page): Promise<readonly ReferredSession[]> {
    // A destroyed session has no account any more.
    const stored = await this.#sessions.findBy('accountId', accountId, page);
    return stored.map(({ id, value }) => ({ reference: id, document: value }));
  }

  /** Undefined when there is no such session of the account, or it has ended before; else what it was. */
  async destroyOf(accountId: string, reference: string): Promise<SessionDocument | undefined> {
    let ended: SessionDocument | undefined;
    const written = await this.#sessions.compareAndSet(reference, (document) => {
      if (document.isDestroyed || document.state.accountId !== accountId) return undefined;
      ended = document;
      return this.#write(tombstoneOf(document));
    });
    return written && ended;
  }

  /** Destroys every session of an account; returns how many there were. */
  async destroyForAccount(accountId: string): Promise<number> {
    let destroyed = 0;
    for (;;) {
      // A destroyed session has no account any more, so each round finds those that are left.
      const batch = await this.#sessions.findBy('accountId', accountId, { limit: DESTROY_BATCH });
      if (batch.length === 0) return destroyed;
      for (const { id } of batch) {
        const written = await this.#sessions.compareAndSet(id, (document) =>
          document.isDestroyed ? undefined : this.#write(tombstoneOf(document)),
        );
        if (written !== undefined) destroyed += 1;
      }
    }
  }

  #write(document: SessionDocument): Write<SessionDocument> {
    return {
      id: this.referenceOf(document.uid),
      value: document,
      indexes: sessionIndexes(document),
      expiresAt: document.expiresAt,
    };
  }
}
