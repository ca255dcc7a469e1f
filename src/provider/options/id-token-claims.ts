/** `id_token_claims` of a client: granted claims that its ID tokens hold too, for apps that read nothing else. */
import type { KoaContextWithOIDC } from 'oidc-provider';

type Requested = Readonly<Record<string, unknown>>;

export function idTokenClaimsOf({ oidc }: KoaContextWithOIDC): readonly unknown[] {
  const wanted: unknown = oidc.client?.id_token_claims;
  return Array.isArray(wanted) ? wanted : [];
}

/**
 * OIDC Core 5.4: where an access token for userinfo is issued too, the ID token holds only the claims that were requested for it
 * (`requested`), and those of its client's `id_token_claims`.
 */
export function isForIdToken(ctx: KoaContextWithOIDC, requested: Requested): (name: string) => boolean {
  if (ctx.oidc.entities.AccessToken?.aud !== undefined) return () => true;
  const wanted = idTokenClaimsOf(ctx);
  return (name) => Object.hasOwn(requested, name) || wanted.includes(name);
}
