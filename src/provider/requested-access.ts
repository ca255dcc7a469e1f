/** What an authorization request asks for, what a grant holds of it, and how a user's answer changes the grant. */
import type { KoaContextWithOIDC } from 'oidc-provider';
import { noAccess, union, without } from '../domain/grants/access.ts';
import { type Answer, afterAnswer } from '../domain/grants/answers.ts';
import { claimsReleasedBy } from '../domain/scopes/scopes.ts';
import type { Access } from '../storage/records/consents.ts';
import type { OrganisationScope } from '../storage/records/scopes.ts';

/** RFC 6749 3.3: one space between two of them; apps that put theirs together from parts send more. */
export function spaceDelimited(value: unknown): readonly string[] {
  return typeof value === 'string' ? value.split(' ').filter((part) => part !== '') : [];
}

/** Facts about the sign-in itself, which nobody is asked for; oidc-provider keeps the same list. */
const claimsOfSignIn: readonly string[] = ['sub', 'sid', 'auth_time', 'acr', 'amr', 'iss'];

/** Of the current authorization request; of its claims those that are requested by name. */
export function requestedAccess({ oidc }: KoaContextWithOIDC): Access {
  const { requestParamOIDCScopes, requestParamClaims, requestParamScopes, resourceServers } = oidc;
  const resourceScopes: Record<string, string[]> = {};
  for (const [identifier, resourceServer] of Object.entries(resourceServers ?? {})) {
    resourceScopes[identifier] = [...resourceServer.scopes].filter((scope) => requestParamScopes.has(scope));
  }
  const oidcClaims = [...requestParamClaims].filter((claim) => !claimsOfSignIn.includes(claim));
  return { oidcScopes: [...requestParamOIDCScopes], oidcClaims, resourceScopes };
}

/** The scopes of the organisation come with their claims, but for those that were refused: they release nothing. */
export function withReleasedClaims(access: Access, scopes: readonly OrganisationScope[], refused: Access): Access {
  const released = claimsReleasedBy(
    scopes.filter(({ name }) => access.oidcScopes.includes(name) && !refused.oidcScopes.includes(name)),
  );
  return union(access, { ...noAccess, oidcClaims: released });
}

/** What is stored of a grant: oidc-provider subtracts `rejected` from the rest. */
interface GrantPart {
  openid?: { scope?: string | undefined; claims?: string[] | undefined } | undefined;
  resources?: Record<string, string> | undefined;
}
export interface GrantContent extends GrantPart {
  rejected?: GrantPart | undefined;
}

function accessOf({ openid, resources = {} }: GrantPart): Access {
  return {
    oidcScopes: spaceDelimited(openid?.scope),
    oidcClaims: openid?.claims ?? [],
    resourceScopes: Object.fromEntries(
      Object.entries(resources).map(([identifier, scope]) => [identifier, spaceDelimited(scope)]),
    ),
  };
}

/** Undefined where a member would be empty: oidc-provider keeps none of these. */
function partOf({ oidcScopes, oidcClaims, resourceScopes }: Access): Required<GrantPart> {
  const resources = Object.entries(resourceScopes)
    .filter(([, scopes]) => scopes.length > 0)
    .map(([identifier, scopes]) => [identifier, scopes.join(' ')]);
  const openid = {
    ...(oidcScopes.length > 0 && { scope: oidcScopes.join(' ') }),
    ...(oidcClaims.length > 0 && { claims: [...oidcClaims] }),
  };
  return {
    openid: Object.keys(openid).length > 0 ? openid : undefined,
    resources: resources.length > 0 ? Object.fromEntries(resources) : undefined,
  };
}

export function answerOf(grant: GrantContent | undefined): Answer {
  const { rejected = {}, ...granted } = grant ?? {};
  const refused = accessOf(rejected);
  return { allowed: without(accessOf(granted), refused), refused };
}

/** What is granted by now of a scope that was issued earlier, for an API or for userinfo. */
export function grantedScope(grant: GrantContent | undefined, scope: unknown, resource?: string): string {
  const { allowed } = answerOf(grant);
  const granted = resource === undefined ? allowed.oidcScopes : (allowed.resourceScopes[resource] ?? []);
  return spaceDelimited(scope)
    .filter((name) => granted.includes(name))
    .join(' ');
}

/** What a grant holds after this answer: what is allowed now is rejected no longer, else it would stay subtracted for ever. */
export function answeredGrant(grant: GrantContent | undefined, answer: Answer): Required<GrantContent> {
  const { allowed, refused } = afterAnswer(answerOf(grant), answer);
  const rejected = partOf(refused);
  const isAnyRejected = rejected.openid !== undefined || rejected.resources !== undefined;
  return { ...partOf(allowed), rejected: isAnyRejected ? rejected : undefined };
}
