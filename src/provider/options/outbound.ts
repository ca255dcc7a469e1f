/** How the engine calls other parties: guarded against internal addresses, bounded in size. */
import type { Configuration } from 'oidc-provider';

const MAX_JWKS_BYTES = 128 * 1024;

/** Origins in `allowPrivate` are exempt from the engine's guard: on-premises apps with internal addresses. */
export function outboundOptions(allowPrivate: readonly string[]): Configuration {
  const exempt = new Set(allowPrivate);
  return {
    fetch: (url, options) => {
      if (!exempt.has(new URL(url).origin)) return fetch(url, options);
      // The guard is the dispatcher that the engine puts into the options.
      const { dispatcher: _guard, ...unguarded } = options as RequestInit & { dispatcher?: unknown };
      // A redirect would leave the origin that is exempt, unguarded.
      return fetch(url, { ...unguarded, redirect: 'manual' });
    },
    fetchResponseBodyLimits: { jwks_uri: MAX_JWKS_BYTES, sector_identifier_uri: MAX_JWKS_BYTES },
  };
}
