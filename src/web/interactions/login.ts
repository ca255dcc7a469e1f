/** The sign-in page: e-mail or username, and password. */
import type { Context } from 'koa';
import { type Authenticated, authenticate } from '../../domain/accounts/authenticate.ts';
import type { PasswordHasher } from '../../domain/accounts/password-hashing.ts';
import { DomainError, type DomainErrorCode } from '../../domain/domain-error.ts';
import { passwordLevel } from '../../domain/factors/levels.ts';
import type { Passkeys } from '../../domain/passkeys/passkeys.ts';
import { MAX_PASSWORD_CHARACTERS } from '../../domain/passwords/length.ts';
import type { SignInBudgets } from '../../domain/throttle/sign-in-budgets.ts';
import type { Clock } from '../../ports/clock.ts';
import { clientIdOf, type Interaction, textParameter } from '../../provider/interactions.ts';
import { isAccountDemanded, isDemandedAccount } from '../../provider/policy/demanded-account.ts';
import { noteFor, requestOf } from '../../provider/request.ts';
import type { Account, AccountStore } from '../../storage/records/accounts.ts';
import { withoutInvisibleEnds } from '../../storage/records/canonical-identifier.ts';
import type { Form } from '../forms/read-form.ts';
import { dictionaryOf, type Language, waitingTime } from '../pages/language.ts';
import { appTile, clientName, shownLogo, shownText } from '../pages/names-and-links.ts';
import { passwordPattern } from '../pages/new-password.ts';
import type { Page, Pages } from '../pages/render.ts';
import type { Dictionary } from '../pages/words/en.ts';
import { type AskedPasskey, askedPasskey } from '../passkeys/asked-passkey.ts';
import { recoverAddress } from '../recovery/recover.ts';
import { type Proven, provenSecond, type SignInCompletion } from './complete-sign-in.ts';
import { currentAccount } from './current-account.ts';
import type { DeviceCookie } from './device-cookie.ts';
import type { Step, StepHandlers, StepPage } from './step.ts';

export type LoginProblem = keyof Dictionary['login']['problems'];

interface Outcome {
  readonly problem?: LoginProblem | undefined;
  readonly retryAfterSeconds?: number | undefined;
  /** The e-mail address of the account that the app demands, if this browser has its session. */
  readonly expected?: string | undefined;
}

export interface LoginPage extends StepPage, Outcome {
  readonly clientName: string;
  readonly clientLogoUri?: string | undefined;
  /** What was typed or hinted; the password never comes back. */
  readonly login: string;
  /** Where somebody without the password goes on; absent where no mail is sent. */
  readonly recoverHref?: string | undefined;
  /** Absent where codes are not mailed in place of passwords. */
  readonly mailedCodeHref?: string | undefined;
  /** Absent where nobody can register. */
  readonly registerHref?: string | undefined;
  /** Why a user who has a session is asked again. */
  readonly hint?: keyof Dictionary['login']['hints'] | undefined;
  /** Who is signed out where another account signs in. */
  readonly signedInAs?: string | undefined;
  /** Absent where there is no account to choose. */
  readonly chooseHref?: string | undefined;
  readonly isRemembered: boolean;
  /** Absent where browsers take no passkeys. */
  readonly passkey?: AskedPasskey | undefined;
}

type Field = 'login' | 'password';

interface ProblemDisplay {
  readonly status: number;
  /** The field that the message leads to. */
  readonly jumpTo?: Field;
  /** The element that describes a field which needs another value (WCAG 3.3.1). */
  readonly invalid: { readonly [field in Field]?: string };
  readonly focus: Field | 'problem';
}

const displays: Readonly<Record<LoginProblem, ProblemDisplay>> = {
  // Both fields are named: which of the two was wrong stays unsaid.
  wrong_credentials: { status: 400, invalid: { login: 'problem', password: 'problem' }, focus: 'password' },
  missing_login: { status: 400, jumpTo: 'login', invalid: { login: 'login-problem' }, focus: 'login' },
  missing_password: { status: 400, jumpTo: 'password', invalid: { password: 'password-problem' }, focus: 'password' },
  password_too_long: { status: 400, jumpTo: 'password', invalid: { password: 'password-problem' }, focus: 'password' },
  passkey_refused: { status: 400, invalid: {}, focus: 'problem' },
  passkey_unverified: { status: 400, invalid: {}, focus: 'problem' },
  passkey_expired: { status: 400, invalid: {}, focus: 'problem' },
  too_many_attempts: { status: 429, invalid: {}, focus: 'problem' },
  busy: { status: 503, invalid: {}, focus: 'problem' },
  awaits_approval: { status: 403, invalid: {}, focus: 'problem' },
  other_account: { status: 403, jumpTo: 'login', invalid: {}, focus: 'login' },
  expected_account: { status: 403, jumpTo: 'password', invalid: {}, focus: 'password' },
};

