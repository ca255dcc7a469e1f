/** The page of the link that proves a new e-mail address. It acts on the account, in any browser, and signs nobody in. */
import { type NewAddressDeps, newAddressOf, useNewAddress } from '../../domain/accounts/new-address.ts';
import { noteFor } from '../../provider/request.ts';
import { showMessage } from '../account/message.ts';
import type { FormPage, PageForms } from '../forms/page-forms.ts';
import { dictionaryOf, type Language, requestLanguage } from '../pages/language.ts';
import type { MailState } from '../pages/mail-sent.ts';
import { shownText } from '../pages/names-and-links.ts';
import type { Page, Pages } from '../pages/render.ts';
import { showGone } from './gone.ts';
import { tokenOf } from './token.ts';

export interface NewAddressPage {
  readonly language: Language;
  readonly email: string;
  readonly csrfToken: string;
}

export function newAddressPage({ language, email, csrfToken }: NewAddressPage): Page {
  const { heading, explanation } = dictionaryOf(language).newAddress;
  const words = { heading, explanation: explanation(shownText(email)) };
  return { view: 'links/new-address', language, csrfToken, ...words };
}

export interface NewAddressPagesDeps extends NewAddressDeps {
  readonly forms: PageForms;
  readonly mailState: MailState;
  readonly pages: Pages;
}

export function createNewAddress(deps: NewAddressPagesDeps): FormPage {
  const { forms, mailState, pages } = deps;
  return {
    async show(ctx) {
      const email = await newAddressOf(tokenOf(ctx), deps);
      if (email === undefined) return showGone(ctx, 'change_email', pages);
      const language = requestLanguage(ctx);
      pages.show(ctx, newAddressPage({ language, email, csrfToken: forms.tokenFor() }));
    },

    post: forms.posted(
      // Only our own router names the token: it is as it was in the address.
      (ctx) => ctx.path,
      async (ctx) => {
        const proven = await useNewAddress(tokenOf(ctx), requestLanguage(ctx), { ...deps, note: noteFor(ctx) });
        if (proven === undefined) return showGone(ctx, 'change_email', pages);
        if (proven.isTaken) return showMessage(ctx, 'address_taken', pages);
        return showMessage(ctx, 'address_changed', pages, { sent: await mailState() });
      },
    ),
  };
}
