/** oidc-provider's request in hand, for storage calls that depend on what is asked. */
import Provider, { type KoaContextWithOIDC } from 'oidc-provider';

/** Undefined outside oidc-provider's routes. */
export function requestContext(): KoaContextWithOIDC | undefined {
  return Provider.ctx as KoaContextWithOIDC | undefined;
}
