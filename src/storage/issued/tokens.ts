/** Where what the protocol driver issues is kept: codes, tokens, grants, interactions, pushed requests. */

import type { Collection } from '../collections.ts';
import type { ConsumeOutcome, Records } from '../driver.ts';
import {
  bearerHash,
  compareAndSet,
  type Decrypted,
  encryptedCollection,
  type Write,
} from '../encryption/encrypted-collection.ts';
import type { KeyRing } from '../encryption/key-ring.ts';
import type { KeyedHash } from '../encryption/keyed-hash.ts';

export const issuedModels = [
  'Interaction',
  'Grant',
  'AuthorizationCode',
  'AccessToken',
  'RefreshToken',
  'ClientCredentials',
  'DeviceCode',
  'PushedAuthorizationRequest',
  'InitialAccessToken',
  'RegistrationAccessToken',
] as const;

export type IssuedModel = (typeof issuedModels)[number];

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

export interface IssuedStore {
  /** Creates or replaces; a consumed token stays consumed. `expiresAt` in milliseconds since the epoch. */
  save(model: IssuedModel, id: string, payload: IssuedPayload, expiresAt?: number): Promise<void>;
  find(model: IssuedModel, id: string): Promise<FoundIssued | undefined>;
  /** RFC 8628 user codes can be guessed: they are looked up by a keyed hash. One that two devices hold finds neither. */
  findByUserCode(userCode: string): Promise<FoundIssued | undefined>;
  /** `consumed` for exactly one of many callers. */
  consume(model: IssuedModel, id: string): Promise<ConsumeOutcome>;
  /** True for exactly one of many callers, where the token was there. */
  destroy(model: IssuedModel, id: string): Promise<boolean>;
  /** Changes an token by compare-and-set, again when somebody else was first; false when there is none: it is never made anew. */
  change(model: IssuedModel, id: string, change: (payload: IssuedPayload) => ChangedIssued): Promise<boolean>;
  /** Ends a grant, then removes every token of it, whichever client asked. */
  destroyGrant(grantId: string): Promise<void>;
  /** Ends every grant of an account, or of a client, with all that hangs on them. */
  destroyGrantsOf(owner: { readonly accountId: string } | { readonly clientId: string }): Promise<number>;
  /** A keyed hash that names a grant in its JWT access tokens without giving its id away. */
  grantReference(grantId: string): string;
  findGrantByReference(reference: string): Promise<IssuedPayload | undefined>;
  /** True the first time an identifier is seen before `expiresAt` (client assertion and DPoP `jti`: RFC 7523 3, RFC 9449 11.1). */
  firstSeen(identifier: string, expiresAt: number): Promise<boolean>;
  /** Denies a JWT access token by its `jti` until it would have expired anyway. */
  revokeToken(jti: string, expiresAt: number): Promise<void>;
  isTokenRevoked(jti: string): Promise<boolean>;
}

export const issuedCollections = {
  Interaction: 'interactions',
  Grant: 'grants',
  AuthorizationCode: 'authorization_codes',
  AccessToken: 'access_tokens',
  RefreshToken: 'refresh_tokens',
  ClientCredentials: 'client_credentials',
  DeviceCode: 'device_codes',
  PushedAuthorizationRequest: 'pushed_authorization_requests',
  InitialAccessToken: 'initial_access_tokens',
  RegistrationAccessToken: 'registration_access_tokens',
} as const satisfies Record<IssuedModel, Collection>;

/** What dies with its grant, beside the claim on it. */
const grantBoundCollections = [
  'authorization_codes',
  'access_tokens',
  'refresh_tokens',
  'cached_token_responses',
  'device_codes',
] as const satisfies readonly Collection[];

type IndexValue = (payload: IssuedPayload, keyedHash: KeyedHash) => string | undefined;

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const grantId: IndexValue = (payload, keyedHash) => {
  const id = text(payload.grantId);
  return id && grantReference(id, keyedHash);
};
const accountId: IndexValue = (payload) => text(payload.accountId);
const clientId: IndexValue = (payload) => text(payload.clientId);
const userCode: IndexValue = (payload, keyedHash) => {
  const code = text(payload.userCode);
  return code && hashedUserCode(code, keyedHash);
};

const indexValues: Readonly<Record<IssuedModel, Readonly<Record<string, IndexValue>>>> = {
  Interaction: {},
  Grant: { accountId, clientId },
  AuthorizationCode: { grantId },
  AccessToken: { grantId },
  RefreshToken: { grantId },
  ClientCredentials: { clientId },
  DeviceCode: { grantId, userCode },
  PushedAuthorizationRequest: {},
  InitialAccessToken: {},
  RegistrationAccessToken: { clientId },
};

/** Under what a grant is stored, and how its JWT access tokens name it. */
export function grantReference(grantId: string, keyedHash: KeyedHash): string {
  return keyedHash.hash('grant', grantId);
}

function hashedUserCode(code: string, keyedHash: KeyedHash): string {
  return keyedHash.hash('user code', code);
}

