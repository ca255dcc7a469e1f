/** Says how long to wait, in the reader's language. */
import { dictionaryOf, type Language } from './language.ts';

const SECONDS_SHOWN_AS_SUCH = 90;

export function waitingTime(language: Language, seconds: number | undefined): string {
  if (seconds === undefined || !(seconds > 0)) return dictionaryOf(language).moment;
  const [amount, unit] = seconds <= SECONDS_SHOWN_AS_SUCH ? [seconds, 'second'] : [seconds / 60, 'minute'];
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(Math.ceil(amount));
}
