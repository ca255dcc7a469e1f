/** Claims one grant for each session and client by an atomic insert. */
import type { GrantClaims } from '../ports/grant-claims.ts';
import type { KeyedHash } from '../ports/keyed-hash.ts';
import type { Records } from '../ports/records.ts';
import { StorageUnavailable } from '../ports/storage-unavailable.ts';
import { grantReference } from './artifact-collections.ts';
import type { KeyRing } from './key-ring.ts';
import { bearerHash, sealedCollection } from './sealed-collection.ts';

/** Each further round means that a claim was won and revoked between two of our steps. */
const MAX_ROUNDS = 20;

interface Claim {
  readonly grantId: string;
}

export function createGrantClaims(records: Records, ring: KeyRing, keyedHash: KeyedHash): GrantClaims {
  const claims = sealedCollection<Claim, 'grant_claims'>(records, ring, 'grant_claims');
  const idOf = (sessionUid: string, clientId: string): string =>
    bearerHash('grant_claims', `${sessionUid}\0${clientId}`);
  const write = (id: string, grantId: string, expiresAt: number) => ({
    id,
    value: { grantId },
    lookups: { grantId: grantReference(grantId, keyedHash) },
    expiresAt,
  });

  return {
    async claim(sessionUid, clientId, grantId, expiresAt) {
      const id = idOf(sessionUid, clientId);
      for (let round = 0; round < MAX_ROUNDS; round += 1) {
        if (await claims.insert(write(id, grantId, expiresAt))) return grantId;
        const winner = await claims.get(id);
        if (winner !== undefined) return winner.value.grantId;
        // The winner was revoked in between: nobody holds the claim, and it is there to be had again.
      }
      throw new StorageUnavailable(new Error('a grant is claimed and revoked too often at once'));
    },
    async find(sessionUid, clientId) {
      return (await claims.get(idOf(sessionUid, clientId)))?.value.grantId;
    },
    async takeOver(sessionUid, clientId, from, to, expiresAt) {
      const id = idOf(sessionUid, clientId);
      const current = await claims.get(id);
      if (current === undefined) return claims.insert(write(id, to, expiresAt));
      if (current.value.grantId !== from) return false;
      return claims.replace(write(id, to, expiresAt), current.version);
    },
  };
}
