/** The page on which whoever began to register waits for the mail: it takes the code that the link shows in another browser. */
import type { Context, Middleware } from 'koa';
import type { Strength } from '../../domain/passwords/strength.ts';
import type { Registrations } from '../../domain/registration/registrations.ts';
import { isBoundBrowser } from '../../provider/protection/browser-binding.ts';
import { requestOf } from '../../provider/request.ts';
import type { Registration } from '../../storage/mail/registrations.ts';
import type { PageForms } from '../forms/page-forms.ts';
import type { Form } from '../forms/read-form.ts';
import type { Steps } from '../interactions/step.ts';
import { formStatus, type Hindrance, shownProblems } from '../pages/form-problems.ts';
import { dictionaryOf, type Language, requestLanguage } from '../pages/language.ts';
import { type MailSentOptions, type MailState, mailSent } from '../pages/mail-sent.ts';
import { shownText } from '../pages/names-and-links.ts';
import { chosenPassword, isStrength } from '../pages/new-password.ts';
import type { Page, Pages } from '../pages/render.ts';
import { seeOther } from '../see-other.ts';
import { closedPage, type Outcomes } from './outcome.ts';
import { registrationHindrance, visitOf } from './register.ts';

export interface WaitingPage {
  readonly language: Language;
  readonly email: string;
  readonly csrfToken: string;
  readonly codeAction: string;
  readonly againAction: string;
  /** Back to the form, with what was typed. */
  readonly correctHref: string;
  readonly loginHref: string;
  readonly problem?: 'missing_code' | 'wrong_code' | 'codes_used_up' | undefined;
  readonly hindrance?: Hindrance | undefined;
  /** The mail was asked for once more. */
  readonly isAgain?: boolean;
  /** Of the password that was just set. */
  readonly strength?: Strength | undefined;
  readonly sent: MailSentOptions;
}

export function waitingPage(page: WaitingPage): Page {
  const { language, email, problem, hindrance, isAgain = false, sent, strength, ...addresses } = page;
  const words = dictionaryOf(language).registration.waiting;
  return {
    view: 'registration/waiting',
    language,
    heading: words.heading,
    isProblem: problem !== undefined || hindrance !== undefined,
    hindrance: shownProblems(language, { hindrance }).hindrance,
    explanation: words.explanation(shownText(email)),
    ...addresses,
    problem: problem && { code: problem, message: words.problems[problem] },
    isAgain,
    mailSent: mailSent(language, sent),
    chosen: chosenPassword(language, strength),
  };
}

/** Below the site. `client_id` stays in it, so that a page that comes too late can still lead back to the app. */
export function waitingAddress(signIn: string, clientId: string, verb = ''): string {
  return `/registration/${encodeURIComponent(signIn)}${verb}?${new URLSearchParams({ client_id: clientId })}`;
}

function interactionAddress(signIn: string, clientId: string, step: 'login' | 'register'): string {
  return `/interaction/${encodeURIComponent(signIn)}/${step}?${new URLSearchParams({ client_id: clientId })}`;
}

export interface WaitingDeps {
  readonly registrations: Registrations;
  readonly steps: Pick<Steps, 'showExpired'>;
  readonly forms: PageForms;
  readonly outcomes: Outcomes;
  readonly mailState: MailState;
  readonly pages: Pages;
}

export interface Waiting {
  readonly show: Middleware;
  /** From the addresses that the forms post to. */
  readonly goBack: Middleware;
  readonly postCode: Middleware;
  readonly postAgain: Middleware;
}

export function createWaiting({ registrations, steps, forms, outcomes, mailState, pages }: WaitingDeps): Waiting {
  type Handle = (ctx: Context, registration: Registration, form: Form) => Promise<void>;

  async function show(
    ctx: Context,
    { signIn, clientId, email, language }: Registration,
    {
      status = 200,
      ...shown
    }: Pick<WaitingPage, 'problem' | 'hindrance' | 'isAgain' | 'strength'> & { readonly status?: number } = {},
  ): Promise<void> {
    const page: WaitingPage = {
      language: requestLanguage(ctx, language),
      email,
      csrfToken: forms.tokenFor(),
      codeAction: waitingAddress(signIn, clientId, '/code'),
      againAction: waitingAddress(signIn, clientId, '/again'),
      correctHref: interactionAddress(signIn, clientId, 'register'),
      loginHref: interactionAddress(signIn, clientId, 'login'),
      ...shown,
      sent: await mailState(),
    };
    pages.show(ctx, waitingPage(page), status);
  }

  /** What was begun in this browser; else the page for a sign-in that is over. */
  async function found(ctx: Context, form: Form, handle: Handle): Promise<void> {
    const registration = await registrations.find(String(ctx.params.uid), isBoundBrowser);
    if (registration === undefined) return steps.showExpired(ctx);
    requestOf(ctx).clientId = registration.clientId;
    // By the button of the link, in another tab.
    const outcome = await registrations.outcomeOf(registration);
    if (outcome !== undefined) return outcomes.showOutcome(ctx, registration, outcome);
    const closed = registrations.closedTo(registration);
    if (closed !== undefined) {
      const { signIn, clientId, language } = registration;
      const loginHref = interactionAddress(signIn, clientId, 'login');
      return pages.show(ctx, closedPage(requestLanguage(ctx, language), loginHref, closed), 403);
    }
    return handle(ctx, registration, form);
  }

  const posted = (handle: Handle): Middleware =>
    forms.posted(
      (ctx) => waitingAddress(String(ctx.params.uid), String(ctx.query.client_id ?? '')),
      (ctx, form) => found(ctx, form, handle),
    );

  return {
    show: (ctx) =>
      found(ctx, new Map(), async (_ctx, registration) => {
        // They only word what has happened already.
        const { mail, strength } = ctx.query;
        return show(ctx, registration, {
          isAgain: mail === 'again',
          strength: isStrength(strength) ? strength : undefined,
        });
      }),

    goBack(ctx) {
      ctx.redirect(waitingAddress(String(ctx.params.uid), String(ctx.query.client_id ?? '')));
      ctx.status = 303;
    },

    postCode: posted(async (ctx, registration, form) => {
      const typed = form.get('code') ?? '';
      if (typed.trim() === '') return show(ctx, registration, { problem: 'missing_code', status: 400 });
      const outcome = await registrations.enterCode(registration, typed, visitOf(ctx));
      if (outcome === 'wrong') return show(ctx, registration, { problem: 'wrong_code', status: 400 });
      if (outcome === 'used_up') return show(ctx, registration, { problem: 'codes_used_up', status: 400 });
      return outcomes.finishHere(ctx, outcome);
    }),

    postAgain: posted(async (ctx, registration) => {
      try {
        await registrations.sendAgain(registration, visitOf(ctx));
      } catch (error) {
        const hindrance = registrationHindrance(ctx, error);
        return show(ctx, registration, { hindrance, status: formStatus(ctx, { hindrance }) });
      }
      const { signIn, clientId } = registration;
      return seeOther(ctx, `${waitingAddress(signIn, clientId)}&mail=again`);
    }),
  };
}
