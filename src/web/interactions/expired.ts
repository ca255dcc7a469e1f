/** The page for a sign-in that cannot go on: it was finished, left open for too long, or begun in another browser. */
import { requestOf } from '../../provider/request.ts';
import { cookiesBlockedInSignIn } from '../pages/cookies-blocked.ts';
import { dictionaryOf, type Language } from '../pages/language.ts';
import { type BackTo, wayBack } from '../pages/names-and-links.ts';
import type { Page } from '../pages/render.ts';

/** Of the request `ctx`. */
export function lostPage(ctx: object, language: Language, backTo: BackTo | undefined): Page {
  const isKnownBrowser = requestOf(ctx).browser.hashes.length > 0;
  return isKnownBrowser ? expiredPage(language, backTo) : cookiesBlockedInSignIn(language, backTo);
}

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
