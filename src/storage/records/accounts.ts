/** Where accounts are kept: the users who can sign in. */
import type { Page } from '../driver.ts';
import { EncryptedCollection, type PageOf } from '../encryption/encrypted-collection.ts';
import type { KeyedCollectionDeps } from '../encryption/keyed-hash.ts';
import { AccountIdentifiers, type HeldReservation, type IdentifierKind } from './account-identifiers.ts';

export interface Account {
  /** The `sub` of every token: random, never reused. */
  readonly id: string;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly username?: string;
  readonly name?: string;
  /** Further standard or custom claims, in their wire spelling (OIDC Core 5.1). */
  readonly claims: Readonly<Record<string, unknown>>;
  /** Scheme-tagged password hash; absent while no password is set. */
  readonly passwordHash?: string;
  readonly isDisabled: boolean;
  /** Milliseconds since the epoch: sessions and sign-ins that began before it are not accepted. */
  readonly sessionsEndedAt?: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

export function identifiersOf({ email, username }: Account): readonly (readonly [IdentifierKind, string])[] {
  // Always in this order, so that of two accounts that reserve the same pair one gets both.
  return [['email', email], ...(username === undefined ? [] : [['username', username] as const])];
}

export class AccountStore {
  readonly #accounts: EncryptedCollection<Account, 'accounts'>;
  readonly #identifiers: AccountIdentifiers;

  constructor(deps: KeyedCollectionDeps) {
    this.#accounts = new EncryptedCollection(deps, 'accounts');
    this.#identifiers = new AccountIdentifiers(deps, async (id) => (await this.#accounts.get(id)) !== undefined);
  }

  /** Reserves e-mail address and username, then writes; returns what is taken instead of throwing. */
  async create(account: Account): Promise<{ readonly taken: IdentifierKind } | undefined> {
    const held: HeldReservation[] = [];
    const releaseAll = async () => {
      for (const reservation of held) await this.#identifiers.release(reservation);
    };
    for (const [kind, identifier] of identifiersOf(account)) {
      const reservation = await this.#identifiers.reserve(kind, identifier, account.id);
      if (reservation === undefined) {
        await releaseAll();
        return { taken: kind };
      }
      held.push(reservation);
    }
    if (!(await this.#accounts.insert({ id: account.id, value: account }))) {
      await releaseAll();
      throw new TypeError('an account id is never used twice');
    }
    for (const reservation of held) {
      if (await this.#identifiers.confirm(reservation)) continue;
      // Another account took it over while this one was written.
      await this.#accounts.remove(account.id);
      await releaseAll();
      return { taken: reservation.kind };
    }
    return undefined;
  }

  async get(id: string): Promise<Account | undefined> {
    return (await this.#accounts.get(id))?.value;
  }

  /** By e-mail address or username, in any case. */
  async findByIdentifier(identifier: string): Promise<Account | undefined> {
    // Read even when there is no owner: known and unknown take the same number of reads.
    return this.get((await this.#identifiers.ownerOf(identifier)) ?? 'nobody');
  }

  /** By compare-and-set; undefined when there is no such account. Cannot change e-mail address or username. */
  update(id: string, change: (account: Account) => Account): Promise<Account | undefined> {
    return this.#accounts.compareAndSet(id, (account) => {
      const changed = change(account);
      if (changed.id !== id || changed.email !== account.email || changed.username !== account.username) {
        throw new TypeError('an account keeps its id, e-mail address and username');
      }
      return { id, value: changed };
    });
  }

  /** With its e-mail address and username, which are free again. True when there was something of it. */
  async remove(id: string): Promise<boolean> {
    // The account first: a reservation without one can be taken over, an account without its reservation could have a twin.
    const wasThere = await this.#accounts.remove(id);
    const released = await this.#identifiers.releaseAllOf(id);
    return wasThere || released > 0;
  }

  list(page: Page): Promise<PageOf<Account>> {
    return this.#accounts.list(page);
  }
}
