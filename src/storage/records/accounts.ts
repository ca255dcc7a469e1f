/** Where accounts are kept: the users who can sign in. */
import type { Page } from '../driver.ts';
import { EncryptedCollection, type PageOf } from '../encryption/encrypted-collection.ts';
import type { IndexedCollectionDeps } from '../encryption/keyed-hash.ts';
import { AccountIdentifiers, type HeldReservation } from './account-identifiers.ts';

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
  /** Milliseconds since the epoch: nothing that began before is accepted any more, not even a sign-in under way. */
  readonly sessionsEndedAt?: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

type IdentifierKind = 'email' | 'username';
type HeldReservations = Map<IdentifierKind, HeldReservation>;

export function identifiersOf({ email, username }: Account): readonly (readonly [IdentifierKind, string])[] {
  // Always in this order: of two accounts that share both, one gets both.
  return [['email', email], ...(username === undefined ? [] : [['username', username] as const])];
}

export class AccountStore {
  readonly #accounts: EncryptedCollection<Account, 'accounts'>;
  readonly #identifiers: AccountIdentifiers;

  constructor(deps: IndexedCollectionDeps) {
    this.#accounts = new EncryptedCollection(deps, 'accounts');
    this.#identifiers = new AccountIdentifiers(deps, async (id) => (await this.#accounts.get(id)) !== undefined);
  }

  /** Reserves e-mail address and username, then writes; returns what is taken instead of throwing. */
  async create(account: Account): Promise<{ readonly taken: IdentifierKind } | undefined> {
    const held: HeldReservations = new Map();
    const taken = await this.#reserveAll(account, held);
    if (taken !== undefined) return { taken };
    if (!(await this.#accounts.insert({ id: account.id, value: account }))) {
      await this.#releaseAll(held);
      throw new TypeError('an account id is never used twice');
    }
    const lost = await this.#confirmAll(held);
    if (lost === undefined) return undefined;
    await this.#accounts.remove(account.id);
    await this.#releaseAll(held);
    return { taken: lost };
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

  list(page: Page): Promise<PageOf<Account>> {
    return this.#accounts.list(page);
  }

  /** All into `held`, or none: then it returns what is taken. */
  async #reserveAll(account: Account, held: HeldReservations): Promise<IdentifierKind | undefined> {
    for (const [kind, identifier] of identifiersOf(account)) {
      const reservation = await this.#identifiers.reserve(identifier, account.id);
      if (reservation === undefined) {
        await this.#releaseAll(held);
        return kind;
      }
      held.set(kind, reservation);
    }
    return undefined;
  }

  /** Returns the one that another account took over while this one was written. */
  async #confirmAll(held: HeldReservations): Promise<IdentifierKind | undefined> {
    for (const [kind, reservation] of held) {
      const confirmed = await this.#identifiers.confirm(reservation);
      if (confirmed === undefined) return kind;
      held.set(kind, confirmed);
    }
    return undefined;
  }

  async #releaseAll(held: HeldReservations): Promise<void> {
    for (const reservation of held.values()) await this.#identifiers.release(reservation);
  }
}
