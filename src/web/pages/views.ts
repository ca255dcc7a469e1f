/** Compiles every view once, at start: a broken template stops the start, and drawing a page reads no file. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ejs, { type TemplateFunction } from 'ejs';

const builtInFolder = fileURLToPath(new URL('../../../views/', import.meta.url));

export const viewNames = [
  'layout/top',
  'layout/bottom',
  'layout/passage',
  'layout/way-back',
  'landing',
  'interactions/login',
  'interactions/consent',
  'interactions/expired',
  'logout/confirm',
  'logout/signed-out',
  'errors/error',
  'errors/not-found',
  'errors/unavailable',
] as const;

export type ViewName = (typeof viewNames)[number];

export type DrawView = (name: ViewName, page: object) => string;

function compileView(name: ViewName, overlayFolder: string | undefined): TemplateFunction {
  const overlaid = overlayFolder === undefined ? undefined : `${overlayFolder}/${name}.ejs`;
  const filename = overlaid !== undefined && existsSync(overlaid) ? overlaid : `${builtInFolder}${name}.ejs`;
  // strict: a view names what it shows (page.x), so that a stray global can never end up in a page.
  return ejs.compile(readFileSync(filename, 'utf8'), { strict: true, localsName: 'page', filename });
}

/** A view in the overlay folder takes the place of the built-in one of the same name. */
export function compileViews(overlayFolder?: string): DrawView {
  const views = new Map<string, TemplateFunction>(viewNames.map((name) => [name, compileView(name, overlayFolder)]));
  const draw = (name: string, page: object): string => {
    const view = views.get(name);
    if (view === undefined) throw new Error(`there is no view ${name}`);
    // Instead of the include of EJS, which looks for files while it draws and caches them for the whole process.
    return view({ ...page, include: (part: string) => draw(part, page) });
  };
  return draw;
}
