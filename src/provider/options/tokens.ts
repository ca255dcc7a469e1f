/** Which tokens are issued, how they rotate and what a JWT access token carries. */
import type { Configuration } from 'oidc-provider';
import type { ArtifactStore } from '../../ports/artifacts.ts';
import type { SessionStore } from '../../ports/sessions.ts';
import { isFapiClient } from '../fapi-client.ts';
import { endsGrant } from '../grant-revocation.ts';
import { tokenBits } from '../token-lengths.ts';
import { GRANT_CLAIM, SESSION_CLAIM } from '../token-references.ts';

export function tokenOptions({
  artifacts,
  sessions,
}: {
  readonly artifacts: ArtifactStore;
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
            jwt.payload[GRANT_CLAIM] = artifacts.grantReference(token.grantId);
          }
          if ('expiresWithSession' in token && token.expiresWithSession && token.sessionUid !== undefined) {
            jwt.payload[SESSION_CLAIM] = sessions.referenceOf(token.sessionUid);
          }
        },
      },
    },
  };
}
