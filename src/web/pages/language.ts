/**
 * The languages of pages and mails, and the one that a request gets. They belong to the process: ours, and those that VIEWS_FOLDER
 * brings, which `speak` makes known at start, before anything is served.
 */
import type { Request } from 'koa';
import { de as mailDe } from '../mail/words/de.ts';
import { type MailDictionary, en as mailEn } from '../mail/words/en.ts';
import { de } from './words/de.ts';
import { type Dictionary, en } from './words/en.ts';

/** A tag as BCP 47 has it; one of `languages`. */
export type Language = string;

export interface SpokenWords {
  readonly pages: Dictionary;
  readonly mails: MailDictionary;
}

const english: SpokenWords = { pages: en, mails: mailEn };

/** What comes with Latchkey. */
export const ourWords: ReadonlyMap<Language, SpokenWords> = new Map([
  ['en', english],
  ['de', { pages: de, mails: mailDe }],
]);

/** ISO 15924, of the scripts that people write today. */
const RIGHT_TO_LEFT = new Set(['Adlm', 'Arab', 'Hebr', 'Mand', 'Nkoo', 'Rohg', 'Syrc', 'Thaa']);

let spoken = ourWords;

export let languages: readonly Language[] = [...spoken.keys()];

/** `own`: languages more, or ours in other words. */
export function speak(own: ReadonlyMap<Language, SpokenWords>): void {
  spoken = new Map([...ourWords, ...own]);
  languages = [...spoken.keys()];
}

export function dictionaryOf(language: Language): Dictionary {
  return (spoken.get(language) ?? english).pages;
}

export function mailWordsOf(language: Language): MailDictionary {
  return (spoken.get(language) ?? english).mails;
}

export function directionOf(language: Language): 'ltr' | 'rtl' {
  const { script } = new Intl.Locale(language).maximize();
  return script !== undefined && RIGHT_TO_LEFT.has(script) ? 'rtl' : 'ltr';
}

const MOST_LOCALES_CHARACTERS = 200;

/** de-AT is served by de (RFC 4647 3.4). */
export function spokenLanguage(tag: string | undefined): Language | undefined {
  const parts = (tag ?? '').toLowerCase().split('-');
  for (let length = parts.length; length > 0; length -= 1) {
    const range = parts.slice(0, length).join('-');
    const found = languages.find((language) => language.toLowerCase() === range);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What the app asks for (`ui_locales`, OIDC Core 3.1.2.1), then what the browser prefers, then English. */
export function requestLanguage(ctx: Pick<Request, 'acceptsLanguages'>, uiLocales = ''): Language {
  // Anybody may send it, as long as they like.
  const asked = uiLocales.slice(0, MOST_LOCALES_CHARACTERS).split(' ').map(spokenLanguage);
  return asked.find((language) => language !== undefined) ?? (ctx.acceptsLanguages([...languages]) || 'en');
}

const SECONDS_SHOWN_AS_SUCH = 90;

export function waitingTime(language: Language, seconds: number | undefined): string {
  if (seconds === undefined || !(seconds > 0)) return dictionaryOf(language).moment;
  const [amount, unit] = seconds <= SECONDS_SHOWN_AS_SUCH ? [seconds, 'second'] : [seconds / 60, 'minute'];
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(Math.ceil(amount));
}

/** A message of the dictionary as it is shown: some say how long to wait. */
export function messageWithWait(
  message: string | ((wait: string) => string),
  language: Language,
  seconds: number | undefined,
): string {
  return typeof message === 'string' ? message : message(waitingTime(language, seconds));
}
