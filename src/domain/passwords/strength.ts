/**
 * How strong a password is, by its looks: what the script `password-strength.js` says while it is typed. A test holds both to one
 * table. It knows no list of common passwords, which the policy looks at afterwards.
 */
import { MAX_PASSWORD_CHARACTERS, MIN_PASSWORD_CHARACTERS } from './length.ts';

export type Strength = 'too_short' | 'too_long' | 'own' | 'weak' | 'fair' | 'strong';

const FAIR = 48;
const STRONG = 64;
const MIN_WORD = 4;
/** Digits in a row are years and dates more often than not. */
const MAX_DIGITS = 2;
const KINDS = [/\p{Ll}|\p{Lo}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u];

/** Characters that neither repeat nor go on with the one before, and of a number no more than two. */
function choicesIn(characters: readonly string[]): number {
  let [choices, digits, lastStep] = [0, 0, Number.NaN];
  for (const [index, character] of characters.entries()) {
    const step = (character.codePointAt(0) ?? 0) - (characters[index - 1]?.codePointAt(0) ?? Number.NaN);
    digits = /\p{N}/u.test(character) ? digits + 1 : 0;
    if (!(Math.abs(step) <= 1 && (step === 0 || step === lastStep)) && digits <= MAX_DIGITS) choices += 1;
    lastStep = step;
  }
  return choices;
}

function scoreOf(text: string): number {
  const characters = Array.from(text);
  // A capital in front and a sign at the end are what everybody adds.
  const middle = characters.slice(1, -1).join('');
  const kinds = KINDS.filter((kind) => kind.test(middle)).length;
  const isVaried = new Set(characters).size * 3 >= Math.min(characters.length, 16);
  return isVaried ? choicesIn(characters) * (2 + kinds) : 0;
}

/** `own` holds what the person is called: their name and e-mail address, as typed. */
export function strengthOf(password: string, own: readonly string[] = []): Strength {
  const text = password.normalize('NFC');
  const { length } = Array.from(text);
  if (length < MIN_PASSWORD_CHARACTERS) return 'too_short';
  if (length > MAX_PASSWORD_CHARACTERS) return 'too_long';
  const words = own.flatMap(
    (typed) =>
      typed
        .normalize('NFC')
        .toLowerCase()
        .match(/[\p{L}\p{N}]+/gu) ?? [],
  );
  const held = words.filter((word) => word.length >= MIN_WORD && text.toLowerCase().includes(word));
  const rest = held.reduce((left, word) => left.toLowerCase().replaceAll(word, ''), text);
  const score = scoreOf(rest);
  if (score < FAIR) return held.length > 0 ? 'own' : 'weak';
  return score < STRONG ? 'fair' : 'strong';
}
