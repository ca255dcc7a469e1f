/** Signing in by a mailed code instead of the password: a page that asks whose account it is, and one for the code. */
import type { Context } from 'koa';
import { DomainError } from '../../domain/domain-error.ts';
import { passwordLevel } from '../../domain/factors/levels.ts';
import type { UsedCode } from '../../domain/factors/sent-codes.ts';
import type { SignInByMail } from '../../domain/factors/sign-in-by-mail.ts';
import type { Clock } from '../../ports/clock.ts';
import { textParameter } from '../../provider/interactions.ts';
import { noteFor } from '../../provider/request.ts';
import type { AccountStore } from '../../storage/records/accounts.ts';
import { withoutInvisibleEnds } from '../../storage/records/canonical-identifier.ts';
import { provenSecond } from '../interactions/complete-sign-in.ts';
import { currentAccount } from '../interactions/current-account.ts';
import type { DeviceCookie } from '../interactions/device-cookie.ts';
import { isRememberedAtFirst, type Login, MAX_LOGIN_CHARACTERS } from '../interactions/login.ts';
import type { PostedStep, Step, StepHandlers, StepPage } from '../interactions/step.ts';
import { dictionaryOf, type Language, messageWithWait } from '../pages/language.ts';
import { type MailSentOptions, type MailState, mailSent } from '../pages/mail-sent.ts';
import { appTile, clientName, shownLogo, shownText } from '../pages/names-and-links.ts';
import type { Page, Pages } from '../pages/render.ts';
import type { Dictionary } from '../pages/words/en.ts';
import { seeOther } from '../see-other.ts';

type MailedCodeProblem = keyof Dictionary['mailedCode']['problems'];

