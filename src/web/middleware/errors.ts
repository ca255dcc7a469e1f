/** Turns every failure into an answer with the right status: a page for a browser, JSON for a program. */
import type { Context, Middleware } from 'koa';
import { DomainError } from '../../domain/domain-error.ts';
import type { Log } from '../../ports/log.ts';
import { RETRY_AFTER_SECONDS } from '../../provider/middleware/storage-unavailable.ts';
import { requestOf } from '../../provider/request.ts';
import { StorageUnavailable } from '../../storage/driver.ts';
import { dictionaryOf, type Language, requestLanguage, waitingTime } from '../pages/language.ts';
import { type BackTo, wayBack, wayToStart } from '../pages/names-and-links.ts';
import type { Page, Pages } from '../pages/render.ts';
import type { Dictionary } from '../pages/words/en.ts';
import type { Routes } from '../routes.ts';

export interface ErrorPage {
  readonly language: Language;
  /** The code, in the spelling of OAuth. */
  readonly error: string;
  readonly description?: string | undefined;
  readonly requestId?: string | undefined;
  readonly status: number;
  readonly backTo?: BackTo | undefined;
  /** The client would be known by a metadata document, and that cannot be used. */
  readonly isOfDocument?: boolean;
}

const clientIsAtFault = new Set(['invalid_client', 'invalid_redirect_uri', 'unauthorized_client']);

/** Sorts errors by what a user can do about them. */
function kindOf({ error, status, isOfDocument }: ErrorPage): keyof Dictionary['error']['kinds'] {
  if (status >= 500) return 'ours';
  if (isOfDocument) return 'document';
  if (error === 'access_denied') return 'denied';
  return clientIsAtFault.has(error) ? 'unknown_app' : 'request';
}

export function errorPage(details: ErrorPage): Page {
  const { language, error, description, requestId, backTo } = details;
  const words = dictionaryOf(language).error.kinds[kindOf(details)];
  const back = backTo === undefined ? wayToStart(language) : wayBack(language, backTo);
  const shown = { error, errorCode: error, description, requestId };
  return { view: 'errors/error', language, isProblem: true, ...words, ...back, ...shown };
}

export function unavailablePage(language: Language, retryAfterSeconds: number): Page {
  const { heading, explanation } = dictionaryOf(language).unavailable;
  const wait = waitingTime(language, retryAfterSeconds);
  const words = { heading, explanation: explanation(wait) };
  return { view: 'errors/unavailable', language, isProblem: true, errorCode: 'temporarily_unavailable', ...words };
}

export function notFoundPage(language: Language): Page {
  const { heading } = dictionaryOf(language).notFound;
  return { view: 'errors/not-found', language, errorCode: 'not_found', heading, ...wayToStart(language) };
}

interface Failure {
  readonly status: number;
  readonly error: string;
  readonly description: string;
  readonly retryAfterSeconds?: number;
}

const badRequest = (description: string, status = 400): Failure => ({ status, error: 'invalid_request', description });

const methodNotAllowed = badRequest('this address does not answer to that method', 405);

const fault: Failure = {
  status: 500,
  error: 'server_error',
  description: 'something went wrong here; it has been written down',
};

function unavailable(description: string, retryAfterSeconds = RETRY_AFTER_SECONDS): Failure {
  return { status: 503, error: 'temporarily_unavailable', description, retryAfterSeconds };
}

/** Koa's errors for bad requests carry a status below 500, and their message may be shown. */
function isBadRequest(error: unknown): error is Error & { readonly status: number } {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return false;
  return error.status >= 400 && error.status < 500;
}

const BROKEN_OFF = new Set(['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']);

/** The code alone may be logged: errors of Node's parser (HPE_*) hold the bytes they stumbled over, secrets included. */
export function brokenConnectionCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return BROKEN_OFF.has(error.code) || error.code.startsWith('HPE_') ? error.code : undefined;
}

function failureOf(error: unknown): Failure {
  if (error instanceof StorageUnavailable) return unavailable('the service cannot reach its database, try again');
  if (error instanceof DomainError && error.code === 'hashing_busy')
    return unavailable(error.message, error.retryAfterSeconds);
  if (brokenConnectionCode(error) !== undefined) return badRequest('the request broke off');
  // A path that is no valid percent-encoding.
  if (error instanceof URIError) return badRequest('the address is malformed');
  return isBadRequest(error) ? badRequest(error.message, error.status) : fault;
}

export interface FailuresDeps {
  readonly log: Log;
  /** The way back to a client; undefined for one that is not known without the database, which may be what failed. */
  readonly wayBackTo?: ((clientId: string, language: Language) => BackTo | undefined) | undefined;
  /** Absent where all callers are programs. */
  readonly pages?: Pages;
  readonly routes?: Routes;
}

/** Undefined for programs, and for everybody at an address that programs call. */
function pagesFor(ctx: Context, { pages, routes }: FailuresDeps): Pages | undefined {
  // Not `path`: a target that is malformed has none.
  if (routes?.isForMachines((ctx.req.url ?? '').replace(/[?#].*/s, ''))) return undefined;
  return ctx.accepts('json', 'html') === 'html' ? pages : undefined;
}

/** The app that the address names, as those of a sign-in do. Not `query`: a target that is malformed has none. */
function backToOf(ctx: Context, language: Language, { wayBackTo }: FailuresDeps): BackTo | undefined {
  const clientId = new URLSearchParams((ctx.req.url ?? '').replace(/^[^?]*/s, '')).get('client_id');
  return clientId === null ? undefined : wayBackTo?.(clientId, language);
}

function answer(ctx: Context, failure: Failure, deps: FailuresDeps): void {
  const { status, error, description, retryAfterSeconds } = failure;
  ctx.status = status;
  ctx.set('Cache-Control', 'no-store');
  if (retryAfterSeconds !== undefined) ctx.set('Retry-After', String(retryAfterSeconds));
  const pages = pagesFor(ctx, deps);
  if (pages === undefined) {
    ctx.body = { error, error_description: description };
    return;
  }
  const language = requestLanguage(ctx);
  const backTo = backToOf(ctx, language, deps);
  const page =
    retryAfterSeconds === undefined
      ? errorPage({ language, error, description, status, requestId: requestOf(ctx).requestId, backTo })
      : unavailablePage(language, retryAfterSeconds);
  pages.show(ctx, page, status);
}

function answerNotFound(ctx: Context, deps: FailuresDeps): void {
  ctx.set('Cache-Control', 'no-store');
  const pages = pagesFor(ctx, deps);
  if (pages !== undefined) ctx.body = pages.render(notFoundPage(requestLanguage(ctx)));
  else ctx.body = { error: 'not_found', error_description: 'there is nothing at this address' };
  ctx.status = 404;
}

function report(log: Log, requestId: string, error: unknown, failure: Failure): void {
  if (failure === fault) log.error({ requestId, error }, 'a request failed');
  else if (failure.status >= 500) {
    const cause = error instanceof StorageUnavailable ? error.reason : (error as Error).name;
    log.warn({ requestId, error: failure.error, cause }, 'a request could not be served');
  }
}

export function failures(deps: FailuresDeps): Middleware {
  return async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      const failure = failureOf(error);
      report(deps.log, requestOf(ctx).requestId, error, failure);
      return answer(ctx, failure, deps);
    }
    // What was answered with a status alone.
    if (ctx.body !== undefined) return;
    if (ctx.status === 405) answer(ctx, methodNotAllowed, deps);
    if (ctx.status === 404) answerNotFound(ctx, deps);
  };
}
