/** Where browser sessions are kept: one document a session, found by any of its cookie aliases. */

/** What the engine keeps in a session (its own spelling), without the cookie value. */
export type SessionState = Readonly<Record<string, unknown>>;

export interface SessionAlias {
  /** Hash of a cookie value. */
  readonly hash: string;
  /** Milliseconds since the epoch after which it opens nothing; absent: as long as the session. */
  readonly until?: number;
}

export interface SessionDocument {
  readonly uid: string;
  readonly state: SessionState;
  readonly aliases: readonly SessionAlias[];
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
  /** The hash under which a cookie value is kept as alias. */
  aliasOf(cookieValue: string): string;
  /** Tombstones and outlived aliases included: the caller decides. */
  findByAlias(aliasHash: string): Promise<FoundSession | undefined>;
  findByUid(uid: string): Promise<FoundSession | undefined>;
  /** A keyed hash that names a session in its JWT access tokens. */
  referenceOf(uid: string): string;
  findByReference(reference: string): Promise<FoundSession | undefined>;
  /** False when a document of that uid exists. */
  create(document: SessionDocument): Promise<boolean>;
  /** Compare-and-set. */
  replace(document: SessionDocument, expectedVersion: number): Promise<boolean>;
  /** Turns every session of an account into its tombstone. */
  destroyForAccount(accountId: string): Promise<number>;
}