interface Problem {
  readonly problem?: MailedCodeProblem | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

interface AppOf {
  readonly clientName: string;
  readonly clientLogoUri?: string | undefined;
}

export interface AskPage extends StepPage, AppOf, Problem {
  /** As it was typed or hinted. */
  readonly login: string;
  readonly passwordHref: string;
}

export interface EnterPage extends StepPage, AppOf, Problem {
  /** For whom the code was asked for, whether there is such an account. */
  readonly login: string;
  readonly isRemembered: boolean;
  /** What has just become of asking once more. */
  readonly again?: keyof Dictionary['mailedCode']['again'] | undefined;
  readonly againAction: string;
  /** Back to the form for the address. */
  readonly askHref: string;
  readonly passwordHref: string;
  readonly sent: MailSentOptions;
}

const displays: Readonly<Record<MailedCodeProblem, { readonly status: number; readonly field?: 'email' | 'code' }>> = {
  missing_login: { status: 400, field: 'email' },
  missing_code: { status: 400, field: 'code' },
  code_wrong: { status: 400, field: 'code' },
  code_gone: { status: 400 },
  too_many_attempts: { status: 429 },
};

function shownProblem(language: Language, { problem, retryAfterSeconds }: Problem) {
  if (problem === undefined) return undefined;
  const message = dictionaryOf(language).mailedCode.problems[problem];
  const shown = messageWithWait(message, language, retryAfterSeconds);
  return { code: problem, message: shown, field: displays[problem].field };
}

function shared(page: AskPage | EnterPage) {
  const { language, action, abortAction, csrfToken, passwordHref } = page;
  const app = appTile(page.clientName, page.clientLogoUri);
  const cancel = dictionaryOf(language).login.cancel(app.name);
  const problem = shownProblem(language, page);
  return { language, app, action, abortAction, csrfToken, passwordHref, cancel, problem, isProblem: Boolean(problem) };
}

export function askPage(page: AskPage): Page {
  const { heading } = dictionaryOf(page.language).mailedCode;
  return { view: 'mailed-code/ask', heading, ...shared(page), login: page.login };
}

/** The same whatever was entered. */
export function enterPage(page: EnterPage): Page {
  const { language, login, isRemembered, again, againAction, askHref, sent } = page;
  const words = dictionaryOf(language).mailedCode;
  return {
    view: 'mailed-code/enter',
    heading: words.enterHeading,
    ...shared(page),
    ...{ login, isRemembered, againAction, askHref },
    explanation: words.explanation(shownText(login)),
    again: again && words.again[again],
    mailSent: mailSent(language, sent),
  };
}

const problemOf: Readonly<Partial<Record<DomainError['code'], MailedCodeProblem>>> = {
  code_wrong: 'code_wrong',
  code_gone: 'code_gone',
  too_many_attempts: 'too_many_attempts',
};

function explain(error: unknown): Problem {
  const problem = error instanceof DomainError ? problemOf[error.code] : undefined;
  if (problem === undefined) throw error;
  return { problem, retryAfterSeconds: (error as DomainError).retryAfterSeconds };
}

export interface MailedCodeDeps {
  readonly signInByMail: SignInByMail;
  readonly accounts: Pick<AccountStore, 'get'>;
  readonly login: Pick<Login, 'goOn'>;
  readonly deviceCookie: Pick<DeviceCookie, 'read'>;
  readonly mailState: MailState;
  readonly clock: Clock;
  readonly pages: Pages;
  readonly isRememberedByDefault: boolean;
}

/** Whose account it is, and what was mailed there. */
export interface MailedCode {
  readonly ask: StepHandlers;
  readonly enter: StepHandlers;
}

export function createMailedCode(deps: MailedCodeDeps): MailedCode {
  const { signInByMail, login, deviceCookie, mailState, clock, pages } = deps;

  const appOf = (ctx: Context, { client }: Step): AppOf => ({
    clientName: clientName(client),
    clientLogoUri: shownLogo(ctx, client),
  });

  function show(ctx: Context, page: Page, { problem, retryAfterSeconds }: Problem): void {
    if (retryAfterSeconds !== undefined) ctx.set('Retry-After', String(retryAfterSeconds));
    pages.show(ctx, page, problem === undefined ? 200 : displays[problem].status);
  }

  function showAsk(ctx: Context, step: Step, typed: string, problem: Problem = {}): void {
    const passwordHref = step.page('login').action;
    const page = { ...step.page('mailed_code'), ...appOf(ctx, step), ...problem, login: typed, passwordHref };
    show(ctx, askPage(page), problem);
  }

  async function showEnter(
    ctx: Context,
    step: Step,
    shown: Problem & Pick<EnterPage, 'login' | 'again'> & { readonly isRemembered?: boolean },
  ): Promise<void> {
    const askHref = step.page('mailed_code').action;
    const page: EnterPage = {
      ...step.page('mailed_code.enter'),
      ...appOf(ctx, step),
      isRemembered: isRememberedAtFirst(ctx, deps),
      ...shown,
      ...{ askHref, againAction: askHref, passwordHref: step.page('login').action },
      sent: await mailState(),
    };
    show(ctx, enterPage(page), shown);
  }

  /** What was hinted, or whoever is signed in; else what was typed here before. */
  async function firstLogin(step: Step): Promise<string> {
    const hinted = textParameter(step.interaction, 'login_hint');
    const asked = hinted ?? (await signInByMail.loginOf(step.interaction.uid));
    return asked ?? (await currentAccount(step, deps))?.email ?? '';
  }

  async function prove(ctx: Context, step: PostedStep, typed: string): Promise<UsedCode> {
    const guess = { interactionUid: step.interaction.uid, typed, address: ctx.ip, device: deviceCookie.read(ctx) };
    return signInByMail.prove(guess, noteFor(ctx));
  }

  return {
    ask: {
      show: async (ctx, step) => showAsk(ctx, step, await firstLogin(step)),

      async post(ctx, step) {
        const typed = withoutInvisibleEnds(step.form.get('email') ?? '').slice(0, MAX_LOGIN_CHARACTERS);
        if (typed === '') return showAsk(ctx, step, '', { problem: 'missing_login' });
        const { action, language } = step.page('mailed_code.enter');
        const request = { interactionUid: step.interaction.uid, login: typed, language, address: ctx.ip };
        try {
          const again = await signInByMail.request(request, noteFor(ctx));
          return seeOther(ctx, again === undefined ? action : `${action}&again=${again}`);
        } catch (error) {
          const problem = explain(error);
          noteFor(ctx)('request.throttled', 'mailed_link', { endpoint: 'mailed_code' });
          return showAsk(ctx, step, typed, problem);
        }
      },
    },

    enter: {
      async show(ctx, step) {
        const asked = await signInByMail.loginOf(step.interaction.uid);
        if (asked === undefined) return seeOther(ctx, step.page('mailed_code').action);
        // It only words what has happened already.
        const { again } = ctx.query;
        return showEnter(ctx, step, { login: asked, again: again === 'sent' || again === 'later' ? again : undefined });
      },

      async post(ctx, step) {
        const typed = step.form.get('code') ?? '';
        const isRemembered = step.form.get('remember') === 'yes';
        const fail = async (problem: Problem): Promise<void> => {
          const asked = await signInByMail.loginOf(step.interaction.uid);
          if (asked !== undefined) return showEnter(ctx, step, { login: asked, isRemembered, ...problem });
          return showAsk(ctx, step, await firstLogin(step), { problem: 'code_gone' });
        };
        if (typed.trim() === '') return fail({ problem: 'missing_code' });
        const begunAt = clock.now();
        let used: UsedCode;
        try {
          used = await prove(ctx, step, typed);
        } catch (error) {
          return fail(explain(error));
        }
        const { account, reservation } = used;
        const provenAt = provenSecond(account, begunAt);
        const proof = { provenAt, isRemembered, level: passwordLevel, amr: ['mca'], by: 'mailed_code' } as const;
        await login.goOn(ctx, step, { account, reservation, ...proof });
      },
    },
  };
}
