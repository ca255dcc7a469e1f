/** The field in which somebody chooses a password: the view `layout/new-password` draws it. */
import type { DomainErrorCode } from '../../domain/domain-error.ts';
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

/** Takes the member `newPassword` of a page. */
export function newPasswordField(language: Language, problem?: NewPasswordProblem) {
  const words = dictionaryOf(language).newPassword;
  return {
    id: 'password',
    label: words.label,
    advice: words.advice,
    ...(problem !== undefined && { problem: { code: problem, message: words.problems[problem] } }),
  };
}
