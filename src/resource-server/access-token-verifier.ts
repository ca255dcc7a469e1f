/** Checks the access tokens that reach an API (RFC 9068 4), without any web framework. */
import { decodeProtectedHeader, errors, jwtVerify } from 'jose';
import { type AccessToken, accessTokenFrom } from './access-token.ts';
import { AccessTokenError } from './access-token-error.ts';
import { type IssuerKeys, issuerKeys } from './issuer-keys.ts';
import { type AccessTokenErrorReason, TokenFault } from './token-fault.ts';
import {
  type AccessTokenVerifierOptions,
  type CompleteOptions,
  completeOptions,
  type TokenType,
} from './verifier-options.ts';

export interface RequestDemands {
  /** All of these are needed. None by default. */
  readonly scopes?: readonly string[];
  /** Levels of sign-in (`acr`) of which the token must have one: name each that is strong enough. Any without it; an empty list is a mistake. */
  readonly acr?: string | readonly string[];
  /** How long ago the user may have signed in (`auth_time`), in whole seconds. Any time by default. */
  readonly maxAgeSeconds?: number;
  /** The raw query string: a token in there beside the one in the header is refused (RFC 6750 2). */
  readonly query?: string;
}

export interface AccessTokenVerifier {
  /**
   * Resolves to the token that the request carries, or rejects with an `AccessTokenError` that holds the answer to give.
   *
   * `authorization` is the Authorization header. Give the list of all its values where your server has it
   * (Node: `request.headersDistinct.authorization`); Node's `request.headers` hides that there were several.
   */
  verify(authorization: string | readonly string[] | undefined, demands?: RequestDemands): Promise<AccessToken>;
}

interface CompleteDemands {
  readonly scopes: readonly string[];
  readonly acr: readonly string[];
  readonly maxAgeSeconds: number | undefined;
}

/** `scope-token` of RFC 6749 3.3; a value of `acr_values` has no space and no quote either. */
const nameSyntax = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

const demandNames: Readonly<Record<keyof RequestDemands, true>> = {
  scopes: true,
  acr: true,
  maxAgeSeconds: true,
  query: true,
};

/** Throws a `TypeError` for what cannot be demanded, and for what would demand nothing without saying so. */
export function completeDemands({ scopes = [], acr, maxAgeSeconds, ...others }: RequestDemands): CompleteDemands {
  const unknown = Object.keys(others).find((name) => !Object.hasOwn(demandNames, name));
  if (unknown !== undefined)
    throw new TypeError(`${unknown} is nothing that can be demanded: ${Object.keys(demandNames).join(', ')} are.`);
  const levels = typeof acr === 'string' ? [acr] : acr;
  if (!Array.isArray(scopes)) throw new TypeError('scopes: a list is needed.');
  if (levels !== undefined && !(Array.isArray(levels) && levels.length > 0))
    throw new TypeError('acr: name at least one level, or leave it out where any is enough.');
  const unfit = [...scopes, ...(levels ?? [])].find((name) => typeof name !== 'string' || !nameSyntax.test(name));
  if (unfit !== undefined) throw new TypeError(`${JSON.stringify(unfit)} cannot be a scope or a level.`);
  if (maxAgeSeconds !== undefined && !(Number.isSafeInteger(maxAgeSeconds) && maxAgeSeconds >= 0))
    throw new TypeError('maxAgeSeconds: a whole number of seconds is needed, 0 or more.');
  return { scopes, acr: levels ?? [], maxAgeSeconds };
}

const futureHint =
  'auth_time of the token is in the future: compare the clock of this API with that of the issuer, or raise clockToleranceSeconds.';

/** First the sign-in: its challenge names the scopes too, so that one more authorization request is enough. */
function throwIfInsufficient(
  token: AccessToken,
  { scopes, acr, maxAgeSeconds }: CompleteDemands,
  { now, clockToleranceSeconds }: CompleteOptions,
): void {
  if (acr.length > 0 && (token.acr === undefined || !acr.includes(token.acr))) throw new TokenFault('level_too_low');
  if (maxAgeSeconds !== undefined) {
    const ageMs = token.signedInAt === undefined ? Number.POSITIVE_INFINITY : now() - token.signedInAt;
    const toleranceMs = clockToleranceSeconds * 1000;
    // It would be recent enough for as long as it takes until then.
    if (ageMs < -toleranceMs) throw new TokenFault('sign_in_too_old', { hint: futureHint });
    if (ageMs > maxAgeSeconds * 1000 + toleranceMs) throw new TokenFault('sign_in_too_old');
  }
  if (!scopes.every((scope) => token.scopes.includes(scope))) throw new TokenFault('scope_missing');
}

const bearerScheme = /^bearer(?: +(?<token>.*))?$/i;
/** The `b64token` of RFC 6750 2.1. */
const tokenSyntax = /^[\w.~+/-]+=*$/;

