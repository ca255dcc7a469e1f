/** Who has which e-mail address and username: each is reserved by inserting its keyed hash, so that it is taken once. */
import type { Clock } from '../../ports/clock.ts';
import { EncryptedCollection, type Write } from '../encryption/encrypted-collection.ts';
import type { KeyedCollectionDeps, KeyedHash } from '../encryption/keyed-hash.ts';
import { retryOnConflict } from '../retry.ts';
import { canonicalIdentifier } from './canonical-identifier.ts';

// An account is written milliseconds after its reservations. They are safe beyond this too: it only bounds how long an
// address stays blocked when the process died in between.
const LEASE_MILLISECONDS = 30_000;
// One that was given up goes on counting versions for longer than any change is under way: were it removed and inserted
// again, a slow change could take another account's for the one that it knows.
const GIVEN_UP_KEPT_MILLISECONDS = 600_000;

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
  /** The account had reserved it before: it is not given up where the change fails. */
  readonly wasOwn: boolean;
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
        if (await this.#reservations.insert(write(id, reservation)))
          return { held: { id, reservation, wasOwn: false, version: 1 } };
        const current = await this.#reservations.get(id);
        // Its account was removed in between: it can be inserted again.
        if (current === undefined) return undefined;
        const wasOwn = current.value.accountId === accountId;
        if (!wasOwn && (await this.#isTaken(id, current.value))) return {};
        const isReplaced = await this.#reservations.replace(write(id, reservation), current.version);
        return isReplaced ? { held: { id, reservation, wasOwn, version: current.version + 1 } } : undefined;
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

  /** False when the account must not be written any more: another could take the address over before a driver gives up (6 s). */
  isSafe({ reservation: { reservedAt } }: HeldReservation): boolean {
    return Math.abs(this.#clock.now() - reservedAt) < LEASE_MILLISECONDS / 2;
  }

  /** From now on it counts only if its account has it all the same; then it goes by itself. */
  async giveUp({ id, reservation, version }: HeldReservation): Promise<void> {
    const givenUp = write(id, { ...reservation, isConfirmed: true });
    const expiresAt = this.#clock.now() + GIVEN_UP_KEPT_MILLISECONDS;
    await this.#reservations.replace({ ...givenUp, expiresAt }, version);
  }

  /** All of an account, as they are now, but for those that were given up or that another change of it has under way. */
  async currentReservationsOf(accountId: string): Promise<readonly HeldReservation[]> {
    const found = await this.#reservations.findBy('accountId', accountId, { limit: MOST_OF_ONE_ACCOUNT });
    return found
      .filter(({ value, expiresAt }) => expiresAt === undefined && !this.#isUnderWay(value))
      .map(({ id, value, version }) => ({ id, reservation: value, wasOwn: true, version }));
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
