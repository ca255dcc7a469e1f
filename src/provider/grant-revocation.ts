/** Which revocations end a whole grant, and with it everything that hangs on it. */
import type { KoaContextWithOIDC } from 'oidc-provider';

/** RFC 7009 2.1: revoking an access token leaves the grant; a replay, a revoked refresh token and a sign-out end it. */
export function endsGrant({ oidc }: KoaContextWithOIDC): boolean {
  return !(oidc.route === 'revocation' && oidc.entities.AccessToken !== undefined);
}
