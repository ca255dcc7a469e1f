/** What one part of a request tells another: one object a request. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { Middleware } from 'koa';
import Provider, { type KoaContextWithOIDC } from 'oidc-provider';
import { type NoteEvent, noteInto, type SecurityEvent } from '../domain/events/security-events.ts';
import type { CachedTokenResponse, FoundRefreshToken } from '../storage/issued/refresh-token-families.ts';
import type { FoundSession } from '../storage/issued/sessions.ts';
import type { IssuedPayload } from '../storage/issued/tokens.ts';
import type { Consent } from '../storage/records/consents.ts';
import type { RefreshArrival } from './adapter/refresh-bursts.ts';

export interface BrowserNote {
  /** Keyed hashes of its cookies' values: a sign-in is stored with one of them. */
  readonly hashes: readonly string[];
  /** The value, when this response has to set it. */
  readonly toSet?: string;
}

export interface RequestNotes {
  /** Names the request in log lines and on error pages. */
  readonly requestId: string;
  /** Where it comes from. Asked late: Koa keeps its first answer, and the headers of proxies are not read yet when a request begins. */
  address: () => string | undefined;
  /** A browser fetches it for a page that it shows, such as an image: nobody is sent there (Fetch Metadata). */
  isPartOfPage: () => boolean;
  /** The Host header as it came: everybody else sees the issuer's (web/middleware/pin-to-issuer.ts). */
  givenHost: string | undefined;
  /** oidc-provider's name for a route that we answer in its place (registration/registration-endpoint.ts). */
  route: string | undefined;
  /** What oidc-provider reported done (events.ts): the request's log line names it. */
  readonly events: string[];
  /** Security events of this request; recorded when it has been handled (web/middleware/security-events.ts). */
  readonly securityEvents: SecurityEvent[];
  /** Names the sign-in that this request belongs to, once that is known (adapter/sign-in-ids.ts). */
  signInId: string | undefined;
  /** Which browser it is (protection/browser-binding.ts). */
  browser: BrowserNote;
  /** Of an interaction, once it is found; oidc-provider's own routes know their client themselves. */
  clientId: string | undefined;
  /** The code or token that this request brought, as it is stored (adapter/sign-in-ids.ts). */
  presented:
    | {
        readonly kind: string;
        readonly accountId?: string | undefined;
        readonly resource?: unknown;
        readonly scope?: unknown;
        /** Of a code: seconds since the epoch, where somebody signed in for the very request that it answers. */
        readonly provenAt?: unknown;
        /** What it was issued for was let through as that of a remembered device. */
        readonly isDeviceRemembered?: boolean;
      }
    | undefined;
  /** A remembered device stood in for the second factor that a setting requires (policy/second-factor.ts). */
  isDeviceRemembered: boolean;
  /** The grant that it was read with last: of the code or token, where one is presented (adapter/adapter.ts). */
  grant: IssuedPayload | undefined;
  /** What is remembered of the account and client of this request, once it was asked for (policy/consent-question.ts). */
  remembered: Promise<Consent | undefined> | undefined;
  /** A client secret was compared in vain, and the database does not count it yet (protection/failed-clients.ts). */
  uncountedFailure: string | undefined;
  /** The session as it is stored, as far as this request has read or written it (adapter/sessions.ts). */
  session: (FoundSession & { readonly isWritten: boolean }) | undefined;
  /** The response must not set the session cookie (options/cookies.ts). */
  isSessionCookieWithheld: boolean;
  /** When it came, and with which others that present the same refresh token (middleware/refresh-responses.ts). */
  refreshArrival: RefreshArrival | undefined;
  /** It presents a used refresh token, and came after the response to the first use was stored. */
  isLateRefresh: boolean;
  /** The refresh token of this request had been used before (adapter/refresh-tokens.ts). */
  usedRefreshToken: FoundRefreshToken | undefined;
  /** The error about its resource names one that may have been meant, or there is none (options/resources.ts). */
  isTargetExplained: boolean;
  /** A budget has paid for the request that is pushed here (protection/visitor-budgets.ts). */
  isPushedRequestPaid: boolean;
  /** The code that oidc-provider has sent to the app, or has shown in its place (events.ts). */
  authorizationError: string | undefined;
  /** What that token was answered with, to be sent again (middleware/refresh-responses.ts). */
  cachedTokenResponse: CachedTokenResponse | undefined;
}

const NOTES = Symbol('request notes');

