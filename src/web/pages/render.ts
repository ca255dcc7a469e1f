/** Draws hosted pages: each from its view, in the reader's language, with the brand and the assets that all share. */
import type { ParameterizedContext } from 'koa';
import type { Log } from '../../ports/log.ts';
import { Assets } from '../middleware/assets.ts';
import { errorUri } from '../middleware/error-uris.ts';
import { dictionaryOf, directionOf, type Language } from './language.ts';
import { Views } from './views.ts';

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

export class Pages {
  readonly assets = new Assets();
  readonly #views: Views;
  readonly #brandName: string;
  readonly #issuer: string;
  readonly #log: Pick<Log, 'warn'> | undefined;

  constructor(brandName: string, issuer: string, views = new Views(), log?: Pick<Log, 'warn'>) {
    this.#views = views;
    this.#brandName = brandName;
    this.#issuer = issuer;
    this.#log = log;
  }

  errorUri(code: string): string {
    return errorUri(this.#issuer, code);
  }

  /** The page as HTML. */
  render(page: Page): string {
    const text = dictionaryOf(page.language);
    const title = `${page.isProblem ? text.errorTitle(page.heading) : page.heading} · ${this.#brandName}`;
    const asset = (name: string): string => this.assets.url(name);
    const link = page.errorCode === undefined ? undefined : this.errorUri(page.errorCode);
    const direction = directionOf(page.language);
    const fields = { ...page, title, text, direction, brandName: this.#brandName, asset, errorUri: link };
    return this.#views.draw(page.view, fields, (view, error) => {
      // Not in its own words: they may quote what the page was given, such as a link.
      const cause = error instanceof Error ? error.name : 'unknown';
      this.#log?.warn({ view, cause }, 'a view of VIEWS_FOLDER cannot be drawn: ours was shown in its place');
    });
  }

  /** Answers with the page: fresh each time, and never kept by a cache. */
  show(ctx: ParameterizedContext, page: Page, status = 200): void {
    ctx.body = this.render(page);
    ctx.status = status;
    ctx.type = 'html';
    ctx.set('Cache-Control', 'no-store');
  }
}
