/** The outermost handler: every failure becomes an answer in the reader's words, with the right status. */
import type Koa from 'koa';
import { DomainError } from '../../domain/domain-error.ts';
import type { Log } from '../../ports/log.ts';
import { RETRY_AFTER_SECONDS } from '../../provider/middleware/storage-unavailable.ts';
import { requestOf } from '../../provider/request.ts';
import { StorageUnavailable } from '../../storage/driver.ts';
import { requestLanguage } from '../pages/language.ts';
import type { Pages } from '../pages/page-models.ts';

interface Failure {
  readonly status: number;
  readonly error: string;
  readonly description: string;
  readonly retryAfterSeconds?: number;
}

const methodNotAllowed: Failure = {
  status: 405,
  error: 'invalid_request',
  description: 'this address does not answer to that method',
};

const fault: Failure = {
  status: 500,
  error: 'server_error',
  description: 'something went wrong here; it has been written down',
};

/** Errors of Koa and its kin for bad requests carry a status below 500, and may be shown. */
function isBadRequest(error: unknown): error is Error & { readonly status: number } {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return false;
  return error.status >= 400 && error.status < 500;
}

function failureOf(error: unknown): Failure {
  if (error instanceof StorageUnavailable) {
    const description = 'the service cannot reach its database, try again';
    return { status: 503, error: 'temporarily_unavailable', description, retryAfterSeconds: RETRY_AFTER_SECONDS };
  }
  if (error instanceof DomainError && error.code === 'hashing_busy') {
    const retryAfterSeconds = error.retryAfterSeconds ?? RETRY_AFTER_SECONDS;
    return { status: 503, error: 'temporarily_unavailable', description: error.message, retryAfterSeconds };
  }
  if (brokenConnectionCode(error) !== undefined)
    return { status: 400, error: 'invalid_request', description: 'the request broke off' };
  // A path that is no valid percent-encoding.
  if (error instanceof URIError)
    return { status: 400, error: 'invalid_request', description: 'the address is malformed' };
  if (isBadRequest(error)) return { status: error.status, error: 'invalid_request', description: error.message };
  return fault;
}

function causeOf(error: unknown): string {
  return error instanceof StorageUnavailable ? error.reason : (error as Error).name;
}

function answer(ctx: Koa.Context, failure: Failure, pages: Pages): void {
  const { status, error, description, retryAfterSeconds } = failure;
  ctx.status = status;
  ctx.set('Cache-Control', 'no-store');
  if (retryAfterSeconds !== undefined) ctx.set('Retry-After', String(retryAfterSeconds));
  if (ctx.accepts('json', 'html') !== 'html') {
    ctx.body = { error, error_description: description };
    return;
  }
  const language = requestLanguage(ctx);
  ctx.type = 'html';
  ctx.body =
    retryAfterSeconds === undefined
      ? pages.error({ language, error, errorDescription: description, status, requestId: requestOf(ctx).requestId })
      : pages.unavailable({ language, retryAfterSeconds });
}

/** What was answered with a status alone. */
function fillIn(ctx: Koa.Context, pages: Pages): void {
  if (ctx.status === 405) answer(ctx, methodNotAllowed, pages);
  if (ctx.status !== 404) return;
  if (ctx.accepts('json', 'html') === 'html') {
    ctx.body = pages.notFound({ language: requestLanguage(ctx) });
    ctx.type = 'html';
  } else ctx.body = { error: 'not_found', error_description: 'there is nothing at this address' };
  ctx.status = 404;
}

export function failures(pages: Pages, log: Log): Koa.Middleware {
  return async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      const failure = failureOf(error);
      const { requestId } = requestOf(ctx);
      if (failure === fault) log.error({ requestId, error }, 'a request failed');
      else if (failure.status >= 500)
        log.warn({ requestId, error: failure.error, cause: causeOf(error) }, 'a request could not be served');
      answer(ctx, failure, pages);
      return;
    }
    if (ctx.body === undefined) fillIn(ctx, pages);
  };
}

const BROKEN_OFF = new Set(['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']);

/** The code alone may be logged: errors of Node's parser (HPE_*) hold the bytes they stumbled over, secrets included. */
export function brokenConnectionCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return BROKEN_OFF.has(error.code) || error.code.startsWith('HPE_') ? error.code : undefined;
}
