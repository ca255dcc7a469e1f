/** Serves style sheet, scripts and pictures from memory, under addresses that change with their content. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Middleware } from 'koa';

const builtInFolder = fileURLToPath(new URL('../../../views/assets', import.meta.url));
const PREFIX = '/assets/';

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

interface Asset {
  readonly name: string;
  readonly path: string;
  readonly type: string;
  readonly etag: string;
  readonly body: Buffer;
}

export interface Assets {
  /** The address of an asset by its file name. */
  url(name: string): string;
  readonly serve: Middleware;
}

/** A folder named like a file (`latchkey.css/`) is served as that one file, its parts joined in the order of their names. */
function readAsset(folder: string, name: string, isFolder: boolean): Asset {
  const extension = extname(name);
  const type = contentTypes[extension];
  if (type === undefined) throw new Error(`${name}: no content type is known for assets of this kind`);
  const files = isFolder
    ? readdirSync(`${folder}/${name}`)
        .toSorted()
        .map((part) => `${name}/${part}`)
    : [name];
  const body = Buffer.concat(files.map((file) => readFileSync(`${folder}/${file}`)));
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 16);
  const path = `${PREFIX}${name.slice(0, -extension.length)}.${hash}${extension}`;
  return { name, path, type, etag: `"${hash}"`, body };
}

export function createAssets(folder = builtInFolder): Assets {
  const entries = readdirSync(folder, { withFileTypes: true });
  const assets = entries.map((entry) => readAsset(folder, entry.name, entry.isDirectory()));
  const pathOf = new Map(assets.map(({ name, path }) => [name, path]));
  const assetAt = new Map(assets.map((asset) => [asset.path, asset]));

  return {
    url(name) {
      const path = pathOf.get(name);
      if (path === undefined) throw new Error(`there is no asset ${name}`);
      return path;
    },

    async serve(ctx, next) {
      if (!ctx.path.startsWith(PREFIX)) return next();
      if (ctx.method !== 'GET' && ctx.method !== 'HEAD') {
        ctx.set('allow', 'GET, HEAD');
        ctx.status = 405;
        return;
      }
      const asset = assetAt.get(ctx.path);
      ctx.set('x-content-type-options', 'nosniff');
      if (asset === undefined) {
        ctx.set('cache-control', 'no-store');
        ctx.status = 404;
        return;
      }
      ctx.set({ 'content-type': asset.type, etag: asset.etag, 'cache-control': 'public, max-age=31536000, immutable' });
      ctx.status = 200;
      if (ctx.fresh) ctx.status = 304;
      else ctx.body = asset.body;
    },
  };
}
