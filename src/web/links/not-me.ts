/** The page of the link that every notice has. Its button throws everybody out, and leads to a new password; it signs nobody in. */
import type { Context } from 'koa';
import { denyNotice, type NotMeDeps, type OpenNotice, openNotice } from '../../domain/notices/not-me.ts';
import { noteFor } from '../../provider/request.ts';
import type { FormPage, PageForms } from '../forms/page-forms.ts';
import { dictionaryOf, type Language, requestLanguage } from '../pages/language.ts';
import { shownText } from '../pages/names-and-links.ts';
import type { Page, Pages } from '../pages/render.ts';
import { seeOther } from '../see-other.ts';
import { showGone } from './gone.ts';
import { tokenOf } from './token.ts';

export interface NotMePage extends OpenNotice {
  readonly language: Language;
  readonly csrfToken: string;
}

export function notMePage({ language, csrfToken, email, isFormer }: NotMePage): Page {
  const { heading, explanation, addressBack } = dictionaryOf(language).notMe;
  return {
    view: 'links/not-me',
    language,
    heading,
    explanation,
    csrfToken,
    addressBack: isFormer ? addressBack(shownText(email)) : undefined,
  };
}

export interface NotMePageDeps extends NotMeDeps {
  readonly forms: PageForms;
  readonly pages: Pages;
}

export function createNotMe(deps: NotMePageDeps): FormPage {
  const { forms, pages } = deps;
  const showGoneHere = (ctx: Context): void => showGone(ctx, 'not_me', pages);
  return {
    /** Mail programs and scanners open it too: it changes nothing. */
    async show(ctx) {
      const open = await openNotice(tokenOf(ctx), deps);
      if (open === undefined) return showGoneHere(ctx);
      return pages.show(ctx, notMePage({ ...open, language: requestLanguage(ctx), csrfToken: forms.tokenFor() }));
    },

    post: forms.posted(
      // Only our own router names the token: it is as it was in the address.
      (ctx) => ctx.path,
      async (ctx) => {
        const denial = await denyNotice(tokenOf(ctx), { ...deps, note: noteFor(ctx) });
        return denial === undefined ? showGoneHere(ctx) : seeOther(ctx, denial.address);
      },
    ),
  };
}
