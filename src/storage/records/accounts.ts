/** Where accounts are kept: the people who can sign in. */

import type { Clock } from '../../ports/clock.ts';
import type { Page, Records } from '../driver.ts';
import { compareAndSet, encryptedCollection, pageOf, type Write } from '../encryption/encrypted-collection.ts';
import type { KeyRing } from '../encryption/key-ring.ts';
import type { KeyedHash } from '../encryption/keyed-hash.ts';
import { createIdentifierReservations, type HeldReservation } from './account-identifiers.ts';

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
  /** Milliseconds since the epoch: whoever signed in before holds nothing any more, not even a sign-in under way. */
  readonly sessionsEndedAt?: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface AccountPage {
  readonly items: readonly Account[];
  /** Where the next page starts; null at the end. */
  readonly next: string | null;
}

export interface AccountStore {
  /** Claims e-mail and username, then writes; names what is taken instead of throwing. */
  create(account: Account): Promise<{ readonly taken: 'email' | 'username' } | undefined>;
  get(id: string): Promise<Account | undefined>;
  /** By e-mail address or username, in any case. */
  findByIdentifier(identifier: string): Promise<Account | undefined>;
  /** Applies a change by compare-and-set, again when somebody else was first; undefined when there is no such account. Cannot change e-mail or username. */
  update(id: string, change: (account: Account) => Account): Promise<Account | undefined>;
  list(page: Page): Promise<AccountPage>;
}

type IdentifierKind = 'email' | 'username';
type HeldReservations = Map<IdentifierKind, HeldReservation>;

export function identifiersOf({ email, username }: Account): readonly (readonly [IdentifierKind, string])[] {
  // Always in this order: of two accounts that share both, one gets both.
  return [['email', email], ...(username === undefined ? [] : [['username', username] as const])];
}

export function createAccountStore(
  records: Records,
  deps: { readonly ring: KeyRing; readonly keyedHash: KeyedHash; readonly clock: Clock },
): AccountStore {
  const accounts = encryptedCollection<Account, 'accounts'>(records, deps.ring, 'accounts');
  const claims = createIdentifierReservations(records, deps, async (id) => (await accounts.get(id)) !== undefined);
  const write = (account: Account): Write<Account> => ({ id: account.id, value: account });

  async function holdAll(
    account: Account,
  ): Promise<{ readonly held: HeldReservations; readonly taken?: IdentifierKind }> {
    const held: HeldReservations = new Map();
    for (const [kind, identifier] of identifiersOf(account)) {
      const claim = await claims.hold(identifier, account.id);
      if (claim === undefined) return { held, taken: kind };
      held.set(kind, claim);
    }
    return { held };
  }

  /** Names the claim that somebody took over while the account was written. */
  async function confirmAll(held: HeldReservations): Promise<IdentifierKind | undefined> {
    for (const [kind, claim] of held) {
      const confirmed = await claims.confirm(claim);
      if (confirmed === undefined) return kind;
      held.set(kind, confirmed);
    }
    return undefined;
  }

  async function releaseAll(held: HeldReservations): Promise<void> {
    for (const claim of held.values()) await claims.release(claim);
  }

  return {
    async create(account) {
      const { held, taken } = await holdAll(account);
      if (taken !== undefined) {
        await releaseAll(held);
        return { taken };
      }
      if (!(await accounts.insert(write(account)))) {
        await releaseAll(held);
        throw new TypeError('an account id is never used twice');
      }
      const lost = await confirmAll(held);
      if (lost === undefined) return undefined;
      await accounts.remove(account.id);
      await releaseAll(held);
      return { taken: lost };
    },

    get: async (id) => (await accounts.get(id))?.value,

    async findByIdentifier(identifier) {
      // Looked for even when nobody owns it: known and unknown take the same number of reads.
      const owner = (await claims.ownerOf(identifier)) ?? 'nobody';
      return (await accounts.get(owner))?.value;
    },

    update: (id, change) =>
      compareAndSet(accounts, id, ({ value }) => {
        const changed = change(value);
        if (changed.id !== id || changed.email !== value.email || changed.username !== value.username) {
          throw new TypeError('an account keeps its id, e-mail address and username');
        }
        return write(changed);
      }),

    list: (page) => pageOf(accounts, page),
  };
}
