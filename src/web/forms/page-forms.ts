/** Forms of pages that belong to no sign-in: they are bound to the browser by its cookie. */
import type { Context, Middleware } from 'koa';
import { browserToBind } from '../../provider/protection/browser-binding.ts';
import { requestOf } from '../../provider/request.ts';
import type { KeyedHash } from '../../storage/encryption/keyed-hash.ts';
import { dictionaryOf, requestLanguage } from '../pages/language.ts';
import type { Page, Pages } from '../pages/render.ts';
import type { FormGuard } from './form-guard.ts';
import { type Form, readForm } from './read-form.ts';

export interface PageFormsDeps {
  readonly formGuard: FormGuard;
  readonly keyedHash: KeyedHash;
  readonly pages: Pages;
}

/** `again` leads to the page whose form it was. */
export function cookiesBlockedPage(ctx: Context, again: string): Page {
  const language = requestLanguage(ctx);
  const { heading, explanation, again: label } = dictionaryOf(language).cookiesBlocked;
  const back = { href: again, label };
  return {
    view: 'errors/cookies-blocked',
    language,
    heading,
    isProblem: true,
    explanation,
    back,
    errorCode: 'cookies_blocked',
  };
}

export class PageForms {
  readonly #deps: PageFormsDeps;

  constructor(deps: PageFormsDeps) {
    this.#deps = deps;
  }

  /** For the form of the page; gives the browser its cookie, if it has none. */
  tokenFor(_ctx: Context): string {
    return this.#deps.formGuard.tokenFor(subject(browserToBind(this.#deps.keyedHash)));
  }

  /** Answers 403 unless the form comes from our own page in this browser; `again` is the page to start again from. */
  posted(again: (ctx: Context) => string, handle: (ctx: Context, form: Form) => Promise<void>): Middleware {
    return async (ctx) => {
      const form = await readForm(ctx);
      const { hashes } = requestOf(ctx).browser;
      const { pages, formGuard } = this.#deps;
      if (hashes.length === 0) return pages.show(ctx, cookiesBlockedPage(ctx, again(ctx)), 403);
      formGuard.check(ctx, hashes.map(subject), form.get('csrf'));
      return handle(ctx, form);
    };
  }
}

/** Of no interaction: their uids have no blank. */
const subject = (browserHash: string): string => `browser ${browserHash}`;
