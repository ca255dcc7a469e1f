/** What oidc-provider keeps by id: codes, tokens, grants, interactions, pushed requests, replay marks. */
import { type Collection, collections } from '../collections.ts';
import type { ConsumeOutcome, Page } from '../driver.ts';
import {
  type Decrypted,
  EncryptedCollection,
  type PageOf,
  storedId,
  type Write,
} from '../encryption/encrypted-collection.ts';
import type { KeyedCollectionDeps, KeyedHash } from '../encryption/keyed-hash.ts';
import { retryOnConflict } from '../retry.ts';

/** Sessions, clients and refresh tokens have stores of their own. */
export const issuedCollections = {
  Interaction: 'interactions',
  Grant: 'grants',
  AuthorizationCode: 'authorization_codes',
  AccessToken: 'access_tokens',
  ClientCredentials: 'client_credentials',
  DeviceCode: 'device_codes',
  PushedAuthorizationRequest: 'pushed_authorization_requests',
  InitialAccessToken: 'initial_access_tokens',
} as const satisfies Record<string, Collection>;

export type IssuedModel = keyof typeof issuedCollections;

export const issuedModels = Object.keys(issuedCollections) as readonly IssuedModel[];

/** What may be used several times, and is administered by its reference. */
type SpentModel = 'InitialAccessToken';

export type IssuedPayload = Readonly<Record<string, unknown>>;

export interface FoundIssued {
  readonly payload: IssuedPayload;
  /** Milliseconds since the epoch. */
  readonly consumedAt?: number;
}

export interface ChangedIssued {
  readonly payload: IssuedPayload;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number | undefined;
}

export interface StoredIssued {
  /** Without the id: that is a bearer value, and comes with each request that uses it. */
  readonly payload: IssuedPayload;
  /** Only of device codes, which are found by their user code too. */
  readonly id?: string;
}

/** The declared indexes of the collection for which the payload has a value. */
export function issuedIndexes(
  collection: Collection,
  payload: IssuedPayload,
  keyedHash: KeyedHash,
): Record<string, string> {
  const indexes: Record<string, string> = {};
  for (const name of Object.keys(collections[collection].indexes)) {
    const value = payload[name];
    if (typeof value !== 'string' || value === '') continue;
    if (name === 'grantId') indexes[name] = keyedHash.hash('grant', value);
    else indexes[name] = name === 'userCode' ? keyedHash.hash('user code', value) : value;
  }
  return indexes;
}

function foundIssued(stored: Decrypted<StoredIssued> | undefined, id: string): FoundIssued | undefined {
  if (stored === undefined) return undefined;
  const { value, consumedAt } = stored;
  return { payload: { ...value.payload, jti: id }, ...(consumedAt !== undefined && { consumedAt }) };
}

const EMPTY = new Uint8Array();

export class IssuedStore {
  readonly #deps: KeyedCollectionDeps;

  constructor(deps: KeyedCollectionDeps) {
    this.#deps = deps;
  }

  /** Creates or replaces; a consumed token stays consumed. `expiresAt` in milliseconds since the epoch. */
  save(model: IssuedModel, id: string, payload: IssuedPayload, expiresAt?: number): Promise<void> {
    return this.#collection(model).put(this.#write(model, id, payload, expiresAt));
  }

  async find(model: IssuedModel, id: string): Promise<FoundIssued | undefined> {
    return foundIssued(await this.#collection(model).get(this.#storedId(model, id)), id);
  }

  /** RFC 8628 user codes can be guessed: they are found by a keyed hash. One that two devices hold finds neither. */
  async findByUserCode(userCode: string): Promise<FoundIssued | undefined> {
    const hash = this.#deps.keyedHash.hash('user code', userCode);
    const devices = new EncryptedCollection<StoredIssued, 'device_codes'>(this.#deps, 'device_codes');
    const [device, another] = await devices.findBy('userCode', hash, { limit: 2 });
    // Two devices drew the same code by chance: approving one must not approve the other.
    if (another !== undefined || device?.value.id === undefined) return undefined;
    return foundIssued(device, device.value.id);
  }

  /** `consumed` for exactly one of many callers. `kept` is what stays of the payload, where less will do from then on. */
  consume(model: IssuedModel, id: string, kept?: IssuedPayload): Promise<ConsumeOutcome> {
    return this.#collection(model).consume(this.#storedId(model, id), kept && { payload: kept });
  }

  /** True for exactly one of many callers, if it was there. A grant is destroyed by `GrantStore`. */
  destroy(model: Exclude<IssuedModel, 'Grant'>, id: string): Promise<boolean> {
    return this.#deps.records.remove(issuedCollections[model], this.#storedId(model, id));
  }

  /** Changes it by compare-and-set; false when there is none: it is not created. */
  async change(model: IssuedModel, id: string, change: (payload: IssuedPayload) => ChangedIssued): Promise<boolean> {
    const changed = await this.#collection(model).compareAndSet(this.#storedId(model, id), (stored) => {
      const { payload, expiresAt } = change(stored.payload);
      return this.#write(model, id, payload, expiresAt);
    });
    return changed !== undefined;
  }

