/** Whether a password is on a list of published ones, or one of them with the decorations that everybody knows. */
import { readFileSync } from 'node:fs';
import { readFilter } from './filter.ts';
import { choicesIn, isPattern } from './patterns.ts';
import { backwards, readable, repeatedPart, skeletonOf, spelled, spelledOut, withoutSigns } from './readings.ts';

const fileOf = (name: string): Buffer => readFileSync(new URL(name, import.meta.url));

/** Of skeletons: all that is published (common-passwords.md), which is English for the most part, and what people of other languages choose first. */
function readWords(): (skeleton: string) => boolean {
  const isPublished = readFilter(fileOf('common-passwords.bin'));
  const lines = fileOf('usual-words.txt').toString().replace(/^#.*$/gm, '');
  const usual: ReadonlySet<string> = new Set(Array.from(lines.matchAll(/\S+/g), ([word]) => skeletonOf(word)));
  return (skeleton) => usual.has(skeleton) || isPublished(skeleton);
}

let words: ReturnType<typeof readWords> | undefined;

/** They are read with the first password that somebody chooses. */
function isWord(skeleton: string): boolean {
  words ??= readWords();
  return words(skeleton);
}

const MIN_REVERSED = 6;

function isListed(skeleton: string): boolean {
  const forms = new Set([skeleton, repeatedPart(skeleton)]);
  if (skeleton.length >= MIN_REVERSED) forms.add(backwards(skeleton));
  return [...forms].some(isWord);
}

/** In front of a word. Longer ones are no decoration. */
const MAX_BEFORE = 12;
/** Of a stem: the longest entries, written twice. */
const MAX_STEM = 48;
const MIN_STEM = 3;
/** So long a stem is hardly met by chance, whatever stands around it. */
const MIN_SURE_STEM = 6;
const MIN_SURE_NUMBER = 5;

const BEFORE = /^[^\p{L}]*$/u;
const AFTER = /^[^\p{L}]*(?:\p{N}\p{L}[^\p{L}\p{N}]*)?$/u;
const DIGITS_AND_SIGN = /^\p{N}*[^\p{L}\p{N}]?$/u;
const DIGITS = /^\p{N}+$/u;
const YEAR = /(?:19|20)\d\d/g;
const MAX_CHEAP_CHOICES = 3;
/** After a number. More decide themselves: a long random number begins with a listed one now and then. */
const MAX_AFTER_NUMBER = 4;

interface Cut {
  readonly before: string;
  readonly stem: string;
  readonly after: string;
}

/** A random password has some letters of a common one now and then: what is around them must be what people add. */
function isUsual({ before, stem, after }: Cut, skeleton: string): boolean {
  const characters = Array.from(stem);
  const separators = new Set(characters.filter((character) => spelledOut(character) === ''));
  const isLong = skeleton.length >= MIN_SURE_STEM;
  const around = `${before}${after}`.replace(/(?<sign>[^\p{L}\p{N}])\k<sign>+/gu, '$<sign>');
  const areDigits = DIGITS_AND_SIGN.test(around);
  if (separators.size > 0 && !isLong) return separators.size <= 2 && before === '' && areDigits;
  if (separators.size > 1) return false;
  const choices = choicesIn(around.replace(YEAR, 'y'));
  if (choices < MAX_CHEAP_CHOICES || (choices === MAX_CHEAP_CHOICES && choices < around.length)) return true;
  if (before === '') return isLong || areDigits;
  return stem === skeleton && (isLong || (after === '' && DIGITS.test(before)));
}

function isCommonCut(cut: Cut): boolean {
  const { before, stem, after } = cut;
  // Among digits there is no place at which a word begins.
  if (before !== '' && /^\p{N}/u.test(stem)) return false;
  if (DIGITS.test(stem) && choicesIn(after.replace(YEAR, 'y')) > MAX_AFTER_NUMBER) return false;
  const skeleton = skeletonOf(stem);
  if (skeleton.length < MIN_STEM || !isUsual(cut, skeleton)) return false;
  // A word may be written in digits alone: 74770 is "tattoo".
  if (skeleton.length >= MIN_SURE_NUMBER && isListed(spelled(stem))) return true;
  return isListed(skeleton) || (stem.length > MIN_STEM && choicesIn(stem) <= 2);
}

/** With every decoration taken off: `summer2026`, `2026summer!`, `qwerty12345a`. Some words end with a digit or a sign themselves. */
function hasCommonStem(text: string): boolean {
  const characters = Array.from(text);
  const part = (start: number, end: number) => characters.slice(start, end).join('');
  for (let start = 0; start <= MAX_BEFORE && BEFORE.test(part(0, start)); start += 1) {
    const last = Math.min(characters.length, start + MAX_STEM);
    for (let end = start + MIN_STEM; end <= last; end += 1) {
      const after = part(end, characters.length);
      if (AFTER.test(after) && isCommonCut({ before: part(0, start), stem: part(start, end), after })) return true;
    }
  }
  return false;
}

const MAX_WORDS = 2;
const MIN_LETTERS_IN_WORDS = 6;
const MAX_FILLER_CHOICES = 4;
const MAX_SPLIT = 64;
const HAS_LETTER = /\p{L}/u;
const LETTERS = /^\p{L}+$/u;
const IS_FILLER = /[^\p{L}]/u;
/** Between blanks: `is`, `my`. */
const SHORT_WORD = /^[^\p{L}\p{N}]\p{L}{1,2}(?=[^\p{L}\p{N}])/u;

interface Piece {
  readonly end: number;
  /** Absent for what stands between words. */
  readonly word?: string;
  readonly filler: string;
}

const isRun = (stem: string): boolean => LETTERS.test(stem) && choicesIn(stem) <= 2;

function wordsAt(characters: readonly string[], start: number): readonly Piece[] {
  const pieces: Piece[] = [];
  if (!HAS_LETTER.test(characters[start] ?? '')) return pieces;
  // A sign ends a word, unless it stands for a letter.
  for (let end = start + 1; end <= characters.length && spelledOut(characters[end - 1] ?? '') !== ''; end += 1) {
    const stem = characters.slice(start, end).join('');
    const word = skeletonOf(stem);
    if (end - start >= MIN_STEM && (isWord(word) || isRun(stem))) pieces.push({ end, word, filler: '' });
  }
  return pieces;
}

function fillersAt(characters: readonly string[], start: number): readonly Piece[] {
  const character = characters[start] ?? '';
  const [short = ''] = SHORT_WORD.exec(`${start === 0 ? ' ' : ''}${characters.slice(start).join('')}`) ?? [];
  const length = Array.from(short).length - (start === 0 ? 1 : 0);
  const pieces: Piece[] = length > 0 ? [{ end: start + length, filler: '' }] : [];
  if (IS_FILLER.test(character)) pieces.push({ end: start + 1, filler: character.trim() });
  return pieces;
}

/**
 * Whether it is nothing but listed words, two different ones at most, with digits and signs before, between and after them:
 * `qwerty password`, `password is password`. A passphrase has more words, each of which may be on the list.
 */
function isMadeOfWords(text: string): boolean {
  const characters = Array.from(text);
  if (characters.length > MAX_SPLIT) return false;
  const piecesAt = characters.map((_, start) => [...wordsAt(characters, start), ...fillersAt(characters, start)]);
  const seen = new Set<string>();
  function isRestMade(start: number, words: ReadonlySet<string>, filler: string, letters: number): boolean {
    if (words.size > MAX_WORDS || choicesIn(filler) > MAX_FILLER_CHOICES) return false;
    if (start === characters.length) return letters >= MIN_LETTERS_IN_WORDS;
    const state = [start, ...words, filler, letters].join(' ');
    if (seen.has(state)) return false;
    seen.add(state);
    return (piecesAt[start] ?? []).some(({ end, word, filler: more }) =>
      word === undefined
        ? isRestMade(end, words, filler + more, letters)
        : isRestMade(end, new Set([...words, word]), filler, letters + end - start),
    );
  }
  return isRestMade(0, new Set(), '', 0);
}

/** One of them, or a pattern. */
export function isCommonWord(password: string): boolean {
  const text = readable(password);
  const plain = withoutSigns(text);
  // What somebody typed twice, with the same digit each time.
  const repeated = [repeatedPart(text), repeatedPart(plain)].filter((part) => part !== text && part !== plain);
  return isPattern(text) || [text, ...repeated].some(hasCommonStem);
}

/** Shorter numbers are dates and telephone numbers, and few enough to try them all. */
const MIN_DIGITS = 12;
const isShortNumber = (password: string): boolean =>
  /^\p{Nd}+$/u.test(password) && Array.from(password).length < MIN_DIGITS;

export function isCommon(password: string): boolean {
  return isShortNumber(password) || isCommonWord(password) || isMadeOfWords(readable(password));
}
