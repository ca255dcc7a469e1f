/** The field in which somebody chooses a password: the view `layout/new-password` draws it, with its scripts. */
import type { DomainErrorCode } from '../../domain/domain-error.ts';
import { MAX_PASSWORD_CHARACTERS } from '../../domain/passwords/length.ts';
import type { Strength } from '../../domain/passwords/strength.ts';
import { dictionaryOf, type Language } from './language.ts';
import type { Dictionary } from './words/en.ts';

export type NewPasswordProblem = keyof Dictionary['newPassword']['problems'];

/** The errors of the password policy that the field explains. */
export const passwordProblems: { readonly [code in DomainErrorCode]?: NewPasswordProblem } = {
  password_too_short: 'too_short',
  password_too_long: 'too_long',
  password_too_common: 'too_common',
  password_like_login: 'like_login',
};

// A `maxlength` would silently cut what is typed or pasted. A valid password may be up to four times as long decomposed (NFD).
export const passwordPattern = `.{0,${MAX_PASSWORD_CHARACTERS * 4}}`;

/** Takes the member `newPassword` of a page. The strength is that of what was sent and does not come back. */
export function newPasswordField(language: Language, problem?: NewPasswordProblem, strength?: Strength) {
  const { login, newPassword: words } = dictionaryOf(language);
  return {
    id: 'password',
    label: words.label,
    advice: words.advice,
    pattern: passwordPattern,
    limit: login.passwordLimit(String(MAX_PASSWORD_CHARACTERS)),
    strengths: words.strengths,
    strength: strength === undefined ? '' : words.sent(words.strengths[strength]),
    ...(problem !== undefined && { problem: { code: problem, message: words.problems[problem] } }),
  };
}
