/**
 * What an account proves itself with besides its password: one record for each account, changed by compare-and-set. So of many
 * sign-ins at once, in whatever processes, one has the time step of a code, and one a recovery code.
 */
import { EncryptedCollection } from '../encryption/encrypted-collection.ts';
import type { KeyedCollectionDeps, KeyedHash } from '../encryption/keyed-hash.ts';

/** An app that shows codes (RFC 6238). */
export interface AuthenticatorApp {
  readonly id: string;
  readonly name: string;
  /** Base32. */
  readonly secret: string;
  /** The time step of the last code that was accepted: it and those before it are used up. */
  readonly lastStep: number;
  /** Milliseconds since the epoch, here and below. */
  readonly addedAt: number;
  readonly lastUsedAt?: number;
}

/** A WebAuthn credential. */
export interface Passkey {
  /** The credential id, in base64url. */
  readonly id: string;
  readonly name: string;
  /** COSE, in base64url. */
  readonly publicKey: string;
  readonly counter: number;
  readonly transports: readonly string[];
  /** `multiDevice`: it is synced, so what holds the key is software (RFC 8176, swk). */
  readonly deviceType: 'singleDevice' | 'multiDevice';
  readonly addedAt: number;
  readonly lastUsedAt?: number;
}

export interface AccountFactors {
  readonly accountId: string;
  readonly apps: readonly AuthenticatorApp[];
  readonly passkeys: readonly Passkey[];
  /** Keyed hashes of those that were not used. */
  readonly recoveryCodes: readonly string[];
  /** When a factor was added or removed last, or recovery codes were made: what was remembered before counts for nothing. 0 if never. */
  readonly changedAt: number;
  /** Which session made that change, and `changedAt` before it. Absent where it was made in none. */
  readonly changedBy?: { readonly session: string; readonly from: number };
}

/** A second factor of its own. Recovery codes stand for one that is lost. */
export function hasFactor({ apps, passkeys }: Pick<AccountFactors, 'apps' | 'passkeys'>): boolean {
  return apps.length > 0 || passkeys.length > 0;
}

const noneOf = (accountId: string): AccountFactors => ({
  accountId,
  apps: [],
  passkeys: [],
  recoveryCodes: [],
  changedAt: 0,
});

export class FactorStore {
  readonly #factors: EncryptedCollection<AccountFactors, 'factors'>;
  readonly #keyedHash: KeyedHash;

  constructor(deps: KeyedCollectionDeps) {
    this.#keyedHash = deps.keyedHash;
    this.#factors = new EncryptedCollection(deps, 'factors');
  }

  /** How passkeys name the account (WebAuthn 5.4.3: nothing personal): by it they are found without anything typed. 32 bytes in base64url. */
  userHandleOf(accountId: string): string {
    return this.#keyedHash.hash('factors', accountId);
  }

  /** Without a record the account has none. */
  async get(accountId: string): Promise<AccountFactors> {
    const found = await this.#factors.get(this.userHandleOf(accountId));
    return found?.value ?? noneOf(accountId);
  }

  async findByUserHandle(userHandle: string): Promise<AccountFactors | undefined> {
    return (await this.#factors.get(userHandle))?.value;
  }

  /** As written; undefined when `change` returned undefined: then nothing is. It may be asked several times. */
  change(
    accountId: string,
    change: (current: AccountFactors) => AccountFactors | undefined,
  ): Promise<AccountFactors | undefined> {
    const id = this.userHandleOf(accountId);
    return this.#factors.insertOrSet(id, (current) => {
      const next = change(current ?? noneOf(accountId));
      return next && { id, value: { ...next, accountId } };
    });
  }

  /** False when there was nothing. */
  removeAllOf(accountId: string): Promise<boolean> {
    return this.#factors.remove(this.userHandleOf(accountId));
  }
}
