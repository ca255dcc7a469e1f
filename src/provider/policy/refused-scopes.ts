/**
 * An app repeats the scope that it is configured with when it refreshes (RFC 6749 6). What its user was asked for and this token was not
 * issued with, and what was refused since, is left out here, instead of failing the refresh; the response says so (RFC 6749 3.3).
 */
import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import { union } from '../../domain/grants/access.ts';
import type { Access } from '../../storage/records/consents.ts';
import { answerOf, type GrantContent, spaceDelimited } from '../requested-access.ts';

const namesIn = ({ oidcScopes, resourceScopes }: Access): ReadonlySet<string> =>
  new Set([oidcScopes, ...Object.values(resourceScopes)].flat());

/** `issued` is the scope of the refresh token. Throws where nothing is left of what was requested: no scope would mean all of it. */
export function leaveOutRefused({ oidc }: KoaContextWithOIDC, issued: unknown, grant: GrantContent | undefined): void {
  const { params = {} } = oidc;
  const requested = spaceDelimited(params.scope);
  if (requested.length === 0) return;
  const { allowed, refused } = answerOf(grant);
  // A name that one API was refused may be another's that was not.
  const [granted, asked] = [namesIn(allowed), namesIn(union(allowed, refused))];
  const ofToken = new Set(spaceDelimited(issued));
  const kept = requested.filter((scope) => !asked.has(scope) || (ofToken.has(scope) && granted.has(scope)));
  if (kept.length === 0)
    throw new errors.InvalidScope('the user has refused the requested scope', String(params.scope));
  params.scope = kept.join(' ');
}
