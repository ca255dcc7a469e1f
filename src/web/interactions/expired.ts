/** The page for a sign-in that was finished, left open for too long, or begun in another browser. */
import { dictionaryOf, type Language } from '../pages/language.ts';
import { type BackTo, wayBack } from '../pages/names-and-links.ts';
import type { Page } from '../pages/render.ts';

export function expiredPage(language: Language, backTo: BackTo | undefined): Page {
  const { heading } = dictionaryOf(language).expired;
  return {
    view: 'interactions/expired',
    language,
    heading,
    errorCode: 'sign_in_expired',
    ...wayBack(language, backTo),
  };
}
