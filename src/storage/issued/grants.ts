/** What a grant is in storage: reserved once for a session and client, and everything issued under it ends with it. */
import type { Collection } from '../collections.ts';
import type { Page } from '../driver.ts';
import {
  type Decrypted,
  EncryptedCollection,
  type PageOf,
  storedId,
  type Write,
} from '../encryption/encrypted-collection.ts';
import type { KeyedCollectionDeps } from '../encryption/keyed-hash.ts';
import { retryOnConflict } from '../retry.ts';
import { type ChangedIssued, type IssuedPayload, issuedIndexes, type StoredIssued } from './tokens.ts';

const issuedUnderGrant = [
  'authorization_codes',
  'access_tokens',
  'refresh_tokens',
  'cached_token_responses',
  'device_codes',
] as const satisfies readonly Collection[];

const DESTROY_BATCH = 100;

/** Whose grants: of an account, of a client, or of both. */
export type GrantOwner =
  | { readonly accountId: string }
  | { readonly clientId: string }
  | { readonly accountId: string; readonly clientId: string };

export interface ListedGrant {
  readonly reference: string;
  readonly payload: IssuedPayload;
}

export interface GrantReservation {
  readonly grantId: string;
}

const reservationId = (sessionUid: string, clientId: string): string =>
  storedId('grant_reservations', `${sessionUid}\0${clientId}`);

export class GrantStore {
  readonly #deps: KeyedCollectionDeps;
  readonly #reservations: EncryptedCollection<GrantReservation, 'grant_reservations'>;

  constructor(deps: KeyedCollectionDeps) {
    this.#deps = deps;
    this.#reservations = new EncryptedCollection(deps, 'grant_reservations');
  }

  /** Returns the grant that parallel tabs share: this one, or the one that was reserved first. */
  reserve(sessionUid: string, clientId: string, grantId: string, expiresAt: number): Promise<string> {
    const write = this.#reservation(sessionUid, clientId, grantId, expiresAt);
    return retryOnConflict(async () => {
      if (await this.#reservations.insert(write)) return grantId;
      // Undefined when the winner was revoked in between: then the reservation is free again.
      return this.findReserved(sessionUid, clientId);
    }, this.#deps);
  }

  async findReserved(sessionUid: string, clientId: string): Promise<string | undefined> {
    return (await this.#reservations.get(reservationId(sessionUid, clientId)))?.value.grantId;
  }

  /** Reserves for `to` in place of a grant that no longer exists; false when another caller did. */
  async takeOver(sessionUid: string, clientId: string, from: string, to: string, expiresAt: number): Promise<boolean> {
    const write = this.#reservation(sessionUid, clientId, to, expiresAt);
    const current = await this.#reservations.get(write.id);
    if (current === undefined) return this.#reservations.insert(write);
    return current.value.grantId === from && this.#reservations.replace(write, current.version);
  }

  /** Names a grant in its JWT access tokens without giving its id away. */
  referenceOf(grantId: string): string {
    return this.#deps.keyedHash.hash('grant', grantId);
  }

  async findByReference(reference: string): Promise<IssuedPayload | undefined> {
    const grants = new EncryptedCollection<StoredIssued, 'grants'>(this.#deps, 'grants');
    return (await grants.get(reference))?.value.payload;
  }

  /** Ends the grant and deletes everything issued under it, whichever client asked. */
  destroy(grantId: string): Promise<void> {
    return this.#destroy(this.referenceOf(grantId));
  }

  /** By the reference that lists and JWT access tokens name it by; what it was, or undefined when there is no such grant. */
  async destroyByReference(reference: string): Promise<IssuedPayload | undefined> {
    const grant = await this.findByReference(reference);
    await this.#destroy(reference);
    return grant;
  }

  async list(owner: GrantOwner, { limit, ...start }: Page): Promise<PageOf<ListedGrant>> {
    const grants: ListedGrant[] = [];
    for await (const batch of this.#pagesOf(owner, start)) {
      for (const { id, value } of batch) {
        if (grants.length === limit) return { items: grants, next: grants.at(-1)?.reference ?? null };
        grants.push({ reference: id, payload: value.payload });
      }
    }
    return { items: grants, next: null };
  }

  /** At most `limit` of an account's, by one call, in no order that says anything. */
  async ofAccount(accountId: string, limit: number): Promise<readonly ListedGrant[]> {
    const grants = new EncryptedCollection<StoredIssued, 'grants'>(this.#deps, 'grants');
    const found = await grants.findBy('accountId', accountId, { limit });
    return found.map(({ id, value }) => ({ reference: id, payload: value.payload }));
  }

  /** Changes every grant of an account at a client, those of other sessions too. */
  async changeEach(owner: GrantOwner, change: (payload: IssuedPayload) => ChangedIssued): Promise<void> {
    const grants = new EncryptedCollection<StoredIssued, 'grants'>(this.#deps, 'grants');
    for await (const batch of this.#pagesOf(owner)) {
      for (const { id } of batch) {
        await grants.compareAndSet(id, (stored) => {
          const { payload, expiresAt } = change(stored.payload);
          return { id, value: { payload }, indexes: issuedIndexes('grants', payload, this.#deps.keyedHash), expiresAt };
        });
      }
    }
  }

  /** Ends every grant of an account, of a client, or of both together. */
  async destroyGrantsOf(owner: GrantOwner): Promise<number> {
    let destroyed = 0;
    for await (const batch of this.#pagesOf(owner)) {
      for (const { id } of batch) await this.#destroy(id);
      destroyed += batch.length;
    }
    return destroyed;
  }

  /** Ends every grant of an account or of a client, and a client's own tokens too; returns how many of all these. */
  async destroyAllOf(owner: { readonly accountId: string } | { readonly clientId: string }): Promise<number> {
    const destroyed = await this.destroyGrantsOf(owner);
    if (!('clientId' in owner)) return destroyed;
    return destroyed + (await this.#deps.records.removeBy('client_credentials', 'clientId', owner.clientId));
  }

  async *#pagesOf(
    owner: GrantOwner,
    start: Omit<Page, 'limit'> = {},
  ): AsyncGenerator<readonly Decrypted<StoredIssued>[]> {
    const grants = new EncryptedCollection<StoredIssued, 'grants'>(this.#deps, 'grants');
    const [index, value] =
      'accountId' in owner ? (['accountId', owner.accountId] as const) : (['clientId', owner.clientId] as const);
    let { after } = start;
    for (;;) {
      const page = { limit: DESTROY_BATCH, ...(after !== undefined && { after }) };
      const batch = await grants.findBy(index, value, page);
      after = batch.at(-1)?.id;
      if (after === undefined) return;
      yield batch.filter(({ value: { payload } }) => !('clientId' in owner) || payload.clientId === owner.clientId);
    }
  }

  async #destroy(reference: string): Promise<void> {
    // The reservation goes first, so that a tab that signs in meanwhile begins a grant of its own instead of reviving this one.
    await this.#deps.records.removeBy('grant_reservations', 'grantId', reference);
    // Then the grant: from here on nothing of it works, even if the process dies before the rest is gone.
    await this.#deps.records.remove('grants', reference);
    await Promise.all(
      issuedUnderGrant.map((collection) => this.#deps.records.removeBy(collection, 'grantId', reference)),
    );
  }

  #reservation(sessionUid: string, clientId: string, grantId: string, expiresAt: number): Write<GrantReservation> {
    return {
      id: reservationId(sessionUid, clientId),
      value: { grantId },
      indexes: { grantId: this.referenceOf(grantId) },
      expiresAt,
    };
  }
}