/** The request log begins them, before anything else runs: with the id that a trusted proxy gave, if there is one. */
export function beginRequest(ctx: object, requestId: string = randomUUID()): RequestNotes {
  const notes: RequestNotes = {
    requestId,
    address: () => undefined,
    isPartOfPage: () => false,
    givenHost: undefined,
    route: undefined,
    events: [],
    securityEvents: [],
    signInId: undefined,
    browser: { hashes: [] },
    clientId: undefined,
    presented: undefined,
    isDeviceRemembered: false,
    grant: undefined,
    remembered: undefined,
    uncountedFailure: undefined,
    session: undefined,
    isSessionCookieWithheld: false,
    refreshArrival: undefined,
    isLateRefresh: false,
    usedRefreshToken: undefined,
    isTargetExplained: false,
    isPushedRequestPaid: false,
    authorizationError: undefined,
    cachedTokenResponse: undefined,
  };
  (ctx as { [NOTES]?: RequestNotes })[NOTES] = notes;
  return notes;
}

export function requestOf(ctx: object): RequestNotes {
  return (ctx as { readonly [NOTES]?: RequestNotes })[NOTES] ?? beginRequest(ctx);
}

/** How handlers and oidc-provider's listeners report: `noteFor(ctx)('consent.given', 'user', { accountId })`. */
export function noteFor(ctx: object): NoteEvent {
  return noteInto(requestOf(ctx).securityEvents);
}

/** The event that was noted first is closer to the reason; a second one would only repeat it. */
export function isRefusalNoted(ctx: object): boolean {
  return requestOf(ctx).securityEvents.some(({ event }) => event === 'request.refused');
}

export type RequestContext = KoaContextWithOIDC;

/** Where clients prove who they are; elsewhere `invalid_client` says that there is no such client. */
export const authenticatingRoutes: ReadonlySet<string> = new Set([
  'backchannel_authentication',
  'device_authorization',
  'introspection',
  'pushed_authorization_request',
  'revocation',
  'token',
]);

/** Where programs ask, some of them in browsers; elsewhere browsers are sent, to our own pages too. */
export function isForPrograms(route: string | undefined): boolean {
  return route !== undefined && (authenticatingRoutes.has(route) || route === 'userinfo');
}

const resumedRoutes: ReadonlySet<string> = new Set(['resume', 'device_resume']);

/** True where a sign-in goes on that was begun minutes ago: here its code is issued, or its device allowed. */
export function isResumed({ oidc }: KoaContextWithOIDC): boolean {
  return resumedRoutes.has(oidc.route);
}

/** oidc-provider's mark of a client whose metadata is a document at its `client_id`; not in its types. */
export function isFromDocument(client: object): boolean {
  return (client as { readonly clientIdMetadataDocument?: true }).clientIdMetadataDocument === true;
}

/**
 * For what fails where clients prove who they are, other than that proof. oidc-provider finds the client before it has checked
 * the proof, and then fails otherwise than with `invalid_client` at one thing alone: headers of attestation, which we do not take.
 */
export function isClientProven({ oidc, headers }: KoaContextWithOIDC): boolean {
  const { client, route } = oidc;
  if (client === undefined || client.clientAuthMethod === 'none' || !authenticatingRoutes.has(route)) return false;
  // Anybody makes as many of those as they like.
  if (isFromDocument(client)) return false;
  return Object.keys(headers).every((name) => !name.startsWith('oauth-client-attestation'));
}

/** RFC 7617 2: whatever follows the scheme, it is an attempt to authenticate. */
const BASIC = /^basic +\S/i;

/**
 * True when the request carries no client authentication at all, or none of a kind that we accept: oidc-provider calls that
 * invalid_request, RFC 6749 5.2 wants invalid_client. Malformed authentication, or two at once, stays invalid_request there too.
 */
export function isWithoutProof({ oidc, headers: { authorization } }: KoaContextWithOIDC): boolean {
  if (!authenticatingRoutes.has(oidc.route) || oidc.client !== undefined || oidc.body === undefined) return false;
  // Read from the body, because oidc-provider drops a parameter that was sent twice.
  const { client_id: id, client_secret: secret, client_assertion: assertion } = oidc.body;
  if (assertion || Array.isArray(secret) || Array.isArray(id)) return false;
  return authorization === undefined ? !id : !secret && !BASIC.test(authorization);
}

/** The request that a storage call of oidc-provider belongs to; undefined outside of oidc-provider's routes. */
export function currentContext(): RequestContext | undefined {
  return Provider.ctx as RequestContext | undefined;
}

const running = new AsyncLocalStorage<RequestNotes>();

/** From here on `currentRequest` finds its notes: in our own pages too, which oidc-provider knows no request of. */
export const followRequest: Middleware = (ctx, next) => {
  const request = requestOf(ctx);
  request.address = () => ctx.ip;
  request.isPartOfPage = () => !['', 'navigate'].includes(ctx.get('Sec-Fetch-Mode'));
  return running.run(request, next);
};

export function currentRequest(): RequestNotes | undefined {
  return running.getStore();
}

/** How the adapter reports; what happens outside of a request has none to belong to. */
export const noteForCurrent: NoteEvent = (event, reason, subject) => {
  const request = currentRequest();
  if (request !== undefined) noteInto(request.securityEvents)(event, reason, subject);
};
