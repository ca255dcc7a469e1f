/** A family's refresh tokens, and what the use of each was answered with: a retry within the reuse interval gets the same. */
import type { ConsumeOutcome, Records } from '../driver.ts';
import {
  type CollectionDeps,
  EncryptedCollection,
  encryptionContext,
  parseJson,
  storedId,
} from '../encryption/encrypted-collection.ts';
import { CannotDecrypt, type KeyRing } from '../encryption/key-ring.ts';

/** In oidc-provider's spelling. `jti` is the token itself, and is not stored: it comes with each request that uses it. */
export type RefreshTokenPayload = Readonly<Record<string, unknown>>;

export interface FoundRefreshToken {
  readonly payload: RefreshTokenPayload;
  /** Milliseconds since the epoch. */
  readonly consumedAt?: number;
}

interface StoredRefreshToken {
  readonly payload: RefreshTokenPayload;
}

export interface CachedTokenResponse {
  /** What was asked for: a request for something else is no retry. */
  readonly scope: string | undefined;
  readonly resources: readonly string[];
  /** Thumbprint of the DPoP key, where a proof was sent (RFC 9449 6.1). */
  readonly dpopThumbprint: string | undefined;
  /** Milliseconds since the epoch. */
  readonly respondedAt: number;
  /** The token response, word for word (RFC 6749 5.1); absent where the client has no reuse interval: then only the fact is kept. */
  readonly body?: Readonly<Record<string, unknown>> | undefined;
}

/** A month of refreshes is spread over them evenly enough to know the latest to a day or two. */
const LOOKED_AT_OF_GRANT = 20;
const RESPONSES = 'cached_token_responses';
const UNREADABLE: CachedTokenResponse = { scope: undefined, resources: [], dpopThumbprint: undefined, respondedAt: 0 };

const tokenId = (token: string): string => storedId('refresh_tokens', token);
/** Of a stored refresh token, by its stored id: a check of the database finds the two that belong together. */
export const cachedResponseId = (storedTokenId: string): string => storedId(RESPONSES, storedTokenId);
const responseId = (token: string): string => cachedResponseId(tokenId(token));
// The database holds a hash of the token only, so that neither it nor the key ring decrypts the response alone.
const responseContext = (token: string): string => `${encryptionContext(RESPONSES, responseId(token))}\0${token}`;

interface RefreshTokenFamiliesDeps extends CollectionDeps {
  readonly keyedHash: { readonly hash: (label: 'grant', value: string) => string };
}

export class RefreshTokenFamilies {
  readonly #tokens: EncryptedCollection<StoredRefreshToken, 'refresh_tokens'>;
  readonly #records: Records;
  readonly #ring: KeyRing;
  readonly #keyedHash: RefreshTokenFamiliesDeps['keyedHash'];

  constructor(deps: RefreshTokenFamiliesDeps) {
    this.#tokens = new EncryptedCollection(deps, 'refresh_tokens');
    this.#records = deps.records;
    this.#ring = deps.ring;
    this.#keyedHash = deps.keyedHash;
  }

  async find(token: string): Promise<FoundRefreshToken | undefined> {
    const stored = await this.#tokens.get(tokenId(token));
    if (stored === undefined) return undefined;
    const { value, consumedAt } = stored;
    return { payload: { ...value.payload, jti: token }, ...(consumedAt !== undefined && { consumedAt }) };
  }

  /** Creates or replaces; a consumed token stays consumed. `expiresAt` in milliseconds since the epoch. */
  save(token: string, { jti: _token, ...payload }: RefreshTokenPayload, expiresAt?: number): Promise<void> {
    const indexes = this.#indexesOf(payload.grantId);
    return this.#tokens.put({ id: tokenId(token), value: { payload }, indexes, expiresAt });
  }

  /** `consumed` for exactly one of many callers. */
  consume(token: string): Promise<ConsumeOutcome> {
    return this.#tokens.consume(tokenId(token));
  }

  async destroy(token: string): Promise<void> {
    await this.#tokens.remove(tokenId(token));
  }

  /**
   * When the latest refresh token of a grant was issued, in seconds since the epoch. Of a grant with many only some are looked at,
   * in the order of their hashes and so by chance: the latest may then be a little later.
   */
  async latestIssue(grantReference: string): Promise<number | undefined> {
    const tokens = await this.#tokens.findBy('grantId', grantReference, { limit: LOOKED_AT_OF_GRANT });
    const issued = tokens.map(({ value }) => Number(value.payload.iat)).filter(Number.isFinite);
    return issued.length === 0 ? undefined : Math.max(...issued);
  }

  /** False when there is one already. It is deleted with the grant. */
  storeResponse(token: string, grantId: string, response: CachedTokenResponse, expiresAt: number): Promise<boolean> {
    const payload = this.#ring.encrypt(Buffer.from(JSON.stringify(response)), responseContext(token));
    return this.#insertResponse(responseId(token), grantId, payload, expiresAt);
  }

  async findResponse(token: string): Promise<CachedTokenResponse | undefined> {
    const found = await this.#records.get(RESPONSES, responseId(token));
    if (found === undefined) return undefined;
    try {
      return parseJson(this.#ring.decrypt(found.payload, responseContext(token))) as CachedTokenResponse;
    } catch (error) {
      if (!(error instanceof CannotDecrypt)) throw error;
      // Its key has left the ring, and re-encryption cannot reach it: that there was a response is still known.
      return UNREADABLE;
    }
  }

  /** Lets one caller a turn answer in place of a winner that died; false when another has this turn. */
  takeOver(token: string, grantId: string, turn: number, expiresAt: number): Promise<boolean> {
    const id = storedId(RESPONSES, `turn ${turn}\0${token}`);
    return this.#insertResponse(id, grantId, new Uint8Array(), expiresAt);
  }

  #insertResponse(id: string, grantId: string, payload: Uint8Array, expiresAt: number): Promise<boolean> {
    return this.#records.insert(RESPONSES, { id, payload, indexes: this.#indexesOf(grantId), expiresAt });
  }

  /** By which both are deleted with their grant. */
  #indexesOf(grantId: unknown): { readonly grantId?: string } {
    return typeof grantId === 'string' && grantId !== '' ? { grantId: this.#keyedHash.hash('grant', grantId) } : {};
  }
}
