/** Keeps what the engine issues: ids hashed, payloads sealed, a grant's artifacts removable together. */
import type { ArtifactModel, ArtifactPayload, ArtifactStore, FoundArtifact } from '../ports/artifacts.ts';
import type { Collection } from '../ports/collections.ts';
import type { KeyedHash } from '../ports/keyed-hash.ts';
import type { Records } from '../ports/records.ts';
import {
  artifactCollections,
  grantBoundCollections,
  grantReference,
  hashedUserCode,
  lookupsOf,
} from './artifact-collections.ts';
import { compareAndSet } from './compare-and-set.ts';
import type { KeyRing } from './key-ring.ts';
import { bearerHash, type Opened, sealedCollection, type Write } from './sealed-collection.ts';

const REVOKE_BATCH = 100;
const EMPTY = new Uint8Array();

interface Stored {
  readonly payload: ArtifactPayload;
  /** The id itself, where a lookup other than by id must give it back. */
  readonly id?: string;
}

export function createArtifactStore(records: Records, ring: KeyRing, keyedHash: KeyedHash): ArtifactStore {
  const collectionOf = (model: ArtifactModel) => artifactCollections[model];
  const referenceOf = (grantId: string): string => grantReference(grantId, keyedHash);
  const idOf = (model: ArtifactModel, id: string): string =>
    model === 'Grant' ? referenceOf(id) : bearerHash(collectionOf(model), id);
  const sealed = (model: ArtifactModel) => sealedCollection<Stored, Collection>(records, ring, collectionOf(model));

  const found = ({ value, consumedAt }: Opened<Stored>, id: string): FoundArtifact => ({
    payload: { ...value.payload, jti: id },
    ...(consumedAt !== undefined && { consumedAt }),
  });

  function writeOf(model: ArtifactModel, id: string, payload: ArtifactPayload, expiresAt?: number): Write<Stored> {
    // The id is a bearer value: it stays out of the payload, and comes back from the one who presents it.
    const { jti: _bearer, ...rest } = payload;
    return {
      id: idOf(model, id),
      value: { payload: rest, ...(model === 'DeviceCode' && { id }) },
      lookups: lookupsOf(model, payload, keyedHash),
      expiresAt,
    };
  }

  async function endGrant(storedGrantId: string): Promise<void> {
    // The claim goes first, so that a tab that signs in meanwhile begins a grant of its own instead of reviving this one.
    await records.removeBy('grant_claims', 'grantId', storedGrantId);
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
      const devices = sealedCollection<Stored, 'device_codes'>(records, ring, 'device_codes');
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
      const [lookup, value] =
        'accountId' in owner ? (['accountId', owner.accountId] as const) : (['clientId', owner.clientId] as const);
      let destroyed = 0;
      for (;;) {
        const batch = await records.findBy('grants', lookup, value, { limit: REVOKE_BATCH });
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
