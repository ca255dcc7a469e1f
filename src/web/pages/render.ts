/** Draws hosted pages: each from its view, in the reader's language, with the brand and the assets that all share. */
import type { ParameterizedContext } from 'koa';
import type { Log } from '../../ports/log.ts';
import { Assets } from '../middleware/assets.ts';
import { errorUri } from '../middleware/error-uris.ts';
import { type Branding, brandStyle, footerLinks } from './branding.ts';
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
  /** A style sheet that few pages need, beside that of all. */
  readonly style?: string;
  /** The code that its link for developers explains. */
  readonly errorCode?: string;
  readonly [forTheView: string]: unknown;
}

export class Pages {
  readonly assets: Assets;
  readonly #views: Views;
  readonly #brandName: string;
  readonly #issuer: string;
  readonly #log: Pick<Log, 'warn'> | undefined;
  readonly #branding: Branding;

  constructor(
    brandName: string,
    issuer: string,
    views = new Views(),
    log?: Pick<Log, 'warn'>,
    branding: Branding = {},
  ) {
    const { logo, colours } = branding;
    this.assets = new Assets(undefined, {
      ...(colours && { style: brandStyle(colours) }),
      ...(logo && { files: { [`logo${logo.ending}`]: logo.bytes } }),
    });
    this.#branding = branding;
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
    const fields = {
      ...page,
      title,
      text,
      direction: directionOf(page.language),
      brandName: this.#brandName,
      logo: this.#branding.logo && asset(`logo${this.#branding.logo.ending}`),
      footer: footerLinks(page.language, this.#branding.links),
      asset,
      errorUri: link,
    };
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
