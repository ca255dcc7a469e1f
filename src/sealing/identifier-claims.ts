/** Claims e-mail addresses and login names for accounts, one sealed record each, in one namespace. */
import { canonicalIdentifier } from '../ports/account-identifier.ts';
import type { Clock } from '../ports/clock.ts';
import type { KeyedHash } from '../ports/keyed-hash.ts';
import type { Records } from '../ports/records.ts';
import type { KeyRing } from './key-ring.ts';
import { type Opened, sealedCollection, type Write } from './sealed-collection.ts';

// An account is written milliseconds after its claims. Claims are safe beyond this too: it only bounds how
// long an address stays blocked when the process died in between.
const LEASE_MILLISECONDS = 30_000;
const MAX_ROUNDS = 10;

export interface Claim {
  readonly accountId: string;
  readonly claimedAt: number;
  /** False until the account was written. */
  readonly isConfirmed: boolean;
}

export function identifierClaimId(identifier: string, keyedHash: KeyedHash): string {
  return keyedHash.hash('account identifier', canonicalIdentifier(identifier));
}

export interface HeldClaim {
  readonly id: string;
  readonly claim: Claim;
  readonly version: number;
}

export interface IdentifierClaims {
  /** Undefined when somebody else has it, or is about to. */
  hold(identifier: string, accountId: string): Promise<HeldClaim | undefined>;
  /** The claim for good, once the account is written; undefined when it was taken over meanwhile: the account must go. */
  confirm(held: HeldClaim): Promise<HeldClaim | undefined>;
  release(held: HeldClaim): Promise<void>;
  ownerOf(identifier: string): Promise<string | undefined>;
}

export function createIdentifierClaims(
  records: Records,
  { ring, keyedHash, clock }: { ring: KeyRing; keyedHash: KeyedHash; clock: Clock },
  accountExists: (accountId: string) => Promise<boolean>,
): IdentifierClaims {
  const claims = sealedCollection<Claim, 'account_identifiers'>(records, ring, 'account_identifiers');
  const idOf = (identifier: string): string => identifierClaimId(identifier, keyedHash);
  const write = (id: string, claim: Claim): Write<Claim> => ({
    id,
    value: claim,
    lookups: { accountId: claim.accountId },
  });

  async function isFree({ value }: Opened<Claim>): Promise<boolean> {
    const isUnderWay = !value.isConfirmed && value.claimedAt + LEASE_MILLISECONDS > clock.now();
    return !isUnderWay && !(await accountExists(value.accountId));
  }

  return {
    async hold(identifier, accountId) {
      const id = idOf(identifier);
      for (let round = 0; round < MAX_ROUNDS; round += 1) {
        const claim: Claim = { accountId, claimedAt: clock.now(), isConfirmed: false };
        if (await claims.insert(write(id, claim))) return { id, claim, version: 1 };
        const current = await claims.get(id);
        // Released in between: it can be inserted again.
        if (current === undefined) continue;
        if (!(await isFree(current))) return undefined;
        if (await claims.replace(write(id, claim), current.version)) return { id, claim, version: current.version + 1 };
      }
      return undefined;
    },
    // Confirming is a write of its own: a late creator and one who took its claim over cannot both get through.
    async confirm({ id, claim, version }) {
      const confirmed = { ...claim, isConfirmed: true };
      if (!(await claims.replace(write(id, confirmed), version))) return undefined;
      return { id, claim: confirmed, version: version + 1 };
    },
    async release({ id, version }) {
      await claims.removeVersion(id, version);
    },
    ownerOf: async (identifier) => (await claims.get(idOf(identifier)))?.value.accountId,
  };
}
