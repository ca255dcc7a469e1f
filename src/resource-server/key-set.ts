/** Looks up keys in a key set that an issuer published (RFC 7517 5). */
import { type CryptoKey, createLocalJWKSet, type JSONWebKeySet, type JWSHeaderParameters } from 'jose';

/** Rejects with one of jose's errors for what the token names wrongly, with any other for a key that is unfit. */
export type KeySet = (header?: JWSHeaderParameters) => Promise<CryptoKey>;

/** Throws jose's `JWKSInvalid` if the document is no key set. */
export function keySetFrom(document: unknown): KeySet {
  const find = createLocalJWKSet(document as JSONWebKeySet);
  return async (header) => {
    const key = await find(header);
    const { modulusLength } = key.algorithm as { readonly modulusLength?: number };
    // RFC 7518 3.3.
    if (modulusLength !== undefined && modulusLength < 2048)
      throw new Error('The issuer has an RSA key under 2048 bits.');
    return key;
  };
}
