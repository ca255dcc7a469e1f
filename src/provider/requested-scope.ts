import type { KoaContextWithOIDC } from 'oidc-provider';

/** RFC 6749 3.3 has one space between two scopes; apps that put theirs together from parts send more. */
function withSingleSpaces(scope: string): string {
  return scope
    .split(' ')
    .filter((token) => token !== '')
    .join(' ');
}

/**
 * As soon as the parameters were read, while oidc-provider looks for the client: it refuses such a scope before it asks
 * anything else of us. Where clients prove who they are, what the body holds becomes parameters after that.
 */
export function foldScope({ oidc: { params, body } }: KoaContextWithOIDC): void {
  if (typeof body?.scope === 'string') body.scope = withSingleSpaces(body.scope);
  if (typeof params?.scope === 'string') params.scope = withSingleSpaces(params.scope) || undefined;
}
