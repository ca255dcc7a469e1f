/** The engine's request in hand, for storage calls that depend on what is asked. */
import Provider, { type KoaContextWithOIDC } from 'oidc-provider';

/** Undefined outside the engine's routes. */
export function requestContext(): KoaContextWithOIDC | undefined {
  return Provider.ctx as KoaContextWithOIDC | undefined;
}
