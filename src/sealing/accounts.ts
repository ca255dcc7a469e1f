/** Keeps accounts sealed; e-mail addresses and login names are found through their claims. */
import type { Account, AccountStore } from '../ports/accounts.ts';
import type { Clock } from '../ports/clock.ts';
import type { KeyedHash } from '../ports/keyed-hash.ts';
import type { Records } from '../ports/records.ts';
import { compareAndSet } from './compare-and-set.ts';
import { createIdentifierClaims, type HeldClaim } from './identifier-claims.ts';
import type { KeyRing } from './key-ring.ts';
import { pageOf } from './pages.ts';
import { sealedCollection, type Write } from './sealed-collection.ts';

type IdentifierKind = 'email' | 'username';
type HeldClaims = Map<IdentifierKind, HeldClaim>;

export function identifiersOf({ email, username }: Account): readonly (readonly [IdentifierKind, string])[] {
  // Always in this order: of two accounts that share both, one gets both.
  return [['email', email], ...(username === undefined ? [] : [['username', username] as const])];
}

export function createAccountStore(
  records: Records,
  world: { readonly ring: KeyRing; readonly keyedHash: KeyedHash; readonly clock: Clock },
): AccountStore {
  const accounts = sealedCollection<Account, 'accounts'>(records, world.ring, 'accounts');
  const claims = createIdentifierClaims(records, world, async (id) => (await accounts.get(id)) !== undefined);
  const write = (account: Account): Write<Account> => ({ id: account.id, value: account });

  async function holdAll(account: Account): Promise<{ readonly held: HeldClaims; readonly taken?: IdentifierKind }> {
    const held: HeldClaims = new Map();
    for (const [kind, identifier] of identifiersOf(account)) {
      const claim = await claims.hold(identifier, account.id);
      if (claim === undefined) return { held, taken: kind };
      held.set(kind, claim);
    }
    return { held };
  }

  /** Names the claim that somebody took over while the account was written. */
  async function confirmAll(held: HeldClaims): Promise<IdentifierKind | undefined> {
    for (const [kind, claim] of held) {
      const confirmed = await claims.confirm(claim);
      if (confirmed === undefined) return kind;
      held.set(kind, confirmed);
    }
    return undefined;
  }

  async function releaseAll(held: HeldClaims): Promise<void> {
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
          throw new TypeError('an account keeps its id, e-mail address and login name');
        }
        return write(changed);
      }),

    list: (page) => pageOf(accounts, page),
  };
}
