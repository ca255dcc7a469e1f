/** Serves style sheet, script and logo from memory, under addresses that change with their content. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Middleware } from 'koa';

const builtInFolder = fileURLToPath(new URL('../../../views/assets/', import.meta.url));
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

type Sources = ReadonlyMap<string, ReadonlyMap<string, Buffer>>;

const noSources: Sources = new Map();

/** A folder named like a file (`latchkey.css/`) is served as that one file, its parts joined in the order of their names. */
function readSources(folder: string): Sources {
  if (!existsSync(folder)) return noSources;
  const read = (path: string): Buffer => readFileSync(`${folder}/${path}`);
  return new Map(
    readdirSync(folder, { withFileTypes: true }).map((entry) => {
      const { name } = entry;
      const parts = entry.isDirectory() ? readdirSync(`${folder}/${name}`).map((part) => `${name}/${part}`) : [name];
      return [name, new Map(parts.map((part) => [part, read(part)]))];
    }),
  );
}

function join(parts: ReadonlyMap<string, Buffer>): Buffer {
  const inOrder = [...parts].sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.concat(inOrder.map(([, content]) => content));
}

function toAsset(name: string, parts: ReadonlyMap<string, Buffer>): Asset {
  const extension = extname(name);
  const type = contentTypes[extension];
  if (type === undefined) throw new Error(`${name}: no content type is known for assets of this kind`);
  const body = join(parts);
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 16);
  const path = `${PREFIX}${name.slice(0, -extension.length)}.${hash}${extension}`;
  return { name, path, type, etag: `"${hash}"`, body };
}

/** Assets and parts in the overlay folder's `assets` take the place of built-in ones of the same name, or are added. */
export function createAssets(overlayFolder?: string): Assets {
  const builtIn = readSources(builtInFolder);
  const overlay = overlayFolder === undefined ? noSources : readSources(`${overlayFolder}/assets`);
  const names = [...new Set([...builtIn.keys(), ...overlay.keys()])];
  const assets = names.map((name) =>
    toAsset(name, new Map([...(builtIn.get(name) ?? []), ...(overlay.get(name) ?? [])])),
  );
  const byName = new Map(assets.map((asset) => [asset.name, asset]));
  const byPath = new Map(assets.map((asset) => [asset.path, asset]));

  return {
    url(name) {
      const asset = byName.get(name);
      if (asset === undefined) throw new Error(`there is no asset ${name}`);
      return asset.path;
    },

    async serve(ctx, next) {
      if (!ctx.path.startsWith(PREFIX)) return next();
      if (ctx.method !== 'GET' && ctx.method !== 'HEAD') {
        ctx.set('allow', 'GET, HEAD');
        ctx.status = 405;
        return;
      }
      const asset = byPath.get(ctx.path);
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
