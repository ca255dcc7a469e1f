/** `id_token_claims` of a client: granted claims that its ID tokens hold too, for apps that read nothing else. */
import type { KoaContextWithOIDC } from 'oidc-provider';

type Requested = Readonly<Record<string, unknown>>;

function wantedBy({ oidc }: KoaContextWithOIDC): readonly unknown[] {
  const wanted: unknown = oidc.client?.id_token_claims;
  return Array.isArray(wanted) ? wanted : [];
}

/**
 * OIDC Core 5.4: where an access token for userinfo is issued, an ID token holds what was asked for it alone (`requested`), and
 * here what its client wants.
 */
export function isForIdToken(ctx: KoaContextWithOIDC, requested: Requested): (name: string) => boolean {
  if (ctx.oidc.entities.AccessToken?.aud !== undefined) return () => true;
  const wanted = wantedBy(ctx);
  return (name) => Object.hasOwn(requested, name) || wanted.includes(name);
}

interface ClaimsParameter {
  readonly userinfo?: object | undefined;
  readonly id_token?: object | undefined;
}

/** What the parameter `claims` asks for at userinfo is asked for in the ID token too: oidc-provider keeps the two apart. */
export function requestForIdToken(ctx: KoaContextWithOIDC, claims: ClaimsParameter): void {
  const { params } = ctx.oidc;
  const wanted = wantedBy(ctx);
  const added = Object.entries(claims.userinfo ?? {}).filter(([name]) => wanted.includes(name));
  if (params === undefined || added.length === 0) return;
  params.claims = JSON.stringify({ ...claims, id_token: { ...Object.fromEntries(added), ...claims.id_token } });
}
