/** What is put right in a request before oidc-provider judges it. Looking up the client is the first moment at which it calls us. */
import type { KoaContextWithOIDC } from 'oidc-provider';
import { distrustRedirectUri } from './policy/registration.ts';
import { refuseOddJwts } from './protection/nesting.ts';
import { spaceDelimited } from './requested-access.ts';

export function correctRequest(ctx: KoaContextWithOIDC): void {
  refuseOddJwts(ctx);
  collapseSpaces(ctx);
  if (ctx.oidc.route === 'resume') distrustRedirectUri(ctx);
}

/** Where clients prove who they are, what the body holds becomes parameters after that. */
function collapseSpaces({ oidc: { params, body } }: KoaContextWithOIDC): void {
  if (typeof body?.scope === 'string') body.scope = spaceDelimited(body.scope).join(' ');
  if (typeof params?.scope === 'string') params.scope = spaceDelimited(params.scope).join(' ') || undefined;
}
