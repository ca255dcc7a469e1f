/** The languages of the pages: all that there are, and the one that a request gets. */
import type { Request } from 'koa';
import type { TaggedLanguage } from '../../domain/clients/members.ts';
import { de } from './words/de.ts';
import { type Dictionary, en } from './words/en.ts';

const dictionaries = { en, de } satisfies Record<TaggedLanguage, Dictionary>;

export type Language = keyof typeof dictionaries;

export const languages = Object.keys(dictionaries) as Language[];

export function dictionaryOf(language: Language): Dictionary {
  return dictionaries[language];
}

function isLanguage(tag: string | undefined): tag is Language {
  return tag !== undefined && Object.hasOwn(dictionaries, tag);
}

/** de-AT is served by de (RFC 4647 3.4). */
export function spokenLanguage(tag: string | undefined): Language | undefined {
  const [language] = (tag ?? '').toLowerCase().split('-', 1);
  return isLanguage(language) ? language : undefined;
}

/** What the app asks for (`ui_locales`, OIDC Core 3.1.2.1), then what the browser prefers, then English. */
export function requestLanguage(ctx: Pick<Request, 'acceptsLanguages'>, uiLocales = ''): Language {
  const asked = uiLocales.split(' ').map(spokenLanguage);
  return asked.find((language) => language !== undefined) ?? ((ctx.acceptsLanguages(languages) || 'en') as Language);
}

const SECONDS_SHOWN_AS_SUCH = 90;

export function waitingTime(language: Language, seconds: number | undefined): string {
  if (seconds === undefined || !(seconds > 0)) return dictionaryOf(language).moment;
  const [amount, unit] = seconds <= SECONDS_SHOWN_AS_SUCH ? [seconds, 'second'] : [seconds / 60, 'minute'];
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(Math.ceil(amount));
}
