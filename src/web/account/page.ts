/** The page /account: what is known of the account, and a form for each thing that may be changed. */
import { MAX_OWN_NAME_CHARACTERS } from '../../domain/accounts/identifiers.ts';
import type { DomainErrorCode } from '../../domain/domain-error.ts';
import type { Account } from '../../storage/records/accounts.ts';
import { dictionaryOf, type Language, waitingTime } from '../pages/language.ts';
import { accountTile, shownText } from '../pages/names-and-links.ts';
import { type NewPasswordProblem, newPasswordField } from '../pages/new-password.ts';
import type { Page } from '../pages/render.ts';
import type { Dictionary } from '../pages/words/en.ts';
import { PROOF_FRESH_MINUTES } from './sessions.ts';

export type FieldProblem = keyof Dictionary['account']['problems'];

/** The errors that the page explains beside their field; anything else is not the person's doing. */
export const fieldProblems: { readonly [code in DomainErrorCode]?: FieldProblem } = {
  name_invalid: 'name_invalid',
  name_too_long: 'name_too_long',
  email_invalid: 'email_invalid',
  email_unchanged: 'email_unchanged',
  email_changed_often: 'email_changed_often',
  domain_not_allowed: 'domain_not_allowed',
};

/** What was entered and not taken yet; never a password. */
export interface Typed {
  readonly name?: string | undefined;
  readonly email?: string | undefined;
}

/** What keeps a form from being handled. */
export interface Hindrance {
  readonly code: 'busy' | 'too_many_attempts';
  readonly retryAfterSeconds: number | undefined;
}

export const hindrances: { readonly [code in DomainErrorCode]?: Hindrance['code'] } = {
  hashing_busy: 'busy',
  too_many_attempts: 'too_many_attempts',
};

export interface Problems {
  readonly name?: FieldProblem | undefined;
  readonly email?: FieldProblem | undefined;
  readonly password?: NewPasswordProblem | undefined;
  readonly closing?: 'closing_missing' | undefined;
  /** Until what a field asks for can be done. */
  readonly retryAfterSeconds?: number | undefined;
  readonly hindrance?: Hindrance | undefined;
}

export interface AccountPage {
  readonly language: Language;
  readonly csrfToken: string;
  readonly account: Pick<Account, 'id' | 'email' | 'emailVerified' | 'name'>;
  /** The new address that waits to be proven. */
  readonly pendingEmail: string | undefined;
  readonly isFresh: boolean;
  /** Without mail, nobody can prove a new address. */
  readonly isMailOff: boolean;
  readonly signOutHref: string;
  readonly typed?: Typed | undefined;
  readonly problems?: Problems | undefined;
  readonly isSaved?: boolean;
}

function explained(problem: FieldProblem | undefined, language: Language, retryAfterSeconds?: number) {
  if (problem === undefined) return undefined;
  const message = dictionaryOf(language).account.problems[problem];
  if (typeof message === 'string') return { code: problem, message };
  const limit = new Intl.NumberFormat(language).format(MAX_OWN_NAME_CHARACTERS);
  const value = problem === 'email_changed_often' ? waitingTime(language, retryAfterSeconds) : limit;
  return { code: problem, message: message(value) };
}

function pendingNotice(pendingEmail: string | undefined, language: Language): string | undefined {
  if (pendingEmail === undefined) return undefined;
  return dictionaryOf(language).account.profile.pending(shownText(pendingEmail));
}

function explainedHindrance(hindrance: Problems['hindrance'], language: Language) {
  if (hindrance === undefined) return undefined;
  const { code, retryAfterSeconds } = hindrance;
  return { code, message: dictionaryOf(language).login.problems[code](waitingTime(language, retryAfterSeconds)) };
}

/** The field that the page opens at. */
function focusOf({ name, email, password, closing }: Problems): string | undefined {
  if (name !== undefined) return 'name';
  if (email !== undefined) return 'email';
  if (password !== undefined) return 'password';
  return closing === undefined ? undefined : 'closing';
}

export function accountPage(page: AccountPage): Page {
  const { language, csrfToken, account, pendingEmail, isFresh, isMailOff, typed = {}, problems = {} } = page;
  const words = dictionaryOf(language).account;
  const minutes = new Intl.NumberFormat(language).format(PROOF_FRESH_MINUTES);
  return {
    view: 'account/account',
    language,
    heading: words.heading,
    isProblem: Object.values(problems).some((problem) => problem !== undefined),
    csrfToken,
    accountId: account.id,
    account: accountTile(account),
    signOutHref: page.signOutHref,
    proof: isFresh ? words.proof.fresh(minutes) : words.proof.stale(minutes),
    isFresh,
    isSaved: page.isSaved,
    focus: focusOf(problems),
    hindrance: explainedHindrance(problems.hindrance, language),
    name: { value: typed.name ?? account.name ?? '', problem: explained(problems.name, language) },
    email: {
      value: typed.email ?? '',
      state: account.emailVerified && pendingEmail === undefined ? words.profile.confirmed : words.profile.unconfirmed,
      pending: pendingNotice(pendingEmail, language),
      problem: explained(problems.email, language, problems.retryAfterSeconds),
      isMailOff,
    },
    // The section is called `password`, so its field is not.
    newPassword: { ...newPasswordField(language, problems.password), id: 'new-password' },
    closing: { problem: explained(problems.closing, language) },
  };
}
