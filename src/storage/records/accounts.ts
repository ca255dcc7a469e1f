/** Where accounts are kept: the users who can sign in. */
import type { Clock } from '../../ports/clock.ts';
import type { Page } from '../driver.ts';
import { EncryptedCollection, type PageOf } from '../encryption/encrypted-collection.ts';
import type { KeyedCollectionDeps, KeyedHash } from '../encryption/keyed-hash.ts';
import { retryOnConflict } from '../retry.ts';
import {
  AccountIdentifiers,
  type HeldReservation,
  type IdentifierKind,
  identifierReservationId,
} from './account-identifiers.ts';
import { canonicalIdentifier } from './canonical-identifier.ts';

export interface AcceptedTerms {
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface PendingEmail {
  readonly address: string;
  /** Milliseconds since the epoch: as long as its link is good. */
  readonly until: number;
}

/** What it ends: domain/notices/standing.ts. */
export interface NoticeAnswer {
  /** Milliseconds since the epoch; never the same twice. */
  readonly at: number;
  /** When the address that answered was the account's. */
  readonly heldAt: number;
  /** The record of the link. */
  readonly link: string;
  /** The account got its address back. */
  readonly isRestored: boolean;
}

export interface Account {
  /** The `sub` of every token: random and never reused, or what another provider gave. */
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
  /** In an administrator's words, for administrators. */
  readonly disabledReason?: string;
  /** Milliseconds since the epoch: from then on it is as disabled. */
  readonly expiresAt?: number;
  /** Who registered, and was not let in by an administrator yet (ACCOUNT_REGISTRATION). */
  readonly awaitsApproval?: true;
  readonly roles?: readonly string[];
  readonly acceptedTerms?: AcceptedTerms;
  /** A new e-mail address that was not proven yet: it counts for nothing. */
  readonly pendingEmail?: PendingEmail;
  /** Milliseconds since the epoch: sessions and sign-ins that began before it are not accepted. */
  readonly sessionsEndedAt?: number;
  /** Milliseconds since the epoch: links of notices that were issued before are good for nothing. */
  readonly noticesEndedAt?: number;
  /** "This was not me", oldest first. */
  readonly noticeAnswers?: readonly NoticeAnswer[];
  /**
   * "This was not me": passkeys that were added in this time, in milliseconds since the epoch, may be somebody else's, and sign nobody in
   * alone.
   */
  readonly doubtfulPasskeys?: { readonly since: number; readonly until: number };
  /** Somebody has signed in to it: from then on, they are told of browsers that are new. */
  readonly hasSignedIn?: true;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

export function identifiersOf({ email, username }: Account): readonly (readonly [IdentifierKind, string])[] {
  // Always in this order, so that of two accounts that reserve the same pair one gets both.
  return [['email', email], ...(username === undefined ? [] : [['username', username] as const])];
}

interface Taken {
  readonly taken: IdentifierKind;
}

interface TakenId {
  readonly taken: 'sub';
}

type Held = readonly (readonly [IdentifierKind, HeldReservation])[];

/** Takes e-mail address, its verification and username from `before`. */
function withIdentifiersOf(before: Account, { username: _username, ...account }: Account): Account {
  const { email, emailVerified, username } = before;
  return { ...account, email, emailVerified, ...(username !== undefined && { username }) };
}

/**
 * Each e-mail address and username belongs to one account. To write an account with a new one, the writer
 * 1. reserves it: another account is refused it, and may take it over after half a minute;
 * 2. writes the account, by compare-and-set;
 * 3. confirms the reservation: if another account took it over meanwhile, the write of 2 is undone;
 * 4. releases the one that the account had before.
 * After a crash a reservation counts only if the account has that address. What 1 or 4 have left over finds no account, and
 * can be reserved by anybody.
 */
export class AccountStore {
  readonly #accounts: EncryptedCollection<Account, 'accounts'>;
  readonly #identifiers: AccountIdentifiers;
  readonly #keyedHash: KeyedHash;
  readonly #clock: Clock;

  constructor(deps: KeyedCollectionDeps) {
    this.#accounts = new EncryptedCollection(deps, 'accounts');
    this.#keyedHash = deps.keyedHash;
    this.#clock = deps.clock;
    this.#identifiers = new AccountIdentifiers(deps, async (id, reservationId) => {
      const account = await this.get(id);
      return account !== undefined && this.#reservationIds(account).includes(reservationId);
    });
  }

