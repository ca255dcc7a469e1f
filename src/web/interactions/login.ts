/** The sign-in page: username and password. */
import type Koa from 'koa';
import { authenticate } from '../../domain/accounts/authenticate.ts';
import { DomainError } from '../../domain/domain-error.ts';
import { textParameter } from '../../provider/interactions.ts';
import { passwordAcr } from '../../provider/options/interactions.ts';
import type { Account } from '../../storage/records/accounts.ts';
import { clientName, shownLogo } from '../app-link.ts';
import type { LoginPage } from '../pages/page-models.ts';
import { showPage } from '../show-page.ts';
import { finish, type PostedStep, type Step, type StepHandler } from './step.ts';

type Outcome = Pick<LoginPage, 'problem' | 'retryAfterSeconds'>;

const MAX_LOGIN_CHARACTERS = 320;

function loginPage(
  ctx: Koa.Context,
  { interaction, client, language, csrfToken, action }: Step,
  login: string,
  outcome: Outcome,
): LoginPage {
  const isSignedIn = interaction.session?.accountId !== undefined;
  return {
    language,
    csrfToken,
    action: action('login'),
    abortAction: action('abort'),
    clientName: clientName(client),
    clientLogoUri: shownLogo(ctx, client),
    login,
    ...(isSignedIn && { hint: 'sign_in_again' as const }),
    ...outcome,
  };
}

export const showLogin: StepHandler<Step> = async (ctx, step, { pages }) => {
  showPage(ctx, pages.login(loginPage(ctx, step, textParameter(step.interaction, 'login_hint') ?? '', {})));
};

/** The refusals that the page explains; anything else is not the user's doing. */
function explain(error: unknown): { readonly status: number; readonly outcome: Outcome } {
  if (error instanceof DomainError && error.code === 'login_failed') {
    return { status: 400, outcome: { problem: 'wrong_credentials' } };
  }
  if (error instanceof DomainError && error.code === 'too_many_attempts') {
    return { status: 429, outcome: { problem: 'too_many_attempts', retryAfterSeconds: error.retryAfterSeconds } };
  }
  if (error instanceof DomainError && error.code === 'hashing_busy') {
    return { status: 503, outcome: { problem: 'busy', retryAfterSeconds: error.retryAfterSeconds } };
  }
  throw error;
}

function missingField(login: string, password: string): LoginPage['problem'] {
  if (login === '') return 'missing_login';
  return password === '' ? 'missing_password' : undefined;
}

export const postLogin: StepHandler<PostedStep> = async (ctx, step, deps) => {
  const login = (step.form.get('login') ?? '').trim().slice(0, MAX_LOGIN_CHARACTERS);
  const password = step.form.get('password') ?? '';
  const showProblem = (outcome: Outcome, status: number): void =>
    showPage(ctx, deps.pages.login(loginPage(ctx, step, login, outcome)), status);

  const missing = missingField(login, password);
  if (missing !== undefined) return showProblem({ problem: missing }, 400);

  let account: Account;
  try {
    account = await authenticate({ login, password, address: ctx.ip }, deps);
  } catch (error) {
    const { status, outcome } = explain(error);
    if (outcome.retryAfterSeconds !== undefined) ctx.set('Retry-After', String(outcome.retryAfterSeconds));
    return showProblem(outcome, status);
  }
  // The moment of the proof, not of the resume: until then the account can have been disabled (OIDC Core 2, auth_time).
  const ts = Math.floor(Date.now() / 1000);
  await finish(ctx, step, { login: { accountId: account.id, acr: passwordAcr, amr: ['pwd'], remember: true, ts } });
};
