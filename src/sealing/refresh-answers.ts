/** Keeps answers to refresh requests under keys that need the refresh token itself, beside the ring. */
import type { KeyedHash } from '../ports/keyed-hash.ts';
import type { Records } from '../ports/records.ts';
import type { RefreshAnswer, RefreshAnswers } from '../ports/refresh-answers.ts';
import { grantReference } from './artifact-collections.ts';
import { CannotOpen, type KeyRing } from './key-ring.ts';
import { bearerHash, jsonOf, sealingContext } from './sealed-collection.ts';

const COLLECTION = 'refresh_answers';
const EMPTY = new Uint8Array();
const UNREADABLE: RefreshAnswer = { scope: undefined, resources: [], dpopThumbprint: undefined, answeredAt: 0 };

export function createRefreshAnswers(records: Records, ring: KeyRing, keyedHash: KeyedHash): RefreshAnswers {
  const idOf = (refreshToken: string): string => bearerHash(COLLECTION, refreshToken);
  // The database holds a hash of the token only: neither it nor the ring opens the answer alone.
  const contextOf = (refreshToken: string): string =>
    `${sealingContext(COLLECTION, idOf(refreshToken))}\0${refreshToken}`;
  const lookups = (grantId: string) => ({ grantId: grantReference(grantId, keyedHash) });

  return {
    store: (refreshToken, grantId, answer, expiresAt) =>
      records.insert(COLLECTION, {
        id: idOf(refreshToken),
        payload: ring.seal(Buffer.from(JSON.stringify(answer)), contextOf(refreshToken)),
        lookups: lookups(grantId),
        expiresAt,
      }),
    async find(refreshToken) {
      const found = await records.get(COLLECTION, idOf(refreshToken));
      if (found === undefined) return undefined;
      try {
        return jsonOf(ring.open(found.payload, contextOf(refreshToken))) as RefreshAnswer;
      } catch (error) {
        if (!(error instanceof CannotOpen)) throw error;
        // Sealed under a key that has left the ring, which no reseal could prevent: it is still known that there was one.
        return UNREADABLE;
      }
    },
    takeTurn: (refreshToken, grantId, turn, expiresAt) =>
      records.insert(COLLECTION, {
        id: bearerHash(COLLECTION, `turn ${turn}\0${refreshToken}`),
        payload: EMPTY,
        lookups: lookups(grantId),
        expiresAt,
      }),
  };
}
