/** The page on which somebody registers inside a sign-in: address, name, password, and the terms where there are some. */
import type { Context } from 'koa';
import type { Terms } from '../../config/config.ts';
import type { Visit } from '../../domain/registration/made-accounts.ts';
import type { Registrations } from '../../domain/registration/registrations.ts';
import type { Clock } from '../../ports/clock.ts';
import { clientIdOf, textParameter } from '../../provider/interactions.ts';
import { isAccountDemanded } from '../../provider/policy/demanded-account.ts';
import { browserToBind, isBoundBrowser } from '../../provider/protection/browser-binding.ts';
import { noteFor } from '../../provider/request.ts';
import type { KeyedHash } from '../../storage/encryption/keyed-hash.ts';
import type { AcceptedTerms, AccountStore } from '../../storage/records/accounts.ts';
import { currentAccount } from '../interactions/current-account.ts';
import type { PostedStep, Step, StepHandlers, StepPage } from '../interactions/step.ts';
import { type FormProblems, formStatus, type Hindrance, hindranceOf, shownProblems } from '../pages/form-problems.ts';
import { dictionaryOf } from '../pages/language.ts';
import { appTile, clientName, shownLogo, shownText } from '../pages/names-and-links.ts';
import { newPasswordField, strengthOfChosen } from '../pages/new-password.ts';
import type { Page, Pages } from '../pages/render.ts';
import { acceptedTerms, termsField } from '../pages/terms.ts';
import { seeOther } from '../see-other.ts';
import { closedPage } from './outcome.ts';

export interface RegisterPage extends StepPage {
  readonly clientName: string;
  readonly clientLogoUri?: string | undefined;
  readonly loginHref: string;
  /** What was typed or hinted; the password never comes back. */
  readonly email: string;
  readonly name: string;
  readonly terms: Terms | undefined;
  /** What was sent before: how strong it looks is told. */
  readonly password?: string | undefined;
  readonly problems?: FormProblems | undefined;
  /** Who is signed out where the new account signs in. */
  readonly signedInAs?: string | undefined;
}

export function registerPage(page: RegisterPage): Page {
  const { language, action, abortAction, csrfToken, email, name, loginHref, terms, password, signedInAs } = page;
  const words = dictionaryOf(language).registration;
  const app = appTile(page.clientName, page.clientLogoUri);
  const problems = shownProblems(language, page.problems);
  return {
    view: 'registration/register',
    language,
    heading: words.heading(app.name),
    ...problems,
    problemHeading: words.problemHeading,
    switching: signedInAs && words.switching(shownText(signedInAs)),
    app,
    action,
    abortAction,
    csrfToken,
    email,
    name,
    loginHref,
    newPassword: newPasswordField(language, { password, typed: [email, name], problem: problems.problemOf.password }),
    terms: termsField(language, terms, problems.problemOf.terms),
    cancel: dictionaryOf(language).login.cancel(app.name),
  };
}

/** Notes it as well; anything but a hindrance is thrown on. */
export function registrationHindrance(ctx: Context, error: unknown): Hindrance {
  const hindrance = hindranceOf(error);
  if (hindrance === undefined) throw error;
  noteFor(ctx)('registration.throttled', hindrance.code);
  return hindrance;
}

/** What is wrong with what was read, and with the terms as the form had them. */
export function withTerms(
  read: ReturnType<Registrations['read']>,
  accepted: AcceptedTerms | 'missing' | undefined,
): FormProblems {
  return {
    ...('problems' in read && read.problems),
    ...(accepted === 'missing' && { terms: 'terms_missing' as const }),
  };
}

export function visitOf(ctx: Context): Visit {
  return { address: ctx.ip, note: noteFor(ctx) };
}

/** Longer than any that is accepted: more need not come back to the page. */
export const MOST_SHOWN_CHARACTERS = 320;

export interface RegisterDeps {
  readonly accounts: Pick<AccountStore, 'get'>;
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

  type Shown = Pick<RegisterPage, 'email' | 'name' | 'password' | 'problems'>;

  async function show(ctx: Context, step: Step, shown: Shown): Promise<void> {
    const { page, client } = step;
    const signedInAs = (await currentAccount(step, deps))?.email;
    const app = { clientName: clientName(client), clientLogoUri: shownLogo(ctx, client) };
    const loginHref = page('login').action;
    pages.show(
      ctx,
      registerPage({ ...page('register'), ...app, ...shown, loginHref, terms, signedInAs }),
      formStatus(ctx, shown.problems),
    );
  }

  function showClosed(ctx: Context, { page }: Step): void {
    const { language, action } = page('login');
    pages.show(ctx, closedPage(language, action), 403);
  }

  /** Nobody can make the account that the app demands. */
  function leaveToLogin(ctx: Context, { page }: Step): void {
    seeOther(ctx, page('login').action);
  }

  function showEmpty(ctx: Context, step: Step): Promise<void> {
    return show(ctx, step, { email: textParameter(step.interaction, 'login_hint') ?? '', name: '' });
  }

  /** Undefined where somebody can register. */
  function refused(step: Step): ((ctx: Context, step: Step) => void) | undefined {
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
        password: typed.password,
      };
      const read = registrations.read(typed);
      const accepted = acceptedTerms(form, terms, clock.now());
      if ('problems' in read || accepted === 'missing')
        return show(ctx, step, { ...kept, problems: withTerms(read, accepted) });

      const { uid: signIn } = interaction;
      const clientId = clientIdOf(interaction);
      const origin = { signIn, browser: browserToBind(keyedHash), clientId, language: page('register').language };
      try {
        const { registrant } = read;
        await registrations.begin({ ...origin, registrant, acceptedTerms: accepted }, visitOf(ctx));
      } catch (error) {
        return show(ctx, step, { ...kept, problems: { hindrance: registrationHindrance(ctx, error) } });
      }
      const strength = strengthOfChosen(typed.password, [typed.email, typed.name]);
      return seeOther(ctx, `${waitingAddress(signIn, clientId)}&strength=${strength}`);
    },
  } satisfies StepHandlers & { showAgain: StepHandlers['show'] };
}
