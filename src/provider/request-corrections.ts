/** What is put right in a request before oidc-provider judges it. Looking up the client is the first moment at which it calls us. */
import type { KoaContextWithOIDC } from 'oidc-provider';
import { distrustRedirectUri } from './policy/registration.ts';
import { refuseOddJwts } from './protection/nesting.ts';

export function correctRequest(ctx: KoaContextWithOIDC): void {
  refuseOddJwts(ctx);
  collapseSpaces(ctx);
  if (ctx.oidc.route === 'resume') distrustRedirectUri(ctx);
}

/** RFC 6749 3.3 has one space between two scopes; apps that put theirs together from parts send more. */
function withSingleSpaces(scope: string): string {
  return scope
    .split(' ')
    .filter((token) => token !== '')
    .join(' ');
}

/** Where clients prove who they are, what the body holds becomes parameters after that. */
function collapseSpaces({ oidc: { params, body } }: KoaContextWithOIDC): void {
  if (typeof body?.scope === 'string') body.scope = withSingleSpaces(body.scope);
  if (typeof params?.scope === 'string') params.scope = withSingleSpaces(params.scope) || undefined;
}

/** What a request object holds becomes parameters after the last moment at which it could be put right. */
export function foldScopeWhenSet(params: Record<string, unknown>): void {
  let { scope } = params;
  Object.defineProperty(params, 'scope', {
    enumerable: true,
    configurable: true,
    get: () => scope,
    set(value: unknown) {
      scope = typeof value === 'string' ? withSingleSpaces(value) || undefined : value;
    },
  });
}
