/** Passwords that say how to type them: one key held down, the alphabet, a row of the keyboard. */
import { backwards, repeatedPart, withoutSigns } from './readings.ts';

/** Rows and columns of keyboards; what follows by its code point (letters of one alphabet, digits) is found without a list. */
const forwards = [
  '12345678901234567890',
  'qwertyuiopasdfghjkl;zxcvbnm,./',
  'qwertyuiop[]asdfghjkl',
  'qwertzuiopüasdfghjklöäyxcvbnm,.-',
  'qwertzuiopasdfghjklyxcvbnm',
  'azertyuiopqsdfghjklmwxcvbn',
  'йцукенгшщзхъфывапролджэячсмитьбю',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p',
  'qazwsxedcrfvtgbyhnujmikolp',
  'qayxswedcvfrtgbnhzujmkiolp',
  '!@#$%^&*()_+',
  '!"§$%&/()=?',
];
const rows: readonly string[] = [...forwards, ...forwards.map(backwards)];
const MIN_RUN = 3;
const RUN_COUNTS = 2;
const SIGNS = /[^\p{L}\p{N}]/gu;
/** Below it nothing is left to guess. */
const MIN_CHOICES = 5;

function steppedRun(points: readonly number[], start: number): number {
  const step = (points[start + 1] ?? Number.NaN) - (points[start] ?? Number.NaN);
  if (!(Math.abs(step) <= 1)) return 1;
  let end = start + 2;
  while ((points[end] ?? Number.NaN) - (points[end - 1] ?? Number.NaN) === step) end += 1;
  return end - start;
}

function rowRun(text: string, start: number): number {
  let length = 1;
  while (start + length < text.length && rows.some((row) => row.includes(text.slice(start, start + length + 1)))) {
    length += 1;
  }
  return length;
}

/** How many characters somebody had to choose: a run of neighbours counts as two, where it begins and where it ends. */
export function choicesIn(text: string): number {
  const points = Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
  let choices = 0;
  for (let at = 0; at < text.length; ) {
    const run = Math.max(steppedRun(points, at), rowRun(text, at));
    choices += run < MIN_RUN ? 1 : RUN_COUNTS;
    at += run < MIN_RUN ? 1 : run;
  }
  return choices;
}

const everySecond = (text: string, first: number): string =>
  Array.from(text)
    .filter((_, index) => index % 2 === first)
    .join('');

/** Of readable text. */
export function isPattern(text: string): boolean {
  if (new Set(text).size <= 2) return true;
  // aabbccdd
  const once = text.replace(/(.)\1+/gsu, '$1');
  if (choicesIn(repeatedPart(text)) < MIN_CHOICES || choicesIn(repeatedPart(once)) <= RUN_COUNTS + 1) return true;
  // 1-2-3-4-5-6
  const plain = withoutSigns(text);
  const isSeparated = new Set(text.match(SIGNS) ?? []).size === 1 && plain.length > MIN_CHOICES;
  if (isSeparated && choicesIn(plain) <= RUN_COUNTS + 1) return true;
  // a1b2c3d4
  const woven = [0, 1].map((first) => choicesIn(repeatedPart(everySecond(text, first))));
  return woven.reduce((sum, choices) => sum + choices, 0) < MIN_CHOICES;
}
