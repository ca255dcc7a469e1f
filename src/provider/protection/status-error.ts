/** An error of ours that oidc-provider answers, with a status that its own errors do not have. It is noted where it is thrown. */
import type { Context } from 'koa';
import { errors } from 'oidc-provider';
import { currentContext } from '../request.ts';

export class StatusError extends errors.CustomOIDCProviderError {
  /** The answer is ours: it does not go to the app. */
  override readonly allow_redirect = false;
  declare readonly error_description: string;
  readonly retryAfterSeconds: number | undefined;

  constructor(status: 403 | 429 | 503, error: string, description: string, retryAfterSeconds?: number) {
    super(error, description);
    this.status = status;
    this.statusCode = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** RFC 6585 4. OAuth has no code for it; `temporarily_unavailable` (RFC 6749 4.1.2.1) tells clients to come back. */
export function tooManyRequests(description: string, retryAfterSeconds: number): StatusError {
  currentContext()?.set('Retry-After', String(retryAfterSeconds));
  return new StatusError(429, 'temporarily_unavailable', description, retryAfterSeconds);
}

/** RFC 9110 15.6.4 */
export function temporarilyUnavailable(description: string, retryAfterSeconds: number): StatusError {
  currentContext()?.set('Retry-After', String(retryAfterSeconds));
  return new StatusError(503, 'temporarily_unavailable', description, retryAfterSeconds);
}

export function addressNotAllowed(): StatusError {
  return new StatusError(403, 'access_denied', 'requests from this address are not allowed');
}

/** The same for a program, from before oidc-provider is asked. */
export function answerAddressNotAllowed(ctx: Context): void {
  const { status, error, error_description } = addressNotAllowed();
  ctx.status = status;
  ctx.set('Cache-Control', 'no-store');
  ctx.body = { error, error_description };
}
