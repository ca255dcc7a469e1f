/** Forms of pages that belong to no sign-in: they are bound to the browser by its cookie. */
import type { Context, Middleware } from 'koa';
import { browserToBind } from '../../provider/protection/browser-binding.ts';
import { requestOf } from '../../provider/request.ts';
import type { KeyedHash } from '../../storage/encryption/keyed-hash.ts';
import { cookiesBlockedPage } from '../pages/cookies-blocked.ts';
import { requestLanguage } from '../pages/language.ts';
import type { Pages } from '../pages/render.ts';
import type { FormGuard } from './form-guard.ts';
import { type Form, readForm } from './read-form.ts';

/** A page with one form. */
export interface FormPage {
  readonly show: Middleware;
  readonly post: Middleware;
}

export interface PageFormsDeps {
  readonly formGuard: FormGuard;
  readonly keyedHash: KeyedHash;
  readonly pages: Pages;
}

export class PageForms {
  readonly #deps: PageFormsDeps;

  constructor(deps: PageFormsDeps) {
    this.#deps = deps;
  }

  /** For the form of the page; gives the browser its cookie, if it has none. */
  tokenFor(): string {
    return this.#deps.formGuard.tokenFor(subject(browserToBind(this.#deps.keyedHash)));
  }

  /** Answers 403 unless the form comes from our own page in this browser; `again` is the page to start again from. */
  posted(again: (ctx: Context) => string, handle: (ctx: Context, form: Form) => Promise<void>): Middleware {
    return async (ctx) => {
      const form = await readForm(ctx);
      const { hashes } = requestOf(ctx).browser;
      const { pages, formGuard } = this.#deps;
      if (hashes.length === 0) return pages.show(ctx, cookiesBlockedPage(requestLanguage(ctx), again(ctx)), 403);
      formGuard.check(ctx, hashes.map(subject), form.get('csrf'));
      return handle(ctx, form);
    };
  }
}

/** Of no interaction: their uids have no blank. */
const subject = (browserHash: string): string => `browser ${browserHash}`;
