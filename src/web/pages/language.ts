/** Chooses the language of a page: what the app asked for, then what the browser prefers, then English. */

import type Koa from 'koa';
import { de } from './words/de.ts';
import { type Dictionary, en } from './words/en.ts';

const dictionaries = { en, de } satisfies Record<string, Dictionary>;

export type Language = keyof typeof dictionaries;

/** A header longer than this many entries was not written by a browser. */
const MAX_PREFERENCES = 32;

export const languages: readonly Language[] = ['en', 'de'];

export function dictionaryOf(language: Language): Dictionary {
  return dictionaries[language];
}

/** de-AT is served by de (RFC 4647 3.4, index). */
function served(tag: string): Language | undefined {
  const primary = tag.trim().toLowerCase().split('-', 1)[0] ?? '';
  return Object.hasOwn(dictionaries, primary) ? (primary as Language) : undefined;
}

/** RFC 9110 12.5.4: the higher weight first, then the order given; a weight of 0 means "not this one". */
function byWeight(header: string): string[] {
  const preferences = header.split(',', MAX_PREFERENCES).map((entry) => {
    const [tag = '', ...parameters] = entry.split(';').map((part) => part.trim());
    const weight = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1);
    return { tag, weight };
  });
  return preferences
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ tag }) => tag);
}

export interface LanguagePreferences {
  /** OIDC Core 3.1.2.1: tags separated by spaces, in order of preference. */
  readonly uiLocales?: string | undefined;
  readonly acceptLanguage?: string | undefined;
}

export function chooseLanguage({ uiLocales = '', acceptLanguage = '' }: LanguagePreferences): Language {
  for (const tag of [...uiLocales.split(' ', MAX_PREFERENCES), ...byWeight(acceptLanguage)]) {
    const language = served(tag);
    if (language !== undefined) return language;
  }
  return 'en';
}

export function requestLanguage(ctx: Pick<Koa.Context, 'get'>, uiLocales?: string): Language {
  return chooseLanguage({ uiLocales, acceptLanguage: ctx.get('Accept-Language') });
}

const SECONDS_SHOWN_AS_SUCH = 90;

export function waitingTime(language: Language, seconds: number | undefined): string {
  if (seconds === undefined || !(seconds > 0)) return dictionaryOf(language).moment;
  const [amount, unit] = seconds <= SECONDS_SHOWN_AS_SUCH ? [seconds, 'second'] : [seconds / 60, 'minute'];
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(Math.ceil(amount));
}