  /**
   * Uses some of it in one atomic write: each of many callers sees what the one before it has left. `leave` says what that is; at
   * `removed` nothing is left, at undefined it stays as it is. What it was before; undefined when there is none, or it stayed.
   */
  async spend(
    model: SpentModel,
    id: string,
    leave: (payload: IssuedPayload) => ChangedIssued | 'removed' | undefined,
  ): Promise<IssuedPayload | undefined> {
    const collection = this.#collection(model);
    const { spent } = await retryOnConflict(
      async () => {
        const current = await collection.get(this.#storedId(model, id));
        const left = current && leave(current.value.payload);
        if (current === undefined || left === undefined) return { spent: undefined };
        const isWritten =
          left === 'removed'
            ? await this.#deps.records.removeVersion(issuedCollections[model], current.id, current.version)
            : await collection.replace(this.#write(model, id, left.payload, left.expiresAt), current.version);
        return isWritten ? { spent: current.value.payload } : undefined;
      },
      { clock: this.#deps.clock },
    );
    return spent;
  }

  /** Names its record, and gives the bearer value away to nobody. */
  referenceOf(model: SpentModel, id: string): string {
    return this.#storedId(model, id);
  }

  /** Of all that live, in no order that says anything. */
  async list(model: SpentModel, page: Page): Promise<PageOf<IssuedPayload>> {
    const { items, next } = await this.#collection(model).list(page);
    return { items: items.map(({ payload }) => payload), next };
  }

  /** As `destroy`, by its reference. */
  destroyByReference(model: SpentModel, reference: string): Promise<boolean> {
    return this.#deps.records.remove(issuedCollections[model], reference);
  }

  /** True the first time an identifier is seen before `expiresAt` (client assertion and DPoP `jti`: RFC 7523 3, RFC 9449 11.1). */
  firstSeen(identifier: string, expiresAt: number): Promise<boolean> {
    const id = storedId('replay_detections', identifier);
    return this.#deps.records.insert('replay_detections', { id, payload: EMPTY, expiresAt });
  }

  /** Denies a JWT access token by its `jti`. `expiresAt` must not come before the last moment at which anybody takes it for valid. */
  revokeToken(jti: string, expiresAt: number): Promise<void> {
    return this.#deps.records.put('revoked_tokens', {
      id: storedId('revoked_tokens', jti),
      payload: EMPTY,
      expiresAt,
    });
  }

  async isTokenRevoked(jti: string): Promise<boolean> {
    return (await this.#deps.records.get('revoked_tokens', storedId('revoked_tokens', jti))) !== undefined;
  }

  #collection(model: IssuedModel): EncryptedCollection<StoredIssued, Collection> {
    return new EncryptedCollection(this.#deps, issuedCollections[model]);
  }

  #storedId(model: IssuedModel, id: string): string {
    return model === 'Grant' ? this.#deps.keyedHash.hash('grant', id) : storedId(issuedCollections[model], id);
  }

  #write(model: IssuedModel, id: string, payload: IssuedPayload, expiresAt?: number): Write<StoredIssued> {
    const { jti: _bearer, ...rest } = payload;
    return {
      id: this.#storedId(model, id),
      value: { payload: rest, ...(model === 'DeviceCode' && { id }) },
      indexes: issuedIndexes(issuedCollections[model], payload, this.#deps.keyedHash),
      expiresAt,
    };
  }
}
