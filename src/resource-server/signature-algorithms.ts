/** The signature algorithms that an API may accept: public-key ones only (RFC 9068 4, RFC 8725 3.1). */

const acceptable = [
  'ES256',
  'ES384',
  'ES512',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'EdDSA',
  'Ed25519',
] as const;

export type SignatureAlgorithm = (typeof acceptable)[number];

export const defaultAlgorithms: readonly SignatureAlgorithm[] = ['ES256', 'RS256'];

/** Throws a `TypeError` for `none`, for HMAC (the published key would be the secret) and for unknown names. */
export function assertAcceptable(algorithms: readonly string[]): void {
  const known: readonly string[] = acceptable;
  const unfit = algorithms.find((algorithm) => !known.includes(algorithm));
  if (algorithms.length === 0) throw new TypeError('algorithms: name at least one.');
  if (unfit !== undefined) throw new TypeError(`algorithms: ${unfit} is not a public-key signature algorithm.`);
}
