/** How long everything lives, and why. */
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { clientLifetimes, type LifetimeMember } from '../../domain/clients/metadata/lifetimes.ts';
import type { Clock } from '../../ports/clock.ts';

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** How far clocks of other parties may differ from ours, and so how long past its `exp` a record is kept. */
export const clockToleranceSeconds = 15;

/**
 * How long past its `exp` the revocation of a JWT is remembered. Within the tolerance the token still counts as valid, and
 * the clock by which the mark expires may run ahead of the one by which the token does.
 */
export const revocationKeptSeconds = 2 * clockToleranceSeconds;

/** A browser brings the code to the app in seconds; RFC 6749 4.1.2 allows ten minutes at most. */
const codeSeconds = minute;
/** A resource server that does not introspect accepts a revoked JWT until it expires. */
const accessTokenSeconds = 10 * minute;
/** It proves a sign-in that just happened. */
const idTokenSeconds = 10 * minute;
/** Anybody can begin one, and each is kept so long: enough to find a password or a second factor, not for lunch. */
export const interactionSeconds = 20 * minute;
/** How many pages in a row one sign-in may take, with some to spare. */
const stepsOfSignIn = 4;
/** Bots, and users who leave without signing in, make many of these. */
const anonymousSessionSeconds = 10 * minute;
const idleSessionSeconds = 14 * day;
const maxSessionSeconds = 90 * day;
/** Of whoever does not stay signed in: the browser should forget it when it is closed, and some never are. */
const unrememberedSessionSeconds = hour;
const idleRefreshTokenSeconds = clientLifetimes.refresh_token_idle_seconds.most;
const maxRefreshTokenSeconds = clientLifetimes.refresh_token_max_seconds.most;
/** A grant must outlive every refresh token of it, else it silently caps them. */
export const maxGrantSeconds = maxRefreshTokenSeconds + idleRefreshTokenSeconds;

/** The cookie value before a rotation: requests that were under way still carry it. */
export const rotatedSessionIdSeconds = minute;
/** The `jti` of a client assertion must be remembered until it expires (RFC 7523 3). */
export const longestAssertionSeconds = day;
/** Of a client that is known by a document: as many of them as anybody likes can prove who they are. */
export const longestDocumentAssertionSeconds = 5 * minute;
/**
 * A pushed request is marked as used when its code is issued, which may be long after it expired. The mark must be kept
 * for longer than any sign-in that began with it, else one request_uri could get two codes.
 */
export const pushedRequestKeptSeconds = stepsOfSignIn * interactionSeconds;
/** If the response to a refresh was never stored, the client has no new token: for so long it may use the old one again. */
export const unansweredUsableSeconds = day;
/** Longer than that: if the response expired first, on a clock that runs ahead, a replay would look like such a refresh. */
export const cachedResponseKeptSeconds = unansweredUsableSeconds + hour;
/** How long discovery and keys may be cached by clients and proxies. */
export const publicDocumentsMaxAgeSeconds = 5 * minute;
/** Between publishing a signing key and signing with it: else a client meets a key that it does not know. */
export const publishedBeforeSigningSeconds = publicDocumentsMaxAgeSeconds + minute;
/** Until then an instance may sign with a key that another has retired at once: it looks every five seconds. */
export const retirementNoticedSeconds = minute;
/** An ID token of a session names it at its sign-out (OIDC RP-Initiated Logout 1.0, id_token_hint), long after it expired. */
export const retiredKeyKeptSeconds = maxSessionSeconds + day;
/** How often a used refresh token was answered again is known for longer than any reuse interval, whatever the clocks say. */
export const lateResendsCountedSeconds = hour;

/** oidc-provider takes positive whole seconds only; what has run out lives one second more. */
const atLeastOne = (seconds: number): number => Math.max(1, Math.floor(seconds));

interface ClientMetadata {
  readonly [member: string]: unknown;
}

/** What holds for all, or less where an administrator has set it for this client. */
function secondsOf(client: ClientMetadata | undefined, member: LifetimeMember, usual: number): number {
  const own = client?.[member];
  return typeof own === 'number' ? Math.min(own, usual) : usual;
}

const idleSecondsOf = (client: ClientMetadata | undefined): number =>
  secondsOf(client, 'refresh_token_idle_seconds', idleRefreshTokenSeconds);
const maxSecondsOf = (client: ClientMetadata | undefined): number =>
  secondsOf(client, 'refresh_token_max_seconds', maxRefreshTokenSeconds);

interface RefreshTokenTimes {
  /** When it was issued, and when the first of its family was, in seconds. */
  readonly iat?: number | undefined;
  readonly iiat?: number | undefined;
}

/**
 * By what holds for its client now: its own expiry says what held when it was issued. And the last of a family lives for a second, within
 * which it could be refreshed for ever.
 */
export function isRefreshTokenOver(
  { iat, iiat }: RefreshTokenTimes,
  client: ClientMetadata | undefined,
  clock: Clock,
): boolean {
  const now = Math.floor(clock.now() / 1000);
  return (iat ?? now) + idleSecondsOf(client) <= now || (iiat ?? iat ?? now) + maxSecondsOf(client) <= now;
}

export function lifetimeOptions(clock: Clock): Configuration {
  const now = (): number => Math.floor(clock.now() / 1000);
  const accessToken = (
    _ctx: KoaContextWithOIDC,
    { resourceServer }: { readonly resourceServer?: { readonly accessTokenTTL?: number | undefined } | undefined },
    client: ClientMetadata | undefined,
  ): number => secondsOf(client, 'access_token_seconds', resourceServer?.accessTokenTTL ?? accessTokenSeconds);
  return {
    ttl: {
      AccessToken: accessToken,
      ClientCredentials: accessToken,
      AuthorizationCode: codeSeconds,
      IdToken: idTokenSeconds,
      Interaction: interactionSeconds,
      Session: (_ctx, { accountId, loginTs = now(), transient }) => {
        if (accountId === undefined) return anonymousSessionSeconds;
        if (transient) return atLeastOne(loginTs + unrememberedSessionSeconds - now());
        return atLeastOne(Math.min(idleSessionSeconds, loginTs + maxSessionSeconds - now()));
      },
      RefreshToken: (_ctx, { iiat = now() }, client) =>
        atLeastOne(Math.min(idleSecondsOf(client), iiat + maxSecondsOf(client) - now())),
      // Without offline_access everything of the grant ends with the session: nothing needs it for longer.
      Grant: (_ctx, grant) =>
        grant.getOIDCScope().includes('offline_access') ? maxGrantSeconds : maxSessionSeconds + day,
    },
  };
}
