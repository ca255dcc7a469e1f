/** What a password reads like, however it is written: in capitals, with accents, with digits and signs in place of letters. */

/** Each letter, and what people write in its place. Letters that are drawn alike in other alphabets come last. */
const substitutes: Readonly<Record<string, string>> = {
  a: '4@аα',
  b: '8в',
  c: '(<с',
  e: '3€е',
  g: '69',
  h: 'н',
  i: '1!|l£ıіι',
  k: 'кκ',
  m: 'м',
  o: '0оο',
  p: 'рρ',
  s: '5$ѕ',
  t: '7+т',
  x: 'х',
  y: 'у',
  z: '2',
  '*': '*',
};

const letterOf: ReadonlyMap<string, string> = new Map(
  Object.entries(substitutes).flatMap(([letter, signs]) => Array.from(signs, (sign) => [sign, letter] as const)),
);

const IGNORED = /[\p{M}\p{Cc}\p{Default_Ignorable_Code_Point}]/gu;
const IS_LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;
const IS_DIGIT = /\d/;
const NO_LETTER_OR_DIGIT = /[^\p{L}\p{N}]/gu;

/** In compatibility form, small letters, without accents and invisible characters. By way of capitals: `ß` is `ss`. */
export function readable(text: string): string {
  return text.normalize('NFKD').toUpperCase().toLowerCase().normalize('NFKD').replace(IGNORED, '');
}

/** The letter that one readable character stands for; empty for signs that stand for none. */
export function spelledOut(character: string): string {
  return letterOf.get(character) ?? (IS_LETTER_OR_DIGIT.test(character) ? character : '');
}

export function spelled(text: string): string {
  return Array.from(readable(text), spelledOut).join('');
}

export function withoutSigns(text: string): string {
  return text.replace(NO_LETTER_OR_DIGIT, '');
}

/** The same for all ways to write a word. Numbers stay numbers: they are no words. */
export function skeletonOf(text: string): string {
  const written = Array.from(readable(text)).filter((character) => spelledOut(character) !== '');
  return written.every((character) => IS_DIGIT.test(character)) ? written.join('') : spelled(text);
}

/** What a text repeats: `abcab` of `abcababcab`; the text itself where it repeats nothing. */
export function repeatedPart(text: string): string {
  for (let length = 1; length <= text.length / 2; length += 1) {
    if (text.startsWith(text.slice(length)) && text.endsWith(text.slice(0, text.length - length))) {
      return text.slice(0, length);
    }
  }
  return text;
}

export function backwards(text: string): string {
  return Array.from(text).reverse().join('');
}
