/**
 * The pages of the link that proves an address: one button; then, in any other browser than the one that began, the code for that
 * one, and a form for whoever does not have it any more.
 */
import type { Context, Middleware } from 'koa';
import type { Terms } from '../../config/config.ts';
import { linkRules } from '../../domain/links/links.ts';
import type { ShownCode } from '../../domain/registration/confirmation-code.ts';
import type { Registrations } from '../../domain/registration/registrations.ts';
import type { Clock } from '../../ports/clock.ts';
import { isBoundBrowser } from '../../provider/protection/browser-binding.ts';
import { requestOf } from '../../provider/request.ts';
import type { Registration } from '../../storage/mail/registrations.ts';
import type { PageForms } from '../forms/page-forms.ts';
import type { Form } from '../forms/read-form.ts';
import { REGISTER_PATH } from '../links/gone.ts';
import { tokenOf } from '../links/token.ts';
import { type FormProblems, formStatus, shownProblems } from '../pages/form-problems.ts';
import { dictionaryOf, type Language, requestLanguage } from '../pages/language.ts';
import { shownName, shownText } from '../pages/names-and-links.ts';
import { newPasswordField, strengthOfChosen } from '../pages/new-password.ts';
import type { Page, Pages } from '../pages/render.ts';
import { acceptedTerms, termsField } from '../pages/terms.ts';
import type { Outcomes } from './outcome.ts';
import { MOST_SHOWN_CHARACTERS, registrationHindrance, visitOf, withTerms } from './register.ts';

export interface ConfirmPage {
  readonly language: Language;
  readonly email: string;
  readonly appName: string;
  readonly csrfToken: string;
}

export function confirmPage({ language, email, appName, ...form }: ConfirmPage): Page {
  const words = dictionaryOf(language).registration.confirm;
  const explanation = words.explanation(shownText(email), shownName(appName));
  return { view: 'registration/confirm', language, heading: words.heading, explanation, ...form };
}

export interface CodePage {
  readonly language: Language;
  readonly appName: string;
  readonly shown: ShownCode;
  readonly name: string;
  readonly csrfToken: string;
  readonly terms: Terms | undefined;
  /** Of whoever registers. */
  readonly email: string;
  /** What was sent before: how strong it looks is told. */
  readonly password?: string | undefined;
  readonly problems?: FormProblems | undefined;
}

export function codePage(page: CodePage): Page {
  const { language, appName, shown, name, csrfToken, terms, email, password } = page;
  const words = dictionaryOf(language).registration.code;
  const problems = shownProblems(language, page.problems);
  return {
    view: 'registration/code',
    language,
    heading: words.heading,
    ...problems,
    problemHeading: dictionaryOf(language).registration.problemHeading,
    explanation: words.explanation(shownName(appName)),
    code: shown.code,
    secret: shown.secret,
    action: linkRules.confirm_registration.path,
    csrfToken,
    name,
    newPassword: newPasswordField(language, {
      ...{ password, known: [email], typed: [name] },
      problem: problems.problemOf.password,
    }),
    terms: termsField(language, terms, problems.problemOf.terms),
  };
}

export interface ConfirmDeps {
  readonly registrations: Registrations;
  readonly forms: PageForms;
  readonly outcomes: Outcomes;
  readonly clock: Clock;
  readonly terms: Terms | undefined;
  readonly pages: Pages;
  appNameOf(app: Pick<Registration, 'clientId' | 'language'>): Promise<string>;
}

export interface Confirm {
  readonly show: Middleware;
  readonly post: Middleware;
  /** The address that the form for a new password posts to. */
  readonly showGone: Middleware;
  readonly postPassword: Middleware;
}

export function createConfirm(deps: ConfirmDeps): Confirm {
  const { registrations, forms, outcomes, clock, terms, pages, appNameOf } = deps;
  const showDead = (ctx: Context): Promise<void> => outcomes.showGone(ctx);

  interface Shown extends Partial<Pick<CodePage, 'name' | 'password' | 'problems'>> {
    readonly shown: ShownCode;
  }

  async function showCode(ctx: Context, registration: Registration, shown: Shown): Promise<void> {
    requestOf(ctx).clientId = registration.clientId;
    const language = requestLanguage(ctx, registration.language);
    const page: CodePage = {
      language,
      appName: await appNameOf({ clientId: registration.clientId, language }),
      // Not what was typed where it began: that may be anybody's.
      name: '',
      email: registration.email,
      csrfToken: forms.tokenFor(),
      terms,
      ...shown,
    };
    pages.show(ctx, codePage(page), formStatus(ctx, shown.problems));
  }

  async function choose(
    ctx: Context,
    form: Form,
    { registration, shown }: { readonly registration: Registration; readonly shown: ShownCode },
  ): Promise<void> {
    const name = form.get('name') ?? '';
    const password = form.get('password') ?? '';
    const kept = { shown, name: name.slice(0, MOST_SHOWN_CHARACTERS), password };
    const accepted = acceptedTerms(form, terms, clock.now());
    const { email } = registration;
    const read = registrations.read({ email, name, password });
    if ('problems' in read || accepted === 'missing')
      return showCode(ctx, registration, { ...kept, problems: withTerms(read, accepted) });
    try {
      const { registrant } = read;
      const chosen = { registrant, acceptedTerms: accepted };
      const proven = await registrations.choosePassword(registration, chosen, visitOf(ctx));
      if (proven === undefined) return await showDead(ctx);
      return await outcomes.show(ctx, proven, strengthOfChosen(password, [email, name]));
    } catch (error) {
      return showCode(ctx, registration, { ...kept, problems: { hindrance: registrationHindrance(ctx, error) } });
    }
  }

  return {
    async show(ctx) {
      const token = tokenOf(ctx);
      const registration = await registrations.opened(token);
      if (registration === undefined) {
        const made = await registrations.madeBy(token, isBoundBrowser);
        return made === undefined ? showDead(ctx) : outcomes.show(ctx, made);
      }
      const language = requestLanguage(ctx, registration.language);
      const page: ConfirmPage = {
        language,
        email: registration.email,
        appName: await appNameOf({ clientId: registration.clientId, language }),
        csrfToken: forms.tokenFor(),
      };
      return pages.show(ctx, confirmPage(page));
    },

    post: forms.posted(
      (ctx) => ctx.path,
      async (ctx) => {
        const confirmed = await registrations.confirm(tokenOf(ctx), isBoundBrowser, visitOf(ctx));
        if (confirmed === undefined) return showDead(ctx);
        if ('shown' in confirmed) return showCode(ctx, confirmed.registration, { shown: confirmed.shown });
        return outcomes.finishHere(ctx, confirmed);
      },
    ),

    showGone: showDead,

    postPassword: forms.posted(
      () => REGISTER_PATH,
      async (ctx, form) => {
        const found = await registrations.findBySecret(form.get('secret') ?? '');
        if (found === undefined) return showDead(ctx);
        if (!('shown' in found)) return outcomes.show(ctx, found);
        return choose(ctx, form, found);
      },
    ),
  };
}
