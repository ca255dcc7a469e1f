import { formatChallenge } from './challenge.ts';
import { assertIssuer } from './discovery.ts';

/** Public-key algorithms only (RFC 9068 4, RFC 8725 3.1). */
const acceptable = [
  ...(['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'] as const),
  ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const),
] as const;

export type SignatureAlgorithm = (typeof acceptable)[number];

const defaultAlgorithms: readonly SignatureAlgorithm[] = ['ES256', 'RS256', 'PS256'];

const knownTypes = ['at+jwt', 'JWT'] as const;

export type TokenType = (typeof knownTypes)[number];

function assertTypes(types: readonly string[]): void {
  const known: readonly string[] = knownTypes;
  if (types.length > 0 && types.every((type) => known.includes(type))) return;
  throw new TypeError(`tokenTypes: name ${knownTypes.join(', ')} or both.`);
}

/** Throws a `TypeError` for `none`, for HMAC (the published key would be the secret) and for unknown names. */
function assertAcceptable(algorithms: readonly string[]): void {
  const known: readonly string[] = acceptable;
  const unfit = algorithms.find((algorithm) => !known.includes(algorithm));
  if (algorithms.length === 0) throw new TypeError('algorithms: name at least one.');
  if (unfit !== undefined) throw new TypeError(`algorithms: ${unfit} is not a public-key signature algorithm.`);
}

export interface AccessTokenVerifierOptions {
  /** The issuer identifier, exactly as in the tokens' `iss`, with no slash at its end. https, or http on a loopback host. */
  readonly issuer: string;
  /** This API's resource identifier, exactly as clients send it in `resource` (RFC 8707) and tokens name it in `aud`. */
  readonly audience: string;
  /** The address of this API's metadata, told to callers in each challenge (RFC 9728 5.1). Left out by default. */
  readonly resourceMetadata?: string;
  /** Default `ES256`, `RS256` and `PS256`. Never `none`, never HMAC. */
  readonly algorithms?: readonly SignatureAlgorithm[];
  /**
   * The `typ` of the tokens' header. Default `at+jwt` (RFC 9068), by which no other token is taken for an access token. With `JWT`,
   * for an issuer that signs access tokens so, what keeps ID tokens out are the audience, which must be no client's id, `client_id` and
   * `jti`, and that no claim of an ID or logout token is there.
   */
  readonly tokenTypes?: readonly TokenType[];
  /** How far the clocks of issuer and API may differ, in seconds: 0 to 300, default 5. */
  readonly clockToleranceSeconds?: number;
  /** The `realm` of challenges. Default: the audience. */
  readonly realm?: string;
  /** The deadline of each request to the issuer, in seconds: default 5. A refresh of the keys makes two. */
  readonly requestTimeoutSeconds?: number;
  /** Keys older than this are fetched again, in seconds: default 600. */
  readonly keysFreshSeconds?: number;
  /** How long keys are used if the issuer cannot be reached, in seconds: default 3600. Then answers are 503. */
  readonly keysUsableSeconds?: number;
  /** The least time between two good fetches of the keys, in seconds: default 30, even when tokens name unknown keys. */
  readonly refreshCooldownSeconds?: number;
  /** The time in milliseconds since the epoch. Default: the system's clock. */
  readonly now?: () => number;
}

export interface CompleteOptions extends Required<Omit<AccessTokenVerifierOptions, 'resourceMetadata'>> {
  readonly resourceMetadata: string | undefined;
}

function assertSeconds(options: CompleteOptions, name: keyof CompleteOptions, least: number, most: number): void {
  const value = options[name];
  if (typeof value === 'number' && value >= least && value <= most) return;
  throw new TypeError(`${name}: a number of seconds from ${least} to ${most} is needed.`);
}

export function completeOptions(given: AccessTokenVerifierOptions): CompleteOptions {
  const options: CompleteOptions = {
    issuer: given.issuer,
    audience: given.audience,
    resourceMetadata: given.resourceMetadata,
    algorithms: given.algorithms ?? defaultAlgorithms,
    tokenTypes: given.tokenTypes ?? ['at+jwt'],
    clockToleranceSeconds: given.clockToleranceSeconds ?? 5,
    realm: given.realm ?? given.audience,
    requestTimeoutSeconds: given.requestTimeoutSeconds ?? 5,
    keysFreshSeconds: given.keysFreshSeconds ?? 600,
    keysUsableSeconds: given.keysUsableSeconds ?? 3600,
    refreshCooldownSeconds: given.refreshCooldownSeconds ?? 30,
    now: given.now ?? Date.now,
  };
  assertIssuer(options.issuer);
  if (typeof options.audience !== 'string' || options.audience === '') {
    throw new TypeError('audience: the resource identifier of this API is needed.');
  }
  // RFC 8707 2: no token can name such an identifier.
  if (!URL.canParse(options.audience) || /[#\s]/.test(options.audience)) {
    throw new TypeError(
      `audience: ${JSON.stringify(options.audience)} is configured, and an absolute URI without fragment is needed, exactly as the resource is registered.`,
    );
  }
  assertAcceptable(options.algorithms);
  assertTypes(options.tokenTypes);
  assertSeconds(options, 'clockToleranceSeconds', 0, 300);
  assertSeconds(options, 'requestTimeoutSeconds', 0.05, 60);
  assertSeconds(options, 'keysFreshSeconds', 1, 86_400);
  assertSeconds(options, 'refreshCooldownSeconds', 1, 3600);
  // Else there would be times without keys while the issuer is well.
  const leastUsableSeconds = Math.max(options.keysFreshSeconds, options.refreshCooldownSeconds);
  assertSeconds(options, 'keysUsableSeconds', leastUsableSeconds, 604_800);
  formatChallenge('Bearer', { realm: options.realm, resource_metadata: options.resourceMetadata });
  return options;
}
