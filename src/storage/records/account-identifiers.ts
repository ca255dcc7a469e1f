/** Who has which e-mail address and username: each is reserved by inserting its keyed hash, so that it is taken once. */
import type { Clock } from '../../ports/clock.ts';
import { EncryptedCollection, type Write } from '../encryption/encrypted-collection.ts';
import type { KeyedCollectionDeps, KeyedHash } from '../encryption/keyed-hash.ts';
import { retryOnConflict } from '../retry.ts';
import { canonicalIdentifier } from './canonical-identifier.ts';

// An account is written milliseconds after its reservations. They are safe beyond this too: it only bounds how long an
// address stays blocked when the process died in between.
const LEASE_MILLISECONDS = 30_000;

export interface IdentifierReservation {
  readonly accountId: string;
  readonly reservedAt: number;
  /** False until the account was written. */
  readonly isConfirmed: boolean;
}

export type IdentifierKind = 'email' | 'username';

export interface HeldReservation {
  readonly kind: IdentifierKind;
  readonly id: string;
  readonly reservation: IdentifierReservation;
  version: number;
}

export function identifierReservationId(identifier: string, keyedHash: KeyedHash): string {
  return keyedHash.hash('account identifier', canonicalIdentifier(identifier));
}

export class AccountIdentifiers {
  readonly #reservations: EncryptedCollection<IdentifierReservation, 'account_identifiers'>;
  readonly #keyedHash: KeyedHash;
  readonly #clock: Clock;
  readonly #accountExists: (accountId: string) => Promise<boolean>;

  constructor(deps: KeyedCollectionDeps, accountExists: (accountId: string) => Promise<boolean>) {
    this.#reservations = new EncryptedCollection(deps, 'account_identifiers');
    this.#keyedHash = deps.keyedHash;
    this.#clock = deps.clock;
    this.#accountExists = accountExists;
  }

  /** Undefined when another account has it, or is being created with it. */
  async reserve(kind: IdentifierKind, identifier: string, accountId: string): Promise<HeldReservation | undefined> {
    const id = identifierReservationId(identifier, this.#keyedHash);
    const { held } = await retryOnConflict<{ held?: HeldReservation }>(
      async () => {
        const reservation = { accountId, reservedAt: this.#clock.now(), isConfirmed: false };
        if (await this.#reservations.insert(write(id, reservation)))
          return { held: { kind, id, reservation, version: 1 } };
        const current = await this.#reservations.get(id);
        // Released in between: it can be inserted again.
        if (current === undefined) return undefined;
        if (await this.#isTaken(current.value)) return {};
        const isReplaced = await this.#reservations.replace(write(id, reservation), current.version);
        return isReplaced ? { held: { kind, id, reservation, version: current.version + 1 } } : undefined;
      },
      { clock: this.#clock },
    );
    return held;
  }

  /** Makes it permanent, once the account is written. False when another account took it over: then this one must be removed. */
  async confirm(held: HeldReservation): Promise<boolean> {
    // A compare-and-set: a late creator and the one who took over cannot both confirm.
    const confirmed = write(held.id, { ...held.reservation, isConfirmed: true });
    if (!(await this.#reservations.replace(confirmed, held.version))) return false;
    held.version += 1;
    return true;
  }

  async release({ id, version }: HeldReservation): Promise<void> {
    await this.#reservations.removeVersion(id, version);
  }

  /** One that another account has taken over meanwhile is of that account. */
  releaseAllOf(accountId: string): Promise<number> {
    return this.#reservations.removeBy('accountId', accountId);
  }

  async ownerOf(identifier: string): Promise<string | undefined> {
    return (await this.#reservations.get(identifierReservationId(identifier, this.#keyedHash)))?.value.accountId;
  }

  async #isTaken({ accountId, reservedAt, isConfirmed }: IdentifierReservation): Promise<boolean> {
    const isUnderWay = !isConfirmed && reservedAt + LEASE_MILLISECONDS > this.#clock.now();
    return isUnderWay || (await this.#accountExists(accountId));
  }
}

function write(id: string, reservation: IdentifierReservation): Write<IdentifierReservation> {
  return { id, value: reservation, indexes: { accountId: reservation.accountId } };
}
