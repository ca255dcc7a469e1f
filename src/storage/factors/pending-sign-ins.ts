/** What a sign-in has proven before it is complete: who it is, while the second factor is missing. No session knows the account yet. */
import { type CollectionDeps, EncryptedCollection, storedId } from '../encryption/encrypted-collection.ts';

export interface PendingSignIn {
  readonly accountId: string;
  /** Seconds since the epoch: when the first factor was proven (OIDC Core 2, auth_time). */
  readonly provenAt: number;
  /** When the account's sessions had last been ended; 0 if never. An end since then makes this worthless. */
  readonly sessionsEndedAt: number;
  readonly isRemembered: boolean;
  /** The account was made in this very sign-in. */
  readonly hasRegistered?: true;
  /** How strong that was (`acr`), and how it was done (RFC 8176). */
  readonly level: string;
  readonly amr: readonly string[];
  /**
   * All was proven, and one page more is shown: whoever goes on from there is signed in, while the factors are as they were changed then.
   */
  readonly completeWith?: { readonly factorsChangedAt: number };
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

const idOf = (interactionUid: string): string => storedId('pending_sign_ins', interactionUid);

export class PendingSignIns {
  readonly #pending: EncryptedCollection<PendingSignIn, 'pending_sign_ins'>;

  constructor(deps: CollectionDeps) {
    this.#pending = new EncryptedCollection(deps, 'pending_sign_ins');
  }

  /** In place of what was there: another account may have been entered. */
  put(interactionUid: string, pending: PendingSignIn): Promise<void> {
    return this.#pending.put({ id: idOf(interactionUid), value: pending, expiresAt: pending.expiresAt });
  }

  async get(interactionUid: string): Promise<PendingSignIn | undefined> {
    return (await this.#pending.get(idOf(interactionUid)))?.value;
  }

  /** True for one of many callers. */
  remove(interactionUid: string): Promise<boolean> {
    return this.#pending.remove(idOf(interactionUid));
  }
}
