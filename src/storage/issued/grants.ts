/** Which grant belongs to a session and client: claimed once, so that parallel tabs share one grant. */

import { type Records, StorageUnavailable } from '../driver.ts';
import { bearerHash, encryptedCollection } from '../encryption/encrypted-collection.ts';
import type { KeyRing } from '../encryption/key-ring.ts';
import type { KeyedHash } from '../encryption/keyed-hash.ts';
import { grantReference } from './tokens.ts';

export interface GrantReservations {
  /** The grant that holds the claim afterwards: this one, or the one that was first. */
  claim(sessionUid: string, clientId: string, grantId: string, expiresAt: number): Promise<string>;
  find(sessionUid: string, clientId: string): Promise<string | undefined>;
  /** Takes the claim over from a grant that no longer exists; false when somebody else did. */
  takeOver(sessionUid: string, clientId: string, from: string, to: string, expiresAt: number): Promise<boolean>;
}

/** Each further round means that a claim was won and revoked between two of our steps. */
const MAX_ROUNDS = 20;

interface Claim {
  readonly grantId: string;
}

export function createGrantReservations(records: Records, ring: KeyRing, keyedHash: KeyedHash): GrantReservations {
  const claims = encryptedCollection<Claim, 'grant_reservations'>(records, ring, 'grant_reservations');
  const idOf = (sessionUid: string, clientId: string): string =>
    bearerHash('grant_reservations', `${sessionUid}\0${clientId}`);
  const write = (id: string, grantId: string, expiresAt: number) => ({
    id,
    value: { grantId },
    indexes: { grantId: grantReference(grantId, keyedHash) },
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
