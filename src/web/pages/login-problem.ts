/** Says what kept a user from signing in, and which field to go to. */
import { dictionaryOf, type Language, waitingTime } from './language.ts';

export type LoginProblem =
  | 'wrong_credentials'
  | 'too_many_attempts'
  | 'busy'
  | 'missing_login'
  | 'missing_password'
  | 'session_changed';

type Field = 'login' | 'password';

export interface ShownLoginProblem {
  readonly message: string;
  /** The field that the message leads to. */
  readonly jumpTo?: Field;
  /** What describes a field that needs another value (WCAG 3.3.1). */
  readonly invalid: { readonly [field in Field]?: string };
  readonly focus: Field | 'problem';
}

export interface LoginAttempt {
  readonly language: Language;
  readonly problem: LoginProblem;
  readonly retryAfterSeconds?: number | undefined;
}

export function showLoginProblem({ language, problem, retryAfterSeconds }: LoginAttempt): ShownLoginProblem {
  const { problems } = dictionaryOf(language).login;
  switch (problem) {
    case 'wrong_credentials': {
      // Both fields are named: which of the two was wrong is not told.
      const invalid = { login: 'problem', password: 'problem' };
      return { message: problems.wrong_credentials, invalid, focus: 'password' };
    }
    case 'missing_login':
      return { message: problems.missing_login, jumpTo: 'login', invalid: { login: 'login-problem' }, focus: 'login' };
    case 'missing_password': {
      const invalid = { password: 'password-problem' };
      return { message: problems.missing_password, jumpTo: 'password', invalid, focus: 'password' };
    }
    case 'session_changed':
      return { message: problems.session_changed, jumpTo: 'password', invalid: {}, focus: 'password' };
    case 'too_many_attempts':
    case 'busy':
      return { message: problems[problem](waitingTime(language, retryAfterSeconds)), invalid: {}, focus: 'problem' };
  }
}
