/** The page on which somebody registers inside a sign-in: address, name, password, and the terms where there are some. */
import type { Context } from 'koa';
import type { Terms } from '../../config/config.ts';
import { DomainError } from '../../domain/domain-error.ts';
import type { Visit } from '../../domain/registration/made-accounts.ts';
import type { RegistrantProblems } from '../../domain/registration/registrant.ts';
import type { Registrations } from '../../domain/registration/registrations.ts';
import type { Clock } from '../../ports/clock.ts';
import { clientIdOf, textParameter } from '../../provider/interactions.ts';
import { isAccountDemanded } from '../../provider/policy/demands.ts';
import { browserToBind, isBoundBrowser } from '../../provider/protection/browser-binding.ts';
import { noteFor } from '../../provider/request.ts';
import type { KeyedHash } from '../../storage/encryption/keyed-hash.ts';
import type { AcceptedTerms } from '../../storage/records/accounts.ts';
import type { PostedStep, Step, StepHandlers, StepPage } from '../interactions/step.ts';
import { dictionaryOf, type Language, waitingTime } from '../pages/language.ts';
import { appTile, clientName, shownLogo } from '../pages/names-and-links.ts';
import { newPasswordField, passwordProblems } from '../pages/new-password.ts';
import type { Page, Pages } from '../pages/render.ts';
import { acceptedTerms, termsField } from '../pages/terms.ts';
import { closedPage } from './outcome.ts';

/** What is wrong with the form, beside its fields. */
export interface FormProblems extends RegistrantProblems {
  readonly isTermsMissing?: boolean;
}

/** What keeps the form from being handled. */
export interface Hindrance {
  readonly code: 'too_many_attempts' | 'busy';
  readonly retryAfterSeconds: number | undefined;
}

export interface RegisterPage extends StepPage {
  readonly clientName: string;
  readonly clientLogoUri?: string | undefined;
  readonly loginHref: string;
  /** What was typed or hinted; the password never comes back. */
  readonly email: string;
  readonly name: string;
  readonly terms: Terms | undefined;
  readonly problems?: FormProblems | undefined;
  readonly hindrance?: Hindrance | undefined;
}

/** In the order of the fields. */
function fieldProblems(language: Language, { email, name, password, isTermsMissing }: FormProblems) {
  const { problems } = dictionaryOf(language).registration;
  const words = dictionaryOf(language);
  const passwordCode = password && passwordProblems[password];
  return [
    ...(email === undefined ? [] : [{ field: 'email', code: email, message: problems[email] }]),
    ...(name === undefined ? [] : [{ field: 'name', code: name, message: problems[name] }]),
    ...(passwordCode === undefined
      ? []
      : [{ field: 'password', code: passwordCode, message: words.newPassword.problems[passwordCode] }]),
    ...(isTermsMissing ? [{ field: 'terms', code: 'terms_missing', message: words.terms.missing }] : []),
  ];
}

/** What the views of this folder show above and beside the fields of a form that was not accepted. */
export function shownProblems(
  language: Language,
  {
    problems = {},
    hindrance,
  }: { readonly problems?: FormProblems | undefined; readonly hindrance?: Hindrance | undefined },
) {
  const words = dictionaryOf(language).registration;
  const fields = fieldProblems(language, problems);
  const message = hindrance && words.problems[hindrance.code](waitingTime(language, hindrance.retryAfterSeconds));
  return {
    isProblem: fields.length > 0 || hindrance !== undefined,
    problems: fields,
    problemOf: Object.fromEntries(fields.map((problem) => [problem.field, problem])),
    hindrance: hindrance && { code: hindrance.code, message },
  };
}

export function registerPage(page: RegisterPage): Page {
  const { language, action, abortAction, csrfToken, email, name, loginHref, terms, problems = {} } = page;
  const words = dictionaryOf(language).registration;
  const app = appTile(page.clientName, page.clientLogoUri);
  return {
    view: 'registration/register',
    language,
    heading: words.heading(app.name),
    ...shownProblems(language, page),
    app,
    action,
    abortAction,
    csrfToken,
    email,
    name,
    loginHref,
    newPassword: newPasswordField(language, problems.password && passwordProblems[problems.password]),
    terms: termsField(language, terms, problems.isTermsMissing),
    cancel: dictionaryOf(language).login.cancel(app.name),
  };
}

/** The error of a budget or the queue, and undefined for any other. */
export function hindranceOf(error: unknown): Hindrance | undefined {
  if (!(error instanceof DomainError)) return undefined;
  const { code, retryAfterSeconds } = error;
  if (code === 'too_many_attempts') return { code, retryAfterSeconds };
  return code === 'hashing_busy' ? { code: 'busy', retryAfterSeconds } : undefined;
}