const PASSWORD_LIMIT = String(MAX_PASSWORD_CHARACTERS);

function messageOf(problem: LoginProblem, language: Language, { retryAfterSeconds, expected = '' }: Outcome): string {
  const message = dictionaryOf(language).login.problems[problem];
  if (typeof message === 'string') return message;
  if (problem === 'expected_account') return message(expected);
  return message(problem === 'password_too_long' ? PASSWORD_LIMIT : waitingTime(language, retryAfterSeconds));
}

export function loginPage(page: LoginPage): Page {
  const { language, action, abortAction, csrfToken, login, hint, problem, signedInAs } = page;
  const words = dictionaryOf(language).login;
  const app = appTile(page.clientName, page.clientLogoUri);
  const { jumpTo, invalid, focus } = problem === undefined ? { invalid: {} } : displays[problem];
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
    hint: hint && { code: hint, text: words.hints[hint] },
    switching: signedInAs && words.switching(shownText(signedInAs)),
    problem: problem && { code: problem, message: messageOf(problem, language, page), jumpTo },
    invalid,
    focus: focus ?? (login === '' ? 'login' : 'password'),
    passwordPattern,
    passwordLimit: words.passwordLimit(PASSWORD_LIMIT),
    cancel: words.cancel(app.name),
    isRemembered: page.isRemembered,
    chooseHref: page.chooseHref,
    recoverHref: page.recoverHref,
    mailedCodeHref: page.mailedCodeHref,
    registerHref: page.registerHref,
    passkey: askedPasskey(language, page.passkey, { isWhole: true, problem }),
  };
}

/** The errors that the page explains; anything else is not the user's doing. */
const problemOf: { readonly [code in DomainErrorCode]?: LoginProblem } = {
  login_failed: 'wrong_credentials',
  awaits_approval: 'awaits_approval',
  passkey_refused: 'passkey_refused',
  passkey_unverified: 'passkey_unverified',
  passkey_expired: 'passkey_expired',
  password_too_long: 'password_too_long',
  too_many_attempts: 'too_many_attempts',
  hashing_busy: 'busy',
};

function explain(error: unknown): Outcome {
  const problem = error instanceof DomainError ? problemOf[error.code] : undefined;
  if (problem === undefined) throw error;
  return { problem, retryAfterSeconds: (error as DomainError).retryAfterSeconds };
}

function missingField(login: string, password: string): LoginProblem | undefined {
  if (login === '') return 'missing_login';
  return password === '' ? 'missing_password' : undefined;
}

/** Why a user who is signed in sees this page; they may also have come by themselves, to use another account. */
function hintOf({ prompt, session }: Interaction): LoginPage['hint'] {
  if (session === undefined || prompt.name !== 'login') return undefined;
  return prompt.reasons.includes('other_account') ? 'other_account' : 'sign_in_again';
}

/** Whoever only enters the password again need not type who they are. */
function firstLogin(hint: LoginPage['hint'], current: Account | undefined): string {
  return hint === 'sign_in_again' && current !== undefined ? current.email : '';
}

export const MAX_LOGIN_CHARACTERS = 320;

/** What was typed or hinted, and what was ticked. */
interface Filled {
  /** Undefined where nothing was: the page may begin with the account that is signed in. */
  readonly login: string | undefined;
  readonly isRemembered?: boolean;
}

/** Of a form of the page: with the password, or with a passkey. */
export function readFilled(form: Form) {
  return {
    login: withoutInvisibleEnds(form.get('login') ?? '').slice(0, MAX_LOGIN_CHARACTERS),
    isRemembered: form.get('remember') === 'yes',
  };
}

export interface LoginDeps {
  readonly accounts: AccountStore;
  readonly hasher: PasswordHasher;
  readonly throttle: SignInBudgets;
  readonly deviceCookie: DeviceCookie;
  readonly completion: Pick<SignInCompletion, 'complete'>;
  /** Undefined where browsers take none. */
  readonly passkeys: Pick<Passkeys, 'signInOptions'> | undefined;
  readonly clock: Clock;
  readonly pages: Pages;
  /** False where no mail is sent. */
  readonly canRecover: boolean;
  readonly offersRegistration: boolean;
  /** SIGN_IN_BY_MAIL. */
  readonly offersMailedCode: boolean;
  readonly isRememberedByDefault: boolean;
}

/** What holds for the session that there is, else the setting. */
export function isRememberedAtFirst(ctx: Context, setting: Pick<LoginDeps, 'isRememberedByDefault'>): boolean {
  const { accountId, transient } = requestOf(ctx).session?.document.state ?? {};
  return accountId === undefined ? setting.isRememberedByDefault : transient !== true;
}

