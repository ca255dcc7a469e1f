/** Why a token is turned away, and what each reason means on the wire (RFC 6750 3.1, RFC 9470 3). */

/** For logs and metrics; finer than the code that the caller sees. */
export type AccessTokenErrorReason =
  | 'token_missing'
  | 'several_credentials'
  | 'malformed_header'
  | 'not_a_jwt'
  | 'not_trusted'
  | 'wrong_type'
  | 'wrong_issuer'
  | 'wrong_audience'
  | 'expired'
  | 'not_yet_valid'
  | 'claims_incomplete'
  | 'sender_constrained'
  | 'scope_missing'
  | 'level_too_low'
  | 'sign_in_too_old'
  | 'issuer_unavailable';

interface TokenFaultOptions {
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
  readonly hint?: string | undefined;
}

export class TokenFault extends Error {
  override readonly name = 'TokenFault';
  readonly reason: AccessTokenErrorReason;
  readonly retryAfterSeconds: number | undefined;
  /** For the log of the API alone: callers do not see it. */
  readonly hint: string | undefined;

  constructor(reason: AccessTokenErrorReason, options: TokenFaultOptions = {}) {
    super(reason, { cause: options.cause });
    this.reason = reason;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.hint = options.hint;
  }
}

export type AccessTokenErrorCode =
  | 'token_missing'
  | 'invalid_request'
  | 'invalid_token'
  | 'insufficient_scope'
  | 'insufficient_user_authentication'
  | 'issuer_unavailable';

interface FaultText {
  readonly code: AccessTokenErrorCode;
  /** Only characters that RFC 6750 3 allows in `error_description`: no quotes, no backslashes. */
  readonly description: string;
}

export const statusOf: Readonly<Record<AccessTokenErrorCode, 400 | 401 | 403 | 503>> = {
  token_missing: 401,
  invalid_request: 400,
  invalid_token: 401,
  insufficient_scope: 403,
  insufficient_user_authentication: 401,
  issuer_unavailable: 503,
};

const untrusted: FaultText = {
  code: 'invalid_token',
  description: 'This is not an access token that the issuer trusted by this API has signed.',
};

// All faults before the signature is verified share one text, so that a forger learns nothing from it.
export const faultTexts: Readonly<Record<AccessTokenErrorReason, FaultText>> = {
  token_missing: { code: 'token_missing', description: 'Send an access token in the Authorization header.' },
  several_credentials: {
    code: 'invalid_request',
    description: 'Send exactly one access token, in one Authorization header and nowhere else.',
  },
  malformed_header: {
    code: 'invalid_request',
    description: 'Write the Authorization header as the word Bearer, a space and the access token.',
  },
  not_a_jwt: untrusted,
  not_trusted: untrusted,
  wrong_type: {
    code: 'invalid_token',
    description: 'This is a token of another kind: send an access token, not an ID token.',
  },
  wrong_issuer: { code: 'invalid_token', description: 'The access token comes from another issuer.' },
  wrong_audience: {
    code: 'invalid_token',
    description: 'The access token is meant for another API: request one for the resource identifier of this API.',
  },
  expired: { code: 'invalid_token', description: 'The access token has expired: request a new one.' },
  not_yet_valid: { code: 'invalid_token', description: 'The access token is not valid yet.' },
  claims_incomplete: { code: 'invalid_token', description: 'The access token lacks a claim that it must have.' },
  sender_constrained: {
    code: 'invalid_token',
    description: 'The access token is bound to a key and cannot be used as a plain bearer token here.',
  },
  scope_missing: { code: 'insufficient_scope', description: 'The access token lacks a scope that this request needs.' },
  level_too_low: {
    code: 'insufficient_user_authentication',
    description: 'A stronger sign-in is needed: request one with the acr_values of this challenge.',
  },
  sign_in_too_old: {
    code: 'insufficient_user_authentication',
    description: 'A more recent sign-in is needed: request one with the max_age of this challenge.',
  },
  issuer_unavailable: {
    code: 'issuer_unavailable',
    description: 'Access tokens cannot be checked right now: try again later with the same token.',
  },
};
