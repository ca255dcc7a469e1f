/** The sign-in page: e-mail or username, and password. */
import type { Context } from 'koa';
import { authenticate } from '../../domain/accounts/authenticate.ts';
import type { PasswordHasher } from '../../domain/accounts/password-hashing.ts';
import { DomainError } from '../../domain/domain-error.ts';
import type { SignInBudgets } from '../../domain/throttle/sign-in-budgets.ts';
import type { Clock } from '../../ports/clock.ts';
import { textParameter } from '../../provider/interactions.ts';
import { passwordAcr } from '../../provider/options/interactions.ts';
import type { Account, AccountStore } from '../../storage/records/accounts.ts';
import { dictionaryOf, type Language, waitingTime } from '../pages/language.ts';
import { appTile, clientName, shownLogo } from '../pages/names-and-links.ts';
import type { Page, Pages } from '../pages/render.ts';
import { finish, type Step, type StepHandlers } from './step.ts';

export type LoginProblem =
  | 'wrong_credentials'
  | 'too_many_attempts'
  | 'busy'
  | 'missing_login'
  | 'missing_password'
  | 'session_changed';

interface Outcome {
  readonly problem?: LoginProblem | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

export interface LoginPage extends Outcome {
  readonly language: Language;
  readonly action: string;
  readonly abortAction: string;
  readonly csrfToken: string;
  readonly clientName: string;
  readonly clientLogoUri?: string | undefined;
  /** What was typed or hinted; the password never comes back. */
  readonly login: string;
  /** Why a user who has a session is asked again. */
  readonly hint?: 'sign_in_again' | undefined;
}

type Field = 'login' | 'password';

interface ShownProblem {
  readonly message: string;
  /** The field that the message leads to. */
  readonly jumpTo?: Field;
  /** The element that describes a field which needs another value (WCAG 3.3.1). */
  readonly invalid: { readonly [field in Field]?: string };
  readonly focus: Field | 'problem';
}

function shownProblem(problem: LoginProblem, { language, retryAfterSeconds }: LoginPage): ShownProblem {
  const { problems } = dictionaryOf(language).login;
  switch (problem) {
    case 'wrong_credentials': {
      // Both fields are named: which of the two was wrong stays unsaid.
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

export function loginPage(page: LoginPage): Page {
  const { language, action, abortAction, csrfToken, login } = page;
  const words = dictionaryOf(language).login;
  const app = appTile(page.clientName, page.clientLogoUri);
  const problem = page.problem && shownProblem(page.problem, page);
  return {
    view: 'interactions/login',
    language,
    heading: words.heading(app.name),
    isProblem: problem !== undefined,
    app,
    action,
    abortAction,
    csrfToken,
    login,
    hint: page.hint && words.hints[page.hint],
    problem,
    invalid: problem?.invalid ?? {},
    focus: problem?.focus ?? (login === '' ? 'login' : 'password'),
    cancel: words.cancel(app.name),
  };
}

/** The errors that the page explains; anything else is not the user's doing. */
function explain(error: unknown): { readonly status: number; readonly outcome: Outcome } {
  if (!(error instanceof DomainError)) throw error;
  const { code, retryAfterSeconds } = error;
  switch (code) {
    case 'login_failed':
      return { status: 400, outcome: { problem: 'wrong_credentials' } };
    case 'too_many_attempts':
      return { status: 429, outcome: { problem: 'too_many_attempts', retryAfterSeconds } };
    case 'hashing_busy':
      return { status: 503, outcome: { problem: 'busy', retryAfterSeconds } };
    default:
      throw error;
  }
}

function missingField(login: string, password: string): LoginProblem | undefined {
  if (login === '') return 'missing_login';
  return password === '' ? 'missing_password' : undefined;
}

const MAX_LOGIN_CHARACTERS = 320;

export interface LoginDeps {
  readonly accounts: AccountStore;
  readonly hasher: PasswordHasher;
  readonly throttle: SignInBudgets;
  readonly clock: Clock;
  readonly pages: Pages;
}

export function createLogin({ accounts, hasher, throttle, clock, pages }: LoginDeps): StepHandlers {
  function page(ctx: Context, step: Step, login: string, outcome: Outcome = {}): Page {
    return loginPage({
      language: step.language,
      csrfToken: step.csrfToken,
      action: step.action('login'),
      abortAction: step.action('abort'),
      clientName: clientName(step.client),
      clientLogoUri: shownLogo(ctx, step.client),
      login,
      hint: step.interaction.session?.accountId === undefined ? undefined : 'sign_in_again',
      ...outcome,
    });
  }

  return {
    show: (ctx, step) => pages.show(ctx, page(ctx, step, textParameter(step.interaction, 'login_hint') ?? '')),

    async post(ctx, step) {
      const login = (step.form.get('login') ?? '').trim().slice(0, MAX_LOGIN_CHARACTERS);
      const password = step.form.get('password') ?? '';
      const problem = missingField(login, password);
      if (problem !== undefined) return pages.show(ctx, page(ctx, step, login, { problem }), 400);

      let account: Account;
      try {
        account = await authenticate({ login, password, address: ctx.ip }, { accounts, hasher, throttle });
      } catch (error) {
        const { status, outcome } = explain(error);
        if (outcome.retryAfterSeconds !== undefined) ctx.set('Retry-After', String(outcome.retryAfterSeconds));
        return pages.show(ctx, page(ctx, step, login, outcome), status);
      }
      // The moment of the proof, not of the resume: until then the account can have been disabled (OIDC Core 2, auth_time).
      const ts = Math.floor(clock.now() / 1000);
      await finish(ctx, step, { login: { accountId: account.id, acr: passwordAcr, amr: ['pwd'], remember: true, ts } });
    },
  };
}