export interface Login extends StepHandlers {
  /** For an account that was chosen: its password is asked for. */
  showFor(ctx: Context, step: Step, login: string): Promise<void>;
  /** Shows it again, with what is wrong; throws what is not the user's doing. */
  explain(ctx: Context, step: Step, filled: Filled, error: unknown): Promise<void>;
  /** After the first proof, by whichever means: unless the app demands another account. */
  goOn(ctx: Context, step: Step, proven: Proven): Promise<void>;
}

export function createLogin(deps: LoginDeps): Login {
  const { accounts, hasher, throttle, deviceCookie, completion, passkeys, clock, pages } = deps;
  const { canRecover, offersRegistration, offersMailedCode } = deps;

  /** Where the app demands one account, no other is offered: it would be refused. */
  function waysOf(ctx: Context, { page, interaction }: Step, current: Account | undefined) {
    const { params } = interaction;
    const cameFrom = { clientId: clientIdOf(interaction), signIn: interaction.uid };
    const isChoice = !isAccountDemanded(params);
    const isAnyKnown = current !== undefined || deviceCookie.read(ctx) !== undefined;
    const canSwitch = current !== undefined && (isChoice || !isDemandedAccount(params, current.id));
    return {
      signedInAs: canSwitch ? current.email : undefined,
      chooseHref: isChoice && isAnyKnown ? page('account').action : undefined,
      recoverHref: canRecover ? recoverAddress(cameFrom) : undefined,
      mailedCodeHref: offersMailedCode ? page('mailed_code').action : undefined,
      registerHref: isChoice && offersRegistration ? page('register').action : undefined,
    };
  }

  async function show(
    ctx: Context,
    step: Step,
    { login, isRemembered = isRememberedAtFirst(ctx, deps) }: Filled,
    outcome: Outcome = {},
  ): Promise<void> {
    const { page, client, interaction } = step;
    const { problem, retryAfterSeconds } = outcome;
    const hint = outcome.expected === undefined ? hintOf(interaction) : undefined;
    const current = await currentAccount(step, deps);
    const app = { clientName: clientName(client), clientLogoUri: shownLogo(ctx, client) };
    if (retryAfterSeconds !== undefined) ctx.set('Retry-After', String(retryAfterSeconds));
    const status = problem === undefined ? 200 : displays[problem].status;
    const ways = waysOf(ctx, step, current);
    const filled = { login: login ?? firstLogin(hint, current), isRemembered };
    const passkey = passkeys && {
      action: page('passkey').action,
      options: passkeys.signInOptions(interaction.uid),
    };
    pages.show(ctx, loginPage({ ...page('login'), ...app, ...ways, ...outcome, hint, ...filled, passkey }), status);
  }

  /**
   * Another account signed in. No session starts; an existing one stays. The required account is named only to a browser that has
   * its session, and read from there: a request may name any account (OIDC Core 5.5.1).
   */
  async function showOtherAccount(ctx: Context, step: Step, { account, isRemembered }: Proven): Promise<void> {
    noteFor(ctx)('sign_in.refused', 'other_account', { accountId: account.id });
    const known = await currentAccount(step, deps);
    if (known === undefined || !isDemandedAccount(step.interaction.params, known.id))
      return show(ctx, step, { login: '', isRemembered }, { problem: 'other_account' });
    return show(
      ctx,
      step,
      { login: known.email, isRemembered },
      { problem: 'expected_account', expected: known.email },
    );
  }

  async function goOn(ctx: Context, step: Step, proven: Proven): Promise<void> {
    if (!isDemandedAccount(step.interaction.params, proven.account.id)) return showOtherAccount(ctx, step, proven);
    return completion.complete(ctx, step.interaction, proven);
  }

  return {
    goOn,
    explain: (ctx, step, filled, error) => show(ctx, step, filled, explain(error)),

    // Whoever wants another account than those that are offered is not the one whom the app hints at.
    show: (ctx, step) =>
      show(ctx, step, {
        login: ctx.query.account === 'other' ? '' : textParameter(step.interaction, 'login_hint'),
      }),

    showFor: (ctx, step, login) => show(ctx, step, { login }),

    async post(ctx, step) {
      const { login, isRemembered } = readFilled(step.form);
      const password = step.form.get('password') ?? '';
      const problem = missingField(login, password);
      if (problem !== undefined) return show(ctx, step, { login, isRemembered }, { problem });

      const device = deviceCookie.read(ctx);
      const begunAt = clock.now();
      let authenticated: Authenticated;
      try {
        authenticated = await authenticate(
          { login, password, address: ctx.ip, device },
          { accounts, hasher, throttle, clock, note: noteFor(ctx) },
        );
      } catch (error) {
        return show(ctx, step, { login, isRemembered }, explain(error));
      }
      const provenAt = provenSecond(authenticated.account, begunAt);
      const proof = { provenAt, isRemembered, level: passwordLevel, amr: ['pwd'], by: 'password' } as const;
      await goOn(ctx, step, { ...authenticated, ...proof });
    },
  };
}