export function indexesOf(model: IssuedModel, payload: IssuedPayload, keyedHash: KeyedHash): Record<string, string> {
  const indexes: Record<string, string> = {};
  for (const [name, valueIn] of Object.entries(indexValues[model])) {
    const value = valueIn(payload, keyedHash);
    if (value !== undefined) indexes[name] = value;
  }
  return indexes;
}

const REVOKE_BATCH = 100;
const EMPTY = new Uint8Array();

interface Stored {
  readonly payload: IssuedPayload;
  /** The id itself, where a index other than by id must give it back. */
  readonly id?: string;
}

export function createIssuedStore(records: Records, ring: KeyRing, keyedHash: KeyedHash): IssuedStore {
  const collectionOf = (model: IssuedModel) => issuedCollections[model];
  const referenceOf = (grantId: string): string => grantReference(grantId, keyedHash);
  const idOf = (model: IssuedModel, id: string): string =>
    model === 'Grant' ? referenceOf(id) : bearerHash(collectionOf(model), id);
  const sealed = (model: IssuedModel) => encryptedCollection<Stored, Collection>(records, ring, collectionOf(model));

  const found = ({ value, consumedAt }: Decrypted<Stored>, id: string): FoundIssued => ({
    payload: { ...value.payload, jti: id },
    ...(consumedAt !== undefined && { consumedAt }),
  });

  function writeOf(model: IssuedModel, id: string, payload: IssuedPayload, expiresAt?: number): Write<Stored> {
    // The id is a bearer value: it stays out of the payload, and comes back from the one who presents it.
    const { jti: _bearer, ...rest } = payload;
    return {
      id: idOf(model, id),
      value: { payload: rest, ...(model === 'DeviceCode' && { id }) },
      indexes: indexesOf(model, payload, keyedHash),
      expiresAt,
    };
  }

  async function endGrant(storedGrantId: string): Promise<void> {
    // The claim goes first, so that a tab that signs in meanwhile begins a grant of its own instead of reviving this one.
    await records.removeBy('grant_reservations', 'grantId', storedGrantId);
    // Then the grant: from here on nothing of it works, even if the process dies before the rest is gone.
    await records.remove('grants', storedGrantId);
    await Promise.all(
      grantBoundCollections.map((collection) => records.removeBy(collection, 'grantId', storedGrantId)),
    );
  }

  return {
    save: (model, id, payload, expiresAt) => sealed(model).put(writeOf(model, id, payload, expiresAt)),

    async find(model, id) {
      const opened = await sealed(model).get(idOf(model, id));
      return opened && found(opened, id);
    },

    async findByUserCode(userCode) {
      const devices = encryptedCollection<Stored, 'device_codes'>(records, ring, 'device_codes');
      const [opened, another] = await devices.findBy('userCode', hashedUserCode(userCode, keyedHash), { limit: 2 });
      // Drawn twice by chance: to approve one's own device must never approve somebody else's.
      if (another !== undefined) return undefined;
      return opened?.value.id === undefined ? undefined : found(opened, opened.value.id);
    },

    consume: (model, id) => records.consume(collectionOf(model), idOf(model, id)),

    destroy: (model, id) => records.remove(collectionOf(model), idOf(model, id)),

    async change(model, id, change) {
      const changed = await compareAndSet(sealed(model), idOf(model, id), ({ value }) => {
        const { payload, expiresAt } = change(value.payload);
        return writeOf(model, id, payload, expiresAt);
      });
      return changed !== undefined;
    },

    destroyGrant: (grantId) => endGrant(referenceOf(grantId)),

    async destroyGrantsOf(owner) {
      const [index, value] =
        'accountId' in owner ? (['accountId', owner.accountId] as const) : (['clientId', owner.clientId] as const);
      let destroyed = 0;
      for (;;) {
        const batch = await records.findBy('grants', index, value, { limit: REVOKE_BATCH });
        if (batch.length === 0) break;
        for (const { id } of batch) {
          await endGrant(id);
          destroyed += 1;
        }
      }
      if ('clientId' in owner) {
        await records.removeBy('client_credentials', 'clientId', owner.clientId);
        await records.removeBy('registration_access_tokens', 'clientId', owner.clientId);
      }
      return destroyed;
    },

    grantReference: referenceOf,

    async findGrantByReference(reference) {
      return (await sealed('Grant').get(reference))?.value.payload;
    },

    firstSeen: (identifier, expiresAt) =>
      records.insert('replay_detections', {
        id: bearerHash('replay_detections', identifier),
        payload: EMPTY,
        expiresAt,
      }),

    async revokeToken(jti, expiresAt) {
      await records.put('revoked_tokens', { id: bearerHash('revoked_tokens', jti), payload: EMPTY, expiresAt });
    },

    async isTokenRevoked(jti) {
      return (await records.get('revoked_tokens', bearerHash('revoked_tokens', jti))) !== undefined;
    },
  };
}
