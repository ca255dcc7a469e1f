/** Serves the style sheets and the icon: read once, so that no path from a request touches the disk. */
import { readFileSync } from 'node:fs';
import type { Middleware } from 'koa';

const types = {
  '/page.css': 'text/css',
  '/parts.css': 'text/css',
  '/forms.css': 'text/css',
  '/icon.svg': 'image/svg+xml',
} as const;

export function assets(): Middleware {
  const folder = new URL('../assets', import.meta.url).href;
  const files = new Map(
    Object.entries(types).map(([path, type]) => [path, { type, bytes: readFileSync(new URL(folder + path)) }]),
  );

  return (ctx, next) => {
    const file = ctx.method === 'GET' ? files.get(ctx.path) : undefined;
    if (file === undefined) return next();
    ctx.type = file.type;
    ctx.set('cache-control', 'public, max-age=300');
    ctx.body = file.bytes;
    return undefined;
  };
}
