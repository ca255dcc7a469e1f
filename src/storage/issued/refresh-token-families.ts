/** What a refresh was answered with, kept so that a retry of the same request gets the same answer. */

import type { Records } from '../driver.ts';
import { bearerHash, encryptionContext, jsonOf } from '../encryption/encrypted-collection.ts';
import { CannotDecrypt, type KeyRing } from '../encryption/key-ring.ts';
import type { KeyedHash } from '../encryption/keyed-hash.ts';
import { grantReference } from './tokens.ts';

export interface CachedTokenResponse {
  /** What was asked for: a retry that asks for something else is none. */
  readonly scope: string | undefined;
  readonly resources: readonly string[];
  /** Thumbprint of the DPoP key, where a proof was sent (RFC 9449 6.1). */
  readonly dpopThumbprint: string | undefined;
  /** Milliseconds since the epoch. */
  readonly respondedAt: number;
  /** The token response, word for word (RFC 6749 5.1); absent where the client wants no retries: then it is only known that there was one. */
  readonly body?: Readonly<Record<string, unknown>> | undefined;
}

export interface CachedTokenResponses {
  /** Keeps the answer; false when there is one already. It cannot be opened without the refresh token, and goes with the grant. */
  store(refreshToken: string, grantId: string, answer: CachedTokenResponse, expiresAt: number): Promise<boolean>;
  find(refreshToken: string): Promise<CachedTokenResponse | undefined>;
  /** Lets one caller a turn answer in place of one that died; false when this turn is taken. */
  takeTurn(refreshToken: string, grantId: string, turn: number, expiresAt: number): Promise<boolean>;
}

const COLLECTION = 'cached_token_responses';
const EMPTY = new Uint8Array();
const UNREADABLE: CachedTokenResponse = { scope: undefined, resources: [], dpopThumbprint: undefined, respondedAt: 0 };

export function createCachedTokenResponses(
  records: Records,
  ring: KeyRing,
  keyedHash: KeyedHash,
): CachedTokenResponses {
  const idOf = (refreshToken: string): string => bearerHash(COLLECTION, refreshToken);
  // The database holds a hash of the token only: neither it nor the ring opens the answer alone.
  const contextOf = (refreshToken: string): string =>
    `${encryptionContext(COLLECTION, idOf(refreshToken))}\0${refreshToken}`;
  const indexes = (grantId: string) => ({ grantId: grantReference(grantId, keyedHash) });

  return {
    store: (refreshToken, grantId, answer, expiresAt) =>
      records.insert(COLLECTION, {
        id: idOf(refreshToken),
        payload: ring.encrypt(Buffer.from(JSON.stringify(answer)), contextOf(refreshToken)),
        indexes: indexes(grantId),
        expiresAt,
      }),
    async find(refreshToken) {
      const found = await records.get(COLLECTION, idOf(refreshToken));
      if (found === undefined) return undefined;
      try {
        return jsonOf(ring.decrypt(found.payload, contextOf(refreshToken))) as CachedTokenResponse;
      } catch (error) {
        if (!(error instanceof CannotDecrypt)) throw error;
        // Encrypted under a key that has left the ring, which no reEncrypt could prevent: it is still known that there was one.
        return UNREADABLE;
      }
    },
    takeTurn: (refreshToken, grantId, turn, expiresAt) =>
      records.insert(COLLECTION, {
        id: bearerHash(COLLECTION, `turn ${turn}\0${refreshToken}`),
        payload: EMPTY,
        indexes: indexes(grantId),
        expiresAt,
      }),
  };
}