/** The token must be in the Authorization header (RFC 6750 2.1). */
function bearerToken(authorization: string | readonly string[] | undefined, query = ''): string {
  const [value = '', ...more] = typeof authorization === 'string' ? [authorization] : (authorization ?? []);
  if (more.length > 0) throw new TokenFault('several_credentials');
  const credentials = bearerScheme.exec(value);
  // RFC 6750 3.1: another scheme, or a token in the query alone, is an unsupported method and not a malformed request.
  if (credentials === null) throw new TokenFault('token_missing');
  if (new URLSearchParams(query).has('access_token')) throw new TokenFault('several_credentials');
  const token = credentials.groups?.token ?? '';
  if (!tokenSyntax.test(token)) throw new TokenFault('malformed_header');
  return token;
}

const reasonByClaim: Readonly<Record<string, AccessTokenErrorReason>> = {
  typ: 'wrong_type',
  iss: 'wrong_issuer',
  aud: 'wrong_audience',
  nbf: 'not_yet_valid',
};

/** Of claims that the issuer has signed, so that a forger cannot write into the log. */
function difference(claim: string, found: unknown, configured: string): string {
  const text = JSON.stringify(found).slice(0, 500);
  return `${claim} is configured as ${JSON.stringify(configured)}, and the token says ${text}: they must be the same, the last slash included.`;
}

/** Without jose's error as the cause: it holds the claims, which no log may show. */
function faultFrom(error: unknown, { issuer, audience }: CompleteOptions): unknown {
  if (error instanceof errors.JWTExpired) return new TokenFault('expired');
  if (error instanceof errors.JWTClaimValidationFailed) {
    const reason = (error.reason !== 'missing' && reasonByClaim[error.claim]) || 'claims_incomplete';
    if (reason === 'wrong_issuer')
      return new TokenFault(reason, { hint: difference('issuer', error.payload.iss, issuer) });
    if (reason === 'wrong_audience') {
      return new TokenFault(reason, { hint: difference('audience', error.payload.aud, audience) });
    }
    return new TokenFault(reason);
  }
  return error instanceof errors.JOSEError ? new TokenFault('not_trusted') : error;
}

const notJwtHint = [
  'This is no JWT but an opaque token, or no token at all.',
  'Either the app asked for no resource, so that its token is for userinfo alone: it must send resource with the identifier of this API.',
  'Or the resource is registered for opaque tokens: register it with --format jwt, or introspect them at the provider.',
].join(' ');

function isJwt(token: string): boolean {
  try {
    decodeProtectedHeader(token);
    return true;
  } catch {
    return false;
  }
}

/** Of ID tokens (OIDC Core 2, 3.3.2.11) and logout tokens (OIDC Back-Channel Logout 2.4), and never of access tokens. */
const otherTokensClaims = ['nonce', 'at_hash', 'c_hash', 's_hash', 'events'] as const;

/** Of the accepted types the one that the token has, else one that it has not: the signature is looked at first. */
function demandedType(token: string, types: readonly TokenType[]): TokenType {
  const [first = 'at+jwt'] = types;
  try {
    const typ = String(decodeProtectedHeader(token).typ).toLowerCase();
    return types.find((type) => [type.toLowerCase(), `application/${type.toLowerCase()}`].includes(typ)) ?? first;
  } catch {
    return first;
  }
}

async function checkedToken(token: string, keys: IssuerKeys, options: CompleteOptions): Promise<AccessToken> {
  if (!isJwt(token)) throw new TokenFault('not_a_jwt', { hint: notJwtHint });
  const now = options.now();
  const typ = demandedType(token, options.tokenTypes);
  const { payload } = await jwtVerify(token, (header) => keys.keyFor(header), {
    algorithms: [...options.algorithms],
    typ,
    issuer: options.issuer,
    audience: options.audience,
    clockTolerance: options.clockToleranceSeconds,
    currentDate: new Date(now),
  }).catch((error: unknown) => {
    throw faultFrom(error, options);
  });
  // Whoever signs access tokens as `JWT` may sign the others so too.
  if (typ === 'JWT' && otherTokensClaims.some((claim) => claim in payload)) throw new TokenFault('wrong_type');
  const accessToken = accessTokenFrom(payload);
  if (accessToken.issuedAt > now + options.clockToleranceSeconds * 1000) throw new TokenFault('not_yet_valid');
  // RFC 9449 7.2, RFC 8705 3: bound to a key or certificate, whose possession is not proven by a bearer header.
  if (payload.cnf !== undefined) throw new TokenFault('sender_constrained');
  return accessToken;
}

/** Throws a `TypeError` for options that cannot work, so that a mistake shows at start and not at the first request. */
export function createAccessTokenVerifier(options: AccessTokenVerifierOptions): AccessTokenVerifier {
  const complete = completeOptions(options);
  const keys = issuerKeys(complete);
  return {
    async verify(authorization, { query, ...given } = {}) {
      const demands = completeDemands(given);
      try {
        const accessToken = await checkedToken(bearerToken(authorization, query), keys, complete);
        throwIfInsufficient(accessToken, demands, complete);
        return accessToken;
      } catch (error) {
        throw error instanceof TokenFault ? new AccessTokenError(error, { ...complete, ...demands }) : error;
      }
    },
  };
}
