/** The field in which somebody chooses a password: the view `layout/new-password` draws it, with its scripts. */
import { MAX_PASSWORD_CHARACTERS, MIN_PASSWORD_CHARACTERS } from '../../domain/passwords/length.ts';
import { type Strength, strengthOf } from '../../domain/passwords/strength.ts';
import { dictionaryOf, type Language } from './language.ts';

// A `maxlength` would silently cut what is typed or pasted. A valid password may be up to four times as long decomposed (NFD).
export const passwordPattern = `.{0,${MAX_PASSWORD_CHARACTERS * 4}}`;

const [LEAST, MOST] = [String(MIN_PASSWORD_CHARACTERS), String(MAX_PASSWORD_CHARACTERS)];

type OwnWords = readonly (string | undefined)[];

export interface NewPassword {
  /** What was sent: all that comes back of it is how strong it looks. */
  readonly password?: string | undefined;
  /** What the owner is called, as far as the server knows it and no field that can be changed holds it. */
  readonly known?: OwnWords;
  /** What was typed into the fields for name and address beside it. */
  readonly typed?: OwnWords;
  readonly problem?: { readonly code: string; readonly message: string } | undefined;
}

const present = (words: OwnWords): readonly string[] => words.filter((word) => word !== undefined);

function strengthsIn(language: Language): Readonly<Record<Strength, string>> {
  const { strengths } = dictionaryOf(language).newPassword;
  return { ...strengths, too_short: strengths.too_short(LEAST), too_long: strengths.too_long(MOST) };
}

/** Takes the member `newPassword` of a page. */
export function newPasswordField(
  language: Language,
  { password = '', known = [], typed = [], problem }: NewPassword = {},
) {
  const { login, newPassword: words } = dictionaryOf(language);
  const strengths = strengthsIn(language);
  const strength = strengthOf(password, present([...known, ...typed]));
  return {
    id: 'password',
    label: words.label,
    advice: words.advice(LEAST),
    pattern: passwordPattern,
    limit: login.passwordLimit(MOST),
    least: LEAST,
    most: MOST,
    owner: present(known).join(' '),
    strengths,
    strength: password === '' ? '' : words.sent(strengths[strength]),
    problem,
  };
}

export function isStrength(text: unknown): text is Strength {
  return typeof text === 'string' && Object.hasOwn(strengthsIn('en'), text);
}

export function strengthOfChosen(password: string, own: OwnWords): Strength {
  return strengthOf(password, present(own));
}

/** Takes the member `chosen` of a page that says that a password was set: the view `layout/chosen-password` draws it. */
export function chosenPassword(language: Language, strength: Strength | undefined) {
  if (strength === undefined) return undefined;
  return { strength, message: dictionaryOf(language).newPassword.chosen(strengthsIn(language)[strength]) };
}
