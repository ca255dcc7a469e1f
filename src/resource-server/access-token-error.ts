import { formatChallenge } from './challenge.ts';
import {
  type AccessTokenErrorCode,
  type AccessTokenErrorReason,
  faultTexts,
  statusOf,
  type TokenFault,
} from './token-fault.ts';

export interface ChallengeOptions {
  readonly realm: string;
  readonly resourceMetadata?: string | undefined;
  readonly scopes: readonly string[];
  /** RFC 9470 3: what the sign-in must be, told where it is not. */
  readonly acr?: readonly string[] | undefined;
  readonly maxAgeSeconds?: number | undefined;
}

/** All that is demanded, so that one sign-in is enough, whichever of it was missing. */
function demandedSignIn({ acr = [], maxAgeSeconds }: Pick<ChallengeOptions, 'acr' | 'maxAgeSeconds'>) {
  return {
    acr_values: acr.length === 0 ? undefined : acr.join(' '),
    max_age: maxAgeSeconds === undefined ? undefined : String(maxAgeSeconds),
  };
}

/**
 * Thrown by `AccessTokenVerifier.verify`. Answer with `status`, all of `headers` and, as JSON, `body`.
 *
 * | `code`               | `status` | challenge (RFC 6750 3)                                              |
 * |----------------------|----------|---------------------------------------------------------------------|
 * | `token_missing`      | 401      | without an error code: no token was sent, or by an unsupported method |
 * | `invalid_request`    | 400      | `invalid_request`: more than one token, or a malformed header        |
 * | `invalid_token`      | 401      | `invalid_token`: forged, expired, for another API, bound to a key    |
 * | `insufficient_scope` | 403      | `insufficient_scope`, with the scopes that the request needs         |
 * | `insufficient_user_authentication` | 401 | the same, with the `acr_values` and `max_age` that the request needs (RFC 9470 3) |
 * | `issuer_unavailable` | 503      | none; `Retry-After` in seconds: the token may be good, the issuer's keys could not be had |
 */
export class AccessTokenError extends Error {
  override readonly name = 'AccessTokenError';
  readonly code: AccessTokenErrorCode;
  readonly status: 400 | 401 | 403 | 503;
  /** Finer than `code`, for logs and metrics; callers are not meant to see it. */
  readonly reason: AccessTokenErrorReason;
  /** For the log of this API: what is configured, what was found and what to do. Callers must not see it; it holds no token. */
  readonly hint: string | undefined;
  /** The challenge; none with 503, where other credentials would not help. */
  readonly wwwAuthenticate: string | undefined;
  /** All headers of the answer, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** The JSON body of the answer; it says no more than the challenge. */
  readonly body: { readonly error?: string; readonly error_description: string };

  constructor(fault: TokenFault, { realm, resourceMetadata, scopes, ...signIn }: ChallengeOptions) {
    const { code, description } = faultTexts[fault.reason];
    super(description, { cause: fault.cause });
    this.code = code;
    this.status = statusOf[code];
    this.reason = fault.reason;
    this.hint = fault.hint;
    // RFC 6750 3.1: a request without credentials gets no error code, only what is needed to get a token.
    const error = code === 'token_missing' ? undefined : code;
    this.body = { ...(error !== undefined && { error }), error_description: description };
    this.wwwAuthenticate =
      code === 'issuer_unavailable'
        ? undefined
        : formatChallenge('Bearer', {
            realm,
            error,
            error_description: error && description,
            scope: code === 'invalid_request' || scopes.length === 0 ? undefined : scopes.join(' '),
            ...(code === 'insufficient_user_authentication' && demandedSignIn(signIn)),
            resource_metadata: resourceMetadata,
          });
    this.headers = {
      'cache-control': 'no-store',
      'content-type': 'application/json',
      ...(this.wwwAuthenticate !== undefined && { 'www-authenticate': this.wwwAuthenticate }),
      ...(fault.retryAfterSeconds !== undefined && { 'retry-after': String(fault.retryAfterSeconds) }),
    };
  }
}
