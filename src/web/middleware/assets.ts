/** Serves style sheet, scripts and pictures from memory, under addresses that change with their content. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Context, Middleware } from 'koa';

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

/** What only its authors read is a quarter of a style sheet. */
function withoutRemarks(css: Buffer): Buffer {
  return Buffer.from(
    css
      .toString()
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .replace(/^\s+/gm, '')
      .replace(/(?<=[{};,])\n/g, ''),
  );
}

function assetOf(name: string, body: Buffer): Asset {
  const extension = extname(name);
  const type = contentTypes[extension];
  if (type === undefined) throw new Error(`${name}: no content type is known for assets of this kind`);
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 16);
  return {
    name,
    path: `${PREFIX}${name.slice(0, -extension.length)}.${hash}${extension}`,
    type,
    etag: `"${hash}"`,
    body,
  };
}

/** A folder named like a file (`latchkey.css/`) is served as that one file, its parts joined in the order of their names. */
function readAsset(folder: string, name: string, isFolder: boolean, appended: string): Asset {
  const files = isFolder
    ? readdirSync(`${folder}/${name}`)
        .toSorted()
        .map((part) => `${name}/${part}`)
    : [name];
  const source = Buffer.concat(files.map((file) => readFileSync(`${folder}/${file}`)));
  if (extname(name) !== '.css') return assetOf(name, source);
  return assetOf(name, Buffer.concat([withoutRemarks(source), Buffer.from(appended)]));
}

/** What settings add to the files. */
interface AddedAssets {
  /** At the end of the style sheet. */
  readonly style?: string;
  readonly files?: Readonly<Record<string, Buffer>>;
}

export class Assets {
  readonly #assets: readonly Asset[];
  readonly serve: Middleware;

  constructor(folder = builtInFolder, { style = '', files = {} }: AddedAssets = {}) {
    const entries = readdirSync(folder, { withFileTypes: true });
    this.#assets = [
      ...entries.map((entry) => readAsset(folder, entry.name, entry.isDirectory(), style)),
      ...Object.entries(files).map(([name, body]) => assetOf(name, body)),
    ];
    this.serve = (ctx, next) => (ctx.path.startsWith(PREFIX) ? this.#answer(ctx) : next());
  }

  /** The address of an asset by its file name. */
  url(name: string): string {
    const asset = this.#assets.find((one) => one.name === name);
    if (asset === undefined) throw new Error(`there is no asset ${name}`);
    return asset.path;
  }

  #answer(ctx: Context): void {
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') {
      ctx.set('allow', 'GET, HEAD');
      ctx.status = 405;
      return;
    }
    const asset = this.#assets.find(({ path }) => path === ctx.path);
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
  }
}
