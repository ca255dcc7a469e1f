/** What one part of a request tells another: one object a request. */
import { randomUUID } from 'node:crypto';
import Provider, { type KoaContextWithOIDC } from 'oidc-provider';
import type { CachedTokenResponse } from '../storage/issued/refresh-token-families.ts';
import type { FoundSession } from '../storage/issued/sessions.ts';
import type { FoundIssued } from '../storage/issued/tokens.ts';

export interface RequestNotes {
  /** Names the request in log lines and on error pages. */
  readonly requestId: string;
  /** What oidc-provider reported done (events.ts): the request's log line names it. */
  readonly events: string[];
  /** The session as it is stored, as far as this request has read or written it (adapter/sessions.ts). */
  session: (FoundSession & { readonly isWritten: boolean }) | undefined;
  /** The response must not set the session cookie (options/cookies.ts). */
  isSessionCookieWithheld: boolean;
  /** The refresh token of this request had been used before (adapter/refresh-tokens.ts). */
  usedRefreshToken: FoundIssued | undefined;
  /** What that token was answered with, to be sent again (middleware/refresh-responses.ts). */
  cachedTokenResponse: CachedTokenResponse | undefined;
}

const NOTES = Symbol('request notes');

/** The notes of a request, begun when they are first asked for: by the request log, before anything else runs. */
export function requestOf(ctx: object): RequestNotes {
  const noted = ctx as { [NOTES]?: RequestNotes };
  noted[NOTES] ??= {
    requestId: randomUUID(),
    events: [],
    session: undefined,
    isSessionCookieWithheld: false,
    usedRefreshToken: undefined,
    cachedTokenResponse: undefined,
  };
  return noted[NOTES];
}

/** The request that a storage call of oidc-provider belongs to; undefined outside of oidc-provider's routes. */
export function currentContext(): KoaContextWithOIDC | undefined {
  return Provider.ctx as KoaContextWithOIDC | undefined;
}

export function currentRequest(): RequestNotes | undefined {
  const ctx = currentContext();
  return ctx && requestOf(ctx);
}
