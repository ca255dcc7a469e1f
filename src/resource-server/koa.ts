/** Koa middleware. The koa package is not needed: the parts of its context that are used are described here. */
import type { AccessToken } from './access-token.ts';
import { AccessTokenError } from './access-token-error.ts';
import { completeDemands, createAccessTokenVerifier, type RequestDemands } from './access-token-verifier.ts';
import { protectedResourceMetadata, type ResourceDescription } from './resource-metadata.ts';
import type { AccessTokenVerifierOptions } from './verifier-options.ts';

/** What a protected handler finds in `ctx.state`: use it as `new Koa<AccessTokenState>()`. */
export interface AccessTokenState {
  accessToken: AccessToken;
}

export interface ProtectionOptions extends AccessTokenVerifierOptions {
  /** Called with every request that is turned away, for logs and metrics: log `reason`, `hint`, and `cause`, which `issuer_unavailable` has. */
  readonly onRefusal?: (error: AccessTokenError) => void;
}

interface ProtectedContext {
  readonly req: { readonly headersDistinct: Readonly<Record<string, readonly string[] | undefined>> };
  readonly querystring: string;
  readonly state: AccessTokenState;
  status: number;
  body: unknown;
  set(headers: Record<string, string>): void;
}

type ProtectingMiddleware = (context: ProtectedContext, next: () => Promise<unknown>) => Promise<void>;

export interface ResourceProtection {
  /**
   * Demands an access token with all these scopes (with none: any good token) and puts it into `ctx.state.accessToken`.
   * Otherwise it answers by itself, as `AccessTokenError` says. Throws a `TypeError` for what cannot be a scope.
   */
  requireScopes(...scopes: readonly string[]): ProtectingMiddleware;
  /** The same, with a sign-in that was strong and recent enough (RFC 9470): `requireToken({ scopes, acr, maxAgeSeconds })`. */
  requireToken(demands: Omit<RequestDemands, 'query'>): ProtectingMiddleware;
}

/** Make it once for an API and share it: it holds the cache of the issuer's keys. */
export function protectResource(options: ProtectionOptions): ResourceProtection {
  const verifier = createAccessTokenVerifier(options);
  function requireToken(demands: Omit<RequestDemands, 'query'>): ProtectingMiddleware {
    // A mistake shows when the route is made.
    completeDemands(demands);
    return async (context, next) => {
      try {
        context.state.accessToken = await verifier.verify(context.req.headersDistinct.authorization, {
          ...demands,
          query: context.querystring,
        });
      } catch (error) {
        if (!(error instanceof AccessTokenError)) throw error;
        options.onRefusal?.(error);
        context.status = error.status;
        context.set(error.headers);
        context.body = error.body;
        return;
      }
      await next();
    };
  }
  return { requireToken, requireScopes: (...scopes) => requireToken({ scopes }) };
}

interface MetadataContext {
  readonly method: string;
  readonly path: string;
  status: number;
  body: unknown;
  set(headers: Record<string, string>): void;
}

export type MetadataMiddleware = (context: MetadataContext, next: () => Promise<unknown>) => Promise<void>;

/** There is nothing to hide in it: clients in a browser read it from their own origin, with headers of their own. */
const crossOrigin = { 'access-control-allow-origin': '*' } as const;

/** Answers at the well-known path of the resource; every other request goes on. Needs no token. */
export function serveResourceMetadata(description: ResourceDescription): MetadataMiddleware {
  const { path, document } = protectedResourceMetadata(description);
  return async (context, next) => {
    if (context.path !== path) {
      await next();
      return;
    }
    if (context.method === 'OPTIONS') {
      context.status = 204;
      context.set({ ...crossOrigin, 'access-control-allow-methods': 'GET', 'access-control-allow-headers': '*' });
      return;
    }
    if (context.method !== 'GET' && context.method !== 'HEAD') {
      context.status = 405;
      context.set({ allow: 'GET, HEAD, OPTIONS' });
      return;
    }
    context.status = 200;
    context.set({ ...crossOrigin, 'cache-control': 'public, max-age=300' });
    context.body = document;
  };
}