/** Sets `Retry-After` and notes it; returns the status. */
export function hinder(ctx: Context, { code, retryAfterSeconds }: Hindrance): 429 | 503 {
  noteFor(ctx)('registration.throttled', code);
  if (retryAfterSeconds !== undefined) ctx.set('Retry-After', String(retryAfterSeconds));
  return code === 'busy' ? 503 : 429;
}

/** `read` are the terms as the form had them. */
export function withTerms(
  problems: RegistrantProblems | undefined,
  read: AcceptedTerms | 'missing' | undefined,
): FormProblems | undefined {
  if (read !== 'missing') return problems;
  return { ...problems, isTermsMissing: true };
}

export function visitOf(ctx: Context): Visit {
  return { address: ctx.ip, note: noteFor(ctx) };
}

/** Longer than any that is accepted: more need not come back to the page. */
const MOST_SHOWN_CHARACTERS = 320;

export interface RegisterDeps {
  readonly registrations: Registrations;
  readonly keyedHash: KeyedHash;
  readonly clock: Clock;
  readonly terms: Terms | undefined;
  readonly pages: Pages;
  /** Where whoever began waits for the mail. */
  waitingAddress(signIn: string, clientId: string): string;
}

export function createRegister(deps: RegisterDeps) {
  const { registrations, keyedHash, clock, terms, pages, waitingAddress } = deps;

  interface Shown extends Pick<RegisterPage, 'email' | 'name' | 'problems' | 'hindrance'> {
    readonly status?: number;
  }

  function show(ctx: Context, { page, client }: Step, { status = 200, ...shown }: Shown): void {
    const app = { clientName: clientName(client), clientLogoUri: shownLogo(ctx, client) };
    const loginHref = page('login').action;
    pages.show(ctx, registerPage({ ...page('register'), ...app, ...shown, loginHref, terms }), status);
  }

  function showClosed(ctx: Context, { page }: Step): void {
    const { language, action } = page('login');
    pages.show(ctx, closedPage(language, action), 403);
  }

  /** Nobody can make the account that the app demands. */
  function leaveToLogin(ctx: Context, { page }: Step): void {
    ctx.set('Cache-Control', 'no-store');
    ctx.redirect(page('login').action);
    ctx.status = 303;
  }

  function showEmpty(ctx: Context, step: Step): void {
    show(ctx, step, { email: textParameter(step.interaction, 'login_hint') ?? '', name: '' });
  }

  /** Undefined where somebody can register. */
  function refused(step: Step): typeof showClosed | undefined {
    if (!registrations.isOffered) return showClosed;
    return isAccountDemanded(step.interaction.params) ? leaveToLogin : undefined;
  }

  return {
    show: (ctx, step) => (refused(step) ?? showEmpty)(ctx, step),

    /** With what was typed before: the way back from the page on which the mail is waited for. */
    async showAgain(ctx: Context, step: Step): Promise<void> {
      const refuse = refused(step);
      if (refuse !== undefined) return refuse(ctx, step);
      const begun = await registrations.find(step.interaction.uid, isBoundBrowser);
      if (begun === undefined) return showEmpty(ctx, step);
      return show(ctx, step, { email: begun.email, name: begun.name ?? '' });
    },

    async post(ctx: Context, step: PostedStep): Promise<void> {
      const refuse = refused(step);
      if (refuse !== undefined) return refuse(ctx, step);
      const { form, interaction, page } = step;
      const typed = {
        email: form.get('email') ?? '',
        name: form.get('name') ?? '',
        password: form.get('password') ?? '',
      };
      const kept = {
        email: typed.email.slice(0, MOST_SHOWN_CHARACTERS),
        name: typed.name.slice(0, MOST_SHOWN_CHARACTERS),
      };
      const read = registrations.read(typed);
      const accepted = acceptedTerms(form, terms, clock.now());
      const problems = withTerms('problems' in read ? read.problems : undefined, accepted);
      if ('problems' in read || accepted === 'missing') return show(ctx, step, { ...kept, problems, status: 400 });

      const { uid: signIn } = interaction;
      const clientId = clientIdOf(interaction);
      const origin = { signIn, browser: browserToBind(keyedHash), clientId, language: page('register').language };
      try {
        const { registrant } = read;
        await registrations.begin({ ...origin, registrant, acceptedTerms: accepted }, visitOf(ctx));
      } catch (error) {
        const hindrance = hindranceOf(error);
        if (hindrance === undefined) throw error;
        return show(ctx, step, { ...kept, hindrance, status: hinder(ctx, hindrance) });
      }
      ctx.set('Cache-Control', 'no-store');
      ctx.redirect(waitingAddress(signIn, clientId));
      ctx.status = 303;
      return undefined;
    },
  } satisfies StepHandlers & { showAgain: StepHandlers['show'] };
}
