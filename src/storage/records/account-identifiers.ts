/** The one form in which e-mail addresses and usernames are compared, stored and counted. */
import type { Clock } from '../../ports/clock.ts';
import type { Records } from '../driver.ts';
import { type Decrypted, encryptedCollection, type Write } from '../encryption/encrypted-collection.ts';
import type { KeyRing } from '../encryption/key-ring.ts';
import type { KeyedHash } from '../encryption/keyed-hash.ts';

export function canonicalIdentifier(identifier: string): string {
  // Compatibility forms first: a full-width letter has a lower case of its own, and some forms leave spaces behind.
  return identifier.normalize('NFKC').toLowerCase().trim();
}

// An account is written milliseconds after its claims. Claims are safe beyond this too: it only bounds how
// long an address stays blocked when the process died in between.
const LEASE_MILLISECONDS = 30_000;
const MAX_ROUNDS = 10;

export interface Claim {
  readonly accountId: string;
  readonly reservedAt: number;
  /** False until the account was written. */
  readonly isConfirmed: boolean;
}

export function identifierReservationId(identifier: string, keyedHash: KeyedHash): string {
  return keyedHash.hash('account identifier', canonicalIdentifier(identifier));
}

export interface HeldReservation {
  readonly id: string;
  readonly claim: Claim;
  readonly version: number;
}

export interface IdentifierReservations {
  /** Undefined when somebody else has it, or is about to. */
  hold(identifier: string, accountId: string): Promise<HeldReservation | undefined>;
  /** The claim for good, once the account is written; undefined when it was taken over meanwhile: the account must go. */
  confirm(held: HeldReservation): Promise<HeldReservation | undefined>;
  release(held: HeldReservation): Promise<void>;
  ownerOf(identifier: string): Promise<string | undefined>;
}

export function createIdentifierReservations(
  records: Records,
  { ring, keyedHash, clock }: { ring: KeyRing; keyedHash: KeyedHash; clock: Clock },
  accountExists: (accountId: string) => Promise<boolean>,
): IdentifierReservations {
  const claims = encryptedCollection<Claim, 'account_identifiers'>(records, ring, 'account_identifiers');
  const idOf = (identifier: string): string => identifierReservationId(identifier, keyedHash);
  const write = (id: string, claim: Claim): Write<Claim> => ({
    id,
    value: claim,
    indexes: { accountId: claim.accountId },
  });

  async function isFree({ value }: Decrypted<Claim>): Promise<boolean> {
    const isUnderWay = !value.isConfirmed && value.reservedAt + LEASE_MILLISECONDS > clock.now();
    return !isUnderWay && !(await accountExists(value.accountId));
  }

  return {
    async hold(identifier, accountId) {
      const id = idOf(identifier);
      for (let round = 0; round < MAX_ROUNDS; round += 1) {
        const claim: Claim = { accountId, reservedAt: clock.now(), isConfirmed: false };
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
