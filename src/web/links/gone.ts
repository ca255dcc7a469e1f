/** The page of a mailed link that was used, replaced, or is too old. */
import type { Context } from 'koa';
import { ACCOUNT_PATH } from '../../domain/links/links.ts';
import type { LinkPurpose } from '../../storage/mail/links.ts';
import { dictionaryOf, type Language, requestLanguage } from '../pages/language.ts';
import { type BackTo, shownName, webLink } from '../pages/names-and-links.ts';
import type { Page, Pages } from '../pages/render.ts';
import { RECOVER_PATH } from '../recovery/recover.ts';

/** Where somebody begins to register without an app. */
export const REGISTER_PATH = `${ACCOUNT_PATH}/register`;

/** Where somebody gets another one. An invitation is sent by an administrator alone; it may have been accepted by this very click. */
const waysOn: Readonly<Record<LinkPurpose, string>> = {
  confirm_registration: REGISTER_PATH,
  accept_invitation: ACCOUNT_PATH,
  reset_password: RECOVER_PATH,
  change_email: `${ACCOUNT_PATH}#profile`,
  not_me: RECOVER_PATH,
};

export interface GonePage {
  readonly language: Language;
  readonly purpose: LinkPurpose;
  /** In place of where another one is got without an app. */
  readonly again?: string | undefined;
  /** The app that the link names. */
  readonly backTo?: BackTo | undefined;
}

export function gonePage({ language, purpose, again = waysOn[purpose], backTo }: GonePage): Page {
  const words = dictionaryOf(language);
  const { heading, explanation, again: labels, hints } = words.gone;
  const label = labels[purpose];
  const href = webLink(backTo?.href);
  return {
    view: 'links/gone',
    language,
    heading,
    isProblem: true,
    explanation,
    hint: hints[purpose],
    errorCode: 'link_gone',
    back: { href: again, label },
    toApp: href && backTo && { href, label: words.backTo(shownName(backTo.name)) },
  };
}

/** RFC 9110 15.5.11. */
export function showGone(
  ctx: Context,
  purpose: LinkPurpose,
  pages: Pages,
  ways: Pick<GonePage, 'again' | 'backTo'> = {},
): void {
  pages.show(ctx, gonePage({ language: requestLanguage(ctx), purpose, ...ways }), 410);
}
