/** Draws hosted pages: each from its view, in the reader's language, with the brand and the assets that all share. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ejs, { type TemplateFunction } from 'ejs';
import type { ParameterizedContext } from 'koa';
import { Assets } from '../middleware/assets.ts';
import { errorUri } from '../middleware/error-uris.ts';
import { dictionaryOf, type Language } from './language.ts';

const folder = fileURLToPath(new URL('../../../views/', import.meta.url));
const VIEW_ENDING = '.ejs';

/** A page as its module describes it; every further member is for its view alone. */
export interface Page {
  /** The view's path below views/, without its ending. */
  readonly view: string;
  readonly language: Language;
  readonly heading: string;
  /** A page that reports a problem says so first thing, in its title. */
  readonly isProblem?: boolean;
  /** The code that its link for developers explains. */
  readonly errorCode?: string;
  readonly [forTheView: string]: unknown;
}

function compileViews(): ReadonlyMap<string, TemplateFunction> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith(VIEW_ENDING));
  return new Map(
    files.map((file) => {
      const filename = `${folder}${file}`;
      const name = file.slice(0, -VIEW_ENDING.length).replaceAll('\\', '/');
      // strict: a view names what it shows (page.x), so that a stray global can never end up in a page.
      return [name, ejs.compile(readFileSync(filename, 'utf8'), { strict: true, localsName: 'page', filename })];
    }),
  );
}

/** Compiles every view once, at start: a broken one stops the start, and drawing a page reads no file. */
export class Pages {
  readonly assets = new Assets();
  readonly #views = compileViews();
  readonly #brandName: string;
  readonly #issuer: string;

  constructor(brandName: string, issuer: string) {
    this.#brandName = brandName;
    this.#issuer = issuer;
  }

  errorUri(code: string): string {
    return errorUri(this.#issuer, code);
  }

  #draw(name: string, fields: object): string {
    const view = this.#views.get(name);
    if (view === undefined) throw new Error(`there is no view ${name}`);
    // Instead of the include of EJS, which looks for files while it draws and caches them for the whole process.
    return view({ ...fields, include: (part: string) => this.#draw(part, fields) });
  }

  /** The page as HTML. */
  render(page: Page): string {
    const text = dictionaryOf(page.language);
    const title = `${page.isProblem ? text.errorTitle(page.heading) : page.heading} · ${this.#brandName}`;
    const asset = (name: string): string => this.assets.url(name);
    const link = page.errorCode === undefined ? undefined : this.errorUri(page.errorCode);
    return this.#draw(page.view, { ...page, title, text, brandName: this.#brandName, asset, errorUri: link });
  }

  /** Answers with the page: fresh each time, and never kept by a cache. */
  show(ctx: ParameterizedContext, page: Page, status = 200): void {
    ctx.body = this.render(page);
    ctx.status = status;
    ctx.type = 'html';
    ctx.set('Cache-Control', 'no-store');
  }
}
