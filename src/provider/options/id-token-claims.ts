/** `id_token_claims` of a client: granted claims that its ID tokens hold too, for apps that read nothing else. */
import type { KoaContextWithOIDC } from 'oidc-provider';

type Requested = Readonly<Record<string, unknown>>;

function idTokenClaimsOf({ oidc }: KoaContextWithOIDC): readonly unknown[] {
  const registered: unknown = oidc.client?.id_token_claims;
  return Array.isArray(registered) ? registered : [];
}

/**
 * OIDC Core 5.4: where an access token for userinfo is issued too, the ID token holds only the claims that were requested for it
 * (`requested`), and those of its client's `id_token_claims`.
 */
export function isForIdToken(ctx: KoaContextWithOIDC, requested: Requested): (name: string) => boolean {
  if (ctx.oidc.entities.AccessToken?.aud !== undefined) return () => true;
  const idTokenClaims = idTokenClaimsOf(ctx);
  return (name) => Object.hasOwn(requested, name) || idTokenClaims.includes(name);
}

interface ClaimsParameter {
  readonly userinfo?: object | undefined;
  readonly id_token?: object | undefined;
}

/** Claims that the parameter `claims` requests at userinfo are requested for the ID token too: oidc-provider keeps the two apart. */
export function requestForIdToken(ctx: KoaContextWithOIDC, claims: ClaimsParameter): void {
  const { params } = ctx.oidc;
  const idTokenClaims = idTokenClaimsOf(ctx);
  const added = Object.entries(claims.userinfo ?? {}).filter(([name]) => idTokenClaims.includes(name));
  if (params === undefined || added.length === 0) return;
  params.claims = JSON.stringify({ ...claims, id_token: { ...Object.fromEntries(added), ...claims.id_token } });
}
