/** The page of a mailed link on which somebody chooses a new password. It signs nobody in. */
import type { RouterContext } from '@koa/router';
import type { Context, Middleware } from 'koa';
import { DomainError } from '../../domain/domain-error.ts';
import { ACCOUNT_PATH } from '../../domain/links/links.ts';
import {
  type CameFrom,
  completeReset,
  type OpenReset,
  openReset,
  type ResetDeps,
} from '../../domain/recovery/recovery.ts';
import type { ClientCache } from '../../provider/adapter/clients.ts';
import type { CurrentProvider } from '../../provider/current-provider.ts';
import { findInteractionBehind } from '../../provider/interactions.ts';
import { isBoundBrowser } from '../../provider/protection/browser-binding.ts';
import { noteFor } from '../../provider/request.ts';
import type { PageForms } from '../forms/page-forms.ts';
import { dictionaryOf, type Language, requestLanguage, waitingTime } from '../pages/language.ts';
import { type MailSentOptions, type MailState, mailSent } from '../pages/mail-sent.ts';
import { type BackTo, inLanguage, shownName, shownText, wayBackTo, webLink } from '../pages/names-and-links.ts';
import { type NewPasswordProblem, newPasswordField, passwordProblems } from '../pages/new-password.ts';
import type { Page, Pages } from '../pages/render.ts';
import { recoverAddress } from '../recovery/recover.ts';
import { showGone } from './gone.ts';
import { tokenOf } from './token.ts';

/** The token is nowhere on the page: its form posts to the address that is open. */
const SAME_ADDRESS = '';

export type ResetProblem = NewPasswordProblem | 'missing' | { readonly busySeconds: number | undefined };

export interface ResetPage {
  readonly language: Language;
  readonly csrfToken: string;
  /** Of the account. */
  readonly email: string;
  readonly problem?: ResetProblem | undefined;
}

function describe(problem: ResetProblem, language: Language) {
  const { reset, newPassword } = dictionaryOf(language);
  if (typeof problem === 'object')
    return { code: 'busy', message: reset.busy(waitingTime(language, problem.busySeconds)), isOfField: false };
  const message = problem === 'missing' ? reset.missing : newPassword.problems[problem];
  return { code: problem, message, isOfField: true };
}

export function resetPage({ language, csrfToken, email, problem }: ResetPage): Page {
  const described = problem && describe(problem, language);
  return {
    view: 'links/reset',
    language,
    heading: dictionaryOf(language).reset.heading,
    isProblem: problem !== undefined,
    csrfToken,
    email: shownText(email),
    problem: described,
    newPassword: { ...newPasswordField(language), ...(described?.isOfField && { problem: described }) },
  };
}

/** `back` leads on: to the sign-in, the app, or the account. */
export function resetDonePage(
  language: Language,
  back: { readonly href: string; readonly label: string },
  sent: MailSentOptions,
): Page {
  const { heading } = dictionaryOf(language).reset.done;
  return { view: 'links/reset-done', language, heading, mailSent: mailSent(language, sent, 'notice'), back };
}

export interface ResetPageDeps extends ResetDeps {
  readonly clients: Pick<ClientCache, 'get'>;
  readonly provider: Pick<CurrentProvider, 'current'>;
  readonly forms: PageForms;
  readonly issuer: string;
  readonly mailState: MailState;
  readonly pages: Pages;
}

/** The problem of a password that was not taken; anything else is not the user's doing. */
function problemOf(error: unknown): ResetProblem {
  if (!(error instanceof DomainError)) throw error;
  if (error.code === 'hashing_busy') return { busySeconds: error.retryAfterSeconds };
  const problem = passwordProblems[error.code];
  if (problem === undefined) throw error;
  return problem;
}

export function createReset(deps: ResetPageDeps): { readonly show: Middleware; readonly post: Middleware } {
  const { clients, provider, forms, issuer, mailState, pages } = deps;

  async function appOf(clientId: unknown, language: Language): Promise<BackTo | undefined> {
    const client = typeof clientId === 'string' ? await clients.get(clientId) : undefined;
    return wayBackTo(client && inLanguage(client, language), issuer);
  }

  /** The address of the link names the app, whatever has become of the link. */
  async function showLinkGone(ctx: Context): Promise<void> {
    const { client_id: clientId } = ctx.query;
    const isKnown = typeof clientId === 'string' && (await clients.get(clientId)) !== undefined;
    const backTo = await appOf(clientId, requestLanguage(ctx));
    showGone(ctx, 'reset_password', pages, { again: recoverAddress({ ...(isKnown && { clientId }) }), backTo });
  }

  function showForm(ctx: Context, { account }: OpenReset, problem?: ResetProblem): void {
    const language = requestLanguage(ctx);
    const isBusy = typeof problem === 'object';
    if (isBusy && problem.busySeconds !== undefined) ctx.set('Retry-After', String(problem.busySeconds));
    const status = isBusy ? 503 : 400;
    const page = { language, csrfToken: forms.tokenFor(ctx), email: account.email, problem };
    pages.show(ctx, resetPage(page), problem === undefined ? 200 : status);
  }

  /** To the sign-in, where it lives in this very browser; else where the app lets one begin, its home page, or the account. */
  async function wayOn(ctx: Context, { signIn, clientId }: CameFrom, language: Language) {
    const words = dictionaryOf(language);
    const { signIn: label, toAccount } = words.reset.done;
    const underWay =
      isBoundBrowser(signIn?.browser) && (await findInteractionBehind(provider.current(), signIn?.uid ?? ''));
    if (underWay) {
      const { router } = ctx as unknown as RouterContext;
      const query = { client_id: clientId };
      return { href: String(router.url('interaction', { uid: underWay.uid }, { query })), label };
    }
    const backTo = await appOf(clientId, language);
    const href = webLink(backTo?.href);
    if (backTo === undefined || href === undefined) return { href: ACCOUNT_PATH, label: toAccount };
    return { href, label: words.backTo(shownName(backTo.name)) };
  }

  return {
    async show(ctx) {
      const open = await openReset(tokenOf(ctx), deps);
      return open === undefined ? showLinkGone(ctx) : showForm(ctx, open);
    },

    post: forms.posted(
      () => SAME_ADDRESS,
      async (ctx, form) => {
        const token = tokenOf(ctx);
        const open = await openReset(token, deps);
        if (open === undefined) return showLinkGone(ctx);
        const password = form.get('password') ?? '';
        const language = requestLanguage(ctx);
        try {
          const isDone = await completeReset({ token, open, password, language }, { ...deps, note: noteFor(ctx) });
          if (!isDone) return await showLinkGone(ctx);
        } catch (error) {
          return showForm(ctx, open, password === '' ? 'missing' : problemOf(error));
        }
        const back = await wayOn(ctx, open.cameFrom, language);
        return pages.show(ctx, resetDonePage(language, back, await mailState()));
      },
    ),
  };
}
