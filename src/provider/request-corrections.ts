/** What is put right in a request before oidc-provider judges it. Looking up the client is the first moment at which it calls us. */
import type { KoaContextWithOIDC } from 'oidc-provider';
import { recheckRedirectUri } from './policy/registration.ts';
import { refuseMalformedJwts } from './protection/nesting.ts';
import { spaceDelimited } from './requested-access.ts';

export function correctRequest(ctx: KoaContextWithOIDC): void {
  // Another look-up of the same request, such as that of a token's client.
  if (ctx.oidc.client !== undefined) return;
  refuseMalformedJwts(ctx);
  collapseSpaces(ctx);
  if (ctx.oidc.route === 'resume') recheckRedirectUri(ctx);
}

/** Where clients prove who they are, what the body holds becomes parameters after that. */
function collapseSpaces({ oidc: { params, body } }: KoaContextWithOIDC): void {
  if (typeof body?.scope === 'string') body.scope = spaceDelimited(body.scope).join(' ');
  collapseScope(params);
}

/** Once more where a request object has put its own in their place (policy/requested-scope.ts). */
export function collapseScope(params: { scope?: unknown } | undefined): void {
  if (typeof params?.scope === 'string') params.scope = spaceDelimited(params.scope).join(' ') || undefined;
}