  /** Returns which identifier is taken, instead of throwing. */
  async create(account: Account): Promise<Taken | TakenId | undefined> {
    const held = await this.#reserveAll(account.id, identifiersOf(account));
    if ('taken' in held) return held;
    if (!(await this.#accounts.insert({ id: account.id, value: account }))) {
      await this.#giveUpAll(held);
      return { taken: 'sub' };
    }
    const taken = await this.#confirmAll(held);
    if (taken === undefined) return undefined;
    await this.#accounts.remove(account.id);
    await this.#giveUpAll(held);
    return { taken };
  }

  async get(id: string): Promise<Account | undefined> {
    return (await this.#accounts.get(id))?.value;
  }

  /** By e-mail address or username, in any case. */
  async findByIdentifier(identifier: string): Promise<Account | undefined> {
    // Read even when there is no owner: known and unknown take the same number of reads.
    const account = await this.get((await this.#identifiers.ownerOf(identifier)) ?? 'nobody');
    const canonical = canonicalIdentifier(identifier);
    // A reservation alone does not mean that the account has this address: a change may be under way, or its process died.
    const isIts = account && identifiersOf(account).some(([, text]) => canonicalIdentifier(text) === canonical);
    return isIts ? account : undefined;
  }

  /**
   * By compare-and-set; undefined when there is no such account, or `change` returned undefined: then nothing is written.
   * Cannot change e-mail address or username.
   */
  update(id: string, change: (account: Account) => Account | undefined): Promise<Account | undefined> {
    return this.#accounts.compareAndSet(id, (account) => {
      const changed = change(account);
      if (changed === undefined) return undefined;
      if (changed.id !== id || changed.email !== account.email || changed.username !== account.username) {
        throw new TypeError('an account keeps its id, e-mail address and username');
      }
      return { id, value: changed };
    });
  }

  /** As `update`, but may change e-mail address and username too. If one of them is taken, nothing is changed. */
  async updateIdentifiers(
    id: string,
    change: (account: Account) => Account,
  ): Promise<{ readonly account: Account } | Taken | undefined> {
    const { outcome } = await retryOnConflict(() => this.#tryUpdate(id, change), { clock: this.#clock });
    return outcome;
  }

  async #tryUpdate(
    id: string,
    change: (account: Account) => Account,
  ): Promise<{ readonly outcome: { readonly account: Account } | Taken | undefined } | undefined> {
    const current = await this.#accounts.get(id);
    if (current === undefined) return { outcome: undefined };
    const before = current.value;
    const reservations = await this.#identifiers.currentReservationsOf(id);
    const next = change(before);
    const kept = this.#reservationIds(before).filter((had) => reservations.some((one) => one.id === had));
    const missing = identifiersOf(next).filter(([, text]) => !kept.includes(this.#reservationId(text)));
    const held = await this.#reserveAll(id, missing);
    if ('taken' in held) return { outcome: held };
    const isSafe = held.every(([, reservation]) => this.#identifiers.isSafe(reservation));
    if (!isSafe || !(await this.#accounts.replace({ id, value: next }, current.version))) {
      await this.#giveUpAll(held);
      return undefined;
    }
    const taken = await this.#confirmAll(held);
    if (taken !== undefined) {
      await this.#accounts.compareAndSet(id, (account) => ({ id, value: withIdentifiersOf(before, account) }));
      await this.#giveUpAll(held);
      return { outcome: { taken } };
    }
    const wanted = this.#reservationIds(next);
    // With the version from before the write: one that the account was given back since stays.
    for (const one of reservations) if (!wanted.includes(one.id)) await this.#identifiers.giveUp(one);
    return { outcome: { account: next } };
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

  #reservationId(identifier: string): string {
    return identifierReservationId(identifier, this.#keyedHash);
  }

  #reservationIds(account: Account): readonly string[] {
    return identifiersOf(account).map(([, text]) => this.#reservationId(text));
  }

  /** All of them or, when one is taken, none. */
  async #reserveAll(
    accountId: string,
    identifiers: readonly (readonly [IdentifierKind, string])[],
  ): Promise<Held | Taken> {
    const held: (readonly [IdentifierKind, HeldReservation])[] = [];
    for (const [kind, identifier] of identifiers) {
      const reservation = await this.#identifiers.reserve(identifier, accountId);
      if (reservation === undefined) {
        await this.#giveUpAll(held);
        return { taken: kind };
      }
      held.push([kind, reservation]);
    }
    return held;
  }

  /** Returns the identifier that another account took over while this one was written. */
  async #confirmAll(held: Held): Promise<IdentifierKind | undefined> {
    for (const [kind, reservation] of held) if (!(await this.#identifiers.confirm(reservation))) return kind;
    return undefined;
  }

  async #giveUpAll(held: Held): Promise<void> {
    for (const [, reservation] of held) if (!reservation.wasOwn) await this.#identifiers.giveUp(reservation);
  }
}
