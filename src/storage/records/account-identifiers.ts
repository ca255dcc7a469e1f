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
  readonly id: string;
  readonly reservation: IdentifierReservation;
  version: number;
}

export function identifierReservationId(identifier: string, keyedHash: KeyedHash): string {
  return keyedHash.hash('account identifier', canonicalIdentifier(identifier));
}

/** Whether the account is there and its e-mail address or username has this reservation's id. */
type HasIdentifier = (accountId: string, reservationId: string) => Promise<boolean>;

// Two per account, plus leftovers of crashes.
const MOST_OF_ONE_ACCOUNT = 100;

export class AccountIdentifiers {
  readonly #reservations: EncryptedCollection<IdentifierReservation, 'account_identifiers'>;
  readonly #keyedHash: KeyedHash;
  readonly #clock: Clock;
  readonly #hasIdentifier: HasIdentifier;

  constructor(deps: KeyedCollectionDeps, hasIdentifier: HasIdentifier) {
    this.#reservations = new EncryptedCollection(deps, 'account_identifiers');
    this.#keyedHash = deps.keyedHash;
    this.#clock = deps.clock;
    this.#hasIdentifier = hasIdentifier;
  }

  /** Undefined when another account has it, or is being written with it. A reservation of the same account is taken over. */
  async reserve(identifier: string, accountId: string): Promise<HeldReservation | undefined> {
    const id = identifierReservationId(identifier, this.#keyedHash);
    const { held } = await retryOnConflict<{ held?: HeldReservation }>(
      async () => {
        const reservation = { accountId, reservedAt: this.#clock.now(), isConfirmed: false };
        if (await this.#reservations.insert(write(id, reservation))) return { held: { id, reservation, version: 1 } };
        const current = await this.#reservations.get(id);
        // Released in between: it can be inserted again.
        if (current === undefined) return undefined;
        if (current.value.accountId !== accountId && (await this.#isTaken(id, current.value))) return {};
        const isReplaced = await this.#reservations.replace(write(id, reservation), current.version);
        return isReplaced ? { held: { id, reservation, version: current.version + 1 } } : undefined;
      },
      { clock: this.#clock },
    );
    return held;
  }

  /** Makes it permanent, once the account is written. False when another account took it over: then the write must be undone. */
  async confirm(held: HeldReservation): Promise<boolean> {
    // A compare-and-set: a late writer and the one who took over cannot both confirm.
    const confirmed = write(held.id, { ...held.reservation, isConfirmed: true });
    if (await this.#reservations.replace(confirmed, held.version)) {
      held.version += 1;
      return true;
    }
    return retryOnConflict(() => this.#confirmAgain(held, confirmed), { clock: this.#clock });
  }

  /** For a reservation that another change of the same account has taken over or released meanwhile. */
  async #confirmAgain(held: HeldReservation, confirmed: Write<IdentifierReservation>): Promise<boolean | undefined> {
    const current = await this.#reservations.get(held.id);
    if (current !== undefined && current.value.accountId !== held.reservation.accountId) return false;
    const version = current?.version ?? 0;
    // Written even if it is confirmed already: another change that is about to release it must find a newer version.
    const isWritten = await (current === undefined
      ? this.#reservations.insert(confirmed)
      : this.#reservations.replace(confirmed, version));
    if (!isWritten) return undefined;
    held.version = version + 1;
    return true;
  }

  async release({ id, version }: HeldReservation): Promise<void> {
    await this.#reservations.removeVersion(id, version);
  }

  /** Without those of a change that is under way. */
  async currentReservationsOf(accountId: string): Promise<readonly HeldReservation[]> {
    const found = await this.#reservations.findBy('accountId', accountId, { limit: MOST_OF_ONE_ACCOUNT });
    return found
      .filter(({ value }) => !this.#isUnderWay(value))
      .map(({ id, value, version }) => ({ id, reservation: value, version }));
  }

  /** One that another account has taken over meanwhile is of that account. */
  releaseAllOf(accountId: string): Promise<number> {
    return this.#reservations.removeBy('accountId', accountId);
  }

  async ownerOf(identifier: string): Promise<string | undefined> {
    return (await this.#reservations.get(identifierReservationId(identifier, this.#keyedHash)))?.value.accountId;
  }

  #isUnderWay({ reservedAt, isConfirmed }: IdentifierReservation): boolean {
    return !isConfirmed && reservedAt + LEASE_MILLISECONDS > this.#clock.now();
  }

  /** Not if the account has another address by now: then a process died before it released this one. */
  async #isTaken(id: string, reservation: IdentifierReservation): Promise<boolean> {
    return this.#isUnderWay(reservation) || (await this.#hasIdentifier(reservation.accountId, id));
  }
}

function write(id: string, reservation: IdentifierReservation): Write<IdentifierReservation> {
  return { id, value: reservation, indexes: { accountId: reservation.accountId } };
}
