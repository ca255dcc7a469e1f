/** The page for a browser that sends none of the cookies by which browsers are told apart. */
import { dictionaryOf, type Language } from './language.ts';
import { type BackTo, wayBack } from './names-and-links.ts';
import type { Page } from './render.ts';

interface Words {
  readonly heading: string;
  readonly explanation: string;
}

const page = (language: Language, { heading, explanation }: Words, way: object): Page => ({
  view: 'errors/cookies-blocked',
  language,
  heading,
  isProblem: true,
  explanation,
  errorCode: 'cookies_blocked',
  ...way,
});

/** Of a page that belongs to no sign-in; `again` leads to it. */
export function cookiesBlockedPage(language: Language, again: string): Page {
  const words = dictionaryOf(language).cookiesBlocked;
  return page(language, words, { back: { href: again, label: words.again } });
}

/** Of a sign-in, which may as well have been begun in another browser. It starts again at the app. */
export function cookiesBlockedInSignIn(language: Language, app: BackTo | undefined): Page {
  const words = dictionaryOf(language).cookiesBlocked;
  const way = wayBack(language, app);
  return page(language, words.inSignIn, 'back' in way ? { back: { ...way.back, label: words.again } } : way);
}
