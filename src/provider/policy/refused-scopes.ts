/**
 * An app repeats the scope that it is configured with when it refreshes (RFC 6749 6). What its user has left out of that is left out
 * here too, instead of failing the refresh; the response says so (RFC 6749 3.3).
 */
import type { KoaContextWithOIDC } from 'oidc-provider';
import { answerOf, type GrantContent, spaceDelimited } from '../requested-access.ts';

/** `issued` is the scope of the refresh token. */
export function leaveOutRefused({ oidc }: KoaContextWithOIDC, issued: unknown, grant: GrantContent | undefined): void {
  const { params = {} } = oidc;
  const { oidcScopes, resourceScopes } = answerOf(grant).refused;
  const refused = new Set([oidcScopes, ...Object.values(resourceScopes)].flat());
  const kept = spaceDelimited(params.scope).filter(
    (scope) => !refused.has(scope) || spaceDelimited(issued).includes(scope),
  );
  // An empty scope would mean all that was granted.
  if (kept.length > 0) params.scope = kept.join(' ');
}
