/** Gets tokens from the provider: for a code at sign-in, for a refresh token later. */
import { createHash } from 'node:crypto';
import {
  authorizationCodeGrant,
  type Configuration,
  fetchUserInfo,
  refreshTokenGrant,
  type UserInfoResponse,
} from 'openid-client';
import { accountScope, apiScopes, type PendingSignIn } from './authorization.ts';
import { IncompleteAnswer, SubjectChanged } from './problems.ts';

export interface Tokens {
  /** Who signed in. */
  readonly sub: string;
  /** In which session at the provider (OIDC Back-Channel Logout 2.1). */
  readonly sid?: string;
  readonly idToken: string;
  /** For the API; absent where the user left all of it out. */
  readonly accessToken?: string;
  readonly refreshToken: string;
}

/** A token that a refresh replaced, by fingerprints. */
export interface RefreshedToken {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

export interface SignedIn {
  readonly tokens: Tokens;
  readonly userinfo: UserInfoResponse;
  /** What the last refresh changed. */
  readonly refreshed?: readonly RefreshedToken[];
}

/**
 * An access token is meant for one audience (RFC 8707 2), and this app talks to two: the provider's userinfo
 * endpoint and the API. The code buys the second, a JWT for the one API that was asked for; the refresh token that
 * came with it buys the first, which is good for userinfo only, by a scope that names nothing of the API.
 */
export async function redeemCode(config: Configuration, callback: URL, pending: PendingSignIn): Promise<SignedIn> {
  // Checks state, `iss` (RFC 9207), and the ID token's issuer, audience, nonce, times and signature.
  const answer = await authorizationCodeGrant(config, callback, {
    expectedState: pending.state,
    expectedNonce: pending.nonce,
    pkceCodeVerifier: pending.codeVerifier,
    idTokenExpected: true,
  });
  const claims = answer.claims();
  if (claims === undefined || answer.id_token === undefined || answer.refresh_token === undefined) {
    throw new IncompleteAnswer();
  }
  const forUserinfo = await refreshTokenGrant(config, answer.refresh_token, { scope: accountScope });
  // OIDC Core 5.3.2: an answer about anybody else must not be used; the client checks it against this `sub`.
  const userinfo = await fetchUserInfo(config, forUserinfo.access_token, claims.sub);
  const tokens = {
    sub: claims.sub,
    ...sidOf(claims),
    idToken: answer.id_token,
    ...accessTokenIn(answer),
    refreshToken: forUserinfo.refresh_token ?? answer.refresh_token,
  };
  return { tokens, userinfo };
}

/** Spends the refresh token and says what changed. */
export async function refresh(config: Configuration, signedIn: SignedIn, resource: string): Promise<SignedIn> {
  const before = signedIn.tokens;
  const tokens = await renew(config, before, resource);
  const refreshed = [
    { name: 'Access token', before: before.accessToken, after: tokens.accessToken },
    { name: 'Refresh token', before: before.refreshToken, after: tokens.refreshToken },
  ].flatMap(({ name, before: old, after: fresh }) =>
    old === undefined || fresh === undefined ? [] : [{ name, before: fingerprint(old), after: fingerprint(fresh) }],
  );
  return { ...signedIn, tokens, refreshed };
}

async function renew(config: Configuration, before: Tokens, resource: string): Promise<Tokens> {
  const wanted = before.accessToken === undefined ? {} : { resource };
  const answer = await refreshTokenGrant(config, before.refreshToken, wanted);
  const claims = answer.claims();
  // OIDC Core 12.2: a refresh never changes who is signed in.
  if (claims !== undefined && claims.sub !== before.sub) throw new SubjectChanged();
  return {
    ...before,
    ...(claims === undefined ? {} : sidOf(claims)),
    ...accessTokenIn(answer),
    // An answer may leave out what stays the same (RFC 6749 6).
    refreshToken: answer.refresh_token ?? before.refreshToken,
    idToken: answer.id_token ?? before.idToken,
  };
}

/** RFC 6749 5.1: what is granted may be less than what was asked for, and without a scope of the API the token is for userinfo. */
function accessTokenIn({ access_token, scope = '' }: { readonly access_token: string; readonly scope?: string }) {
  return scope.split(' ').some((name) => apiScopes.includes(name)) ? { accessToken: access_token } : {};
}

function sidOf(claims: Readonly<Record<string, unknown>>): { readonly sid?: string } {
  const sid = claims.sid;
  return typeof sid === 'string' ? { sid } : {};
}

/** Tells two tokens apart without showing either. */
function fingerprint(token: string): string {
  return createHash('sha256').update(token).digest('base64url').slice(0, 12);
}
