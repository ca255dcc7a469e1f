/** Which tokens are issued, how they rotate and what a JWT access token carries. */
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { GrantStore } from '../../storage/issued/grants.ts';
import type { SessionStore } from '../../storage/issued/sessions.ts';
import { GRANT_CLAIM, SESSION_CLAIM } from '../access-token-jwt.ts';
import { tokenBits } from '../adapter/tokens.ts';

export function tokenOptions({
  grants,
  sessions,
}: {
  readonly grants: GrantStore;
  readonly sessions: SessionStore;
}): Configuration {
  return {
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    // RFC 9700 4.14.2: rotate, and detect replay. FAPI 2.0 Security Profile 5.3.2.1: not where a key protects the token.
    rotateRefreshToken: ({ oidc: { client } }) => client === undefined || !isFapiClient(client),
    expiresWithSession: async (_ctx, source) => !source.scopes.has('offline_access'),
    revokeGrantPolicy: endsGrant,
    acceptQueryParamAccessTokens: false,
    formats: {
      bitsOfOpaqueRandomness: (_ctx, { kind }) => tokenBits(kind),
      customizers: {
        jwt: (_ctx, token, jwt) => {
          // Opaque references, so that introspection can ask whether grant and session still stand (design: no id leaks).
          if ('grantId' in token && token.grantId !== undefined) {
            jwt.payload[GRANT_CLAIM] = grants.referenceOf(token.grantId);
          }
          if ('expiresWithSession' in token && token.expiresWithSession && token.sessionUid !== undefined) {
            jwt.payload[SESSION_CLAIM] = sessions.referenceOf(token.sessionUid);
          }
        },
      },
    },
  };
}

export interface ClientTraits {
  readonly [metadata: string]: unknown;
}

function isFapiClient(client: ClientTraits): boolean {
  return client.requirePushedAuthorizationRequests === true && client.dpopBoundAccessTokens === true;
}

/** Seconds; 0 means that a second use is a replay at once. */
export function reuseIntervalSecondsOf(client: ClientTraits | undefined, defaultSeconds: number): number {
  // What does not rotate needs no reuse interval.
  if (client === undefined || isFapiClient(client)) return 0;
  const own = client.refresh_grace_seconds;
  return typeof own === 'number' ? own : defaultSeconds;
}

/** RFC 7009 2.1: revoking an access token leaves the grant; a replay, a revoked refresh token and a sign-out end it. */
function endsGrant({ oidc }: KoaContextWithOIDC): boolean {
  return !(oidc.route === 'revocation' && oidc.entities.AccessToken !== undefined);
}
