/** Why a request was turned away, before it is known how this API words its challenge. */

/** Closed list: for logs and metrics. What the caller reads is in `refusal-texts.ts`. */
export type AccessTokenErrorReason =
  | 'token_missing'
  | 'several_credentials'
  | 'malformed_header'
  | 'not_trusted'
  | 'wrong_type'
  | 'wrong_issuer'
  | 'wrong_audience'
  | 'expired'
  | 'not_yet_valid'
  | 'claims_incomplete'
  | 'sender_constrained'
  | 'scope_missing'
  | 'issuer_unavailable';

export class TokenFault extends Error {
  override readonly name = 'TokenFault';
  readonly reason: AccessTokenErrorReason;
  readonly retryAfterSeconds: number | undefined;

  constructor(reason: AccessTokenErrorReason, options: { retryAfterSeconds?: number; cause?: unknown } = {}) {
    super(reason, { cause: options.cause });
    this.reason = reason;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
