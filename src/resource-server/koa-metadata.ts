/** Koa middleware that serves an API's protected resource metadata (RFC 9728 3). */
import { protectedResourceMetadata, type ResourceDescription } from './resource-metadata.ts';

/** The part of a Koa context that is used. */
interface MetadataContext {
  readonly method: string;
  readonly path: string;
  status: number;
  body: unknown;
  set(headers: Record<string, string>): void;
}

export type MetadataMiddleware = (context: MetadataContext, next: () => Promise<unknown>) => Promise<void>;

/** Answers at the well-known path of the resource; every other request goes on. Needs no token. */
export function serveResourceMetadata(description: ResourceDescription): MetadataMiddleware {
  const { path, document } = protectedResourceMetadata(description);
  return async (context, next) => {
    if (context.path !== path) {
      await next();
      return;
    }
    if (context.method !== 'GET' && context.method !== 'HEAD') {
      context.status = 405;
      context.set({ allow: 'GET, HEAD' });
      return;
    }
    context.status = 200;
    context.set({ 'cache-control': 'public, max-age=300' });
    context.body = document;
  };
}
