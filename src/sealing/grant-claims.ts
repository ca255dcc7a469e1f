/** Claims one grant for each session and client by an atomic insert. */
import type { GrantClaims } from '../ports/grant-claims.ts';
import type { KeyedHash } from '../ports/keyed-hash.ts';
import type { Records } from '../ports/records.ts';
import { grantReference } from './artifact-collections.ts';
import type { KeyRing } from './key-ring.ts';
import { bearerHash, sealedCollection } from './sealed-collection.ts';

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
      if (await claims.insert(write(id, grantId, expiresAt))) return grantId;
      const winner = await claims.get(id);
      // The winner can have been revoked in between: then nobody holds the claim, and the caller's grant is as good.
      return winner?.value.grantId ?? grantId;
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
