/** The page of a mailed link on which somebody chooses a new password. It signs nobody in. */
import type { RouterContext } from '@koa/router';
import type { Context } from 'koa';
import { DomainError } from '../../domain/domain-error.ts';
import { ACCOUNT_PATH } from '../../domain/links/links.ts';
import type { Strength } from '../../domain/passwords/strength.ts';
import {
  type CameFrom,
  completeReset,
  type OpenReset,
  openReset,
  type ResetDeps,
} from '../../domain/recovery/recovery.ts';
import { hashingCaller } from '../../domain/throttle/sign-in-budgets.ts';
import type { ClientCache } from '../../provider/adapter/clients.ts';
import type { CurrentProvider } from '../../provider/current-provider.ts';
import { findInteractionBehind } from '../../provider/interactions.ts';
import { isBoundBrowser } from '../../provider/protection/browser-binding.ts';
import { noteFor } from '../../provider/request.ts';
import type { Account } from '../../storage/records/accounts.ts';
import type { FormPage, PageForms } from '../forms/page-forms.ts';
import { namedClient } from '../named-client.ts';
import { type FormProblems, formStatus, hindranceOf, isExplained, shownProblems } from '../pages/form-problems.ts';
import { dictionaryOf, type Language, requestLanguage } from '../pages/language.ts';
import { type MailSentOptions, type MailState, mailSent } from '../pages/mail-sent.ts';
import { shownName, shownText, wayBackTo, webLink } from '../pages/names-and-links.ts';
import { chosenPassword, newPasswordField, strengthOfChosen } from '../pages/new-password.ts';
import type { Page, Pages } from '../pages/render.ts';
import { recoverAddress } from '../recovery/recover.ts';
import { showGone } from './gone.ts';
import { tokenOf } from './token.ts';

/** The token is nowhere on the page: its form posts to the address that is open. */
const SAME_ADDRESS = '';

export interface ResetPage {
  readonly language: Language;
  readonly csrfToken: string;
  readonly account: Pick<Account, 'email' | 'username' | 'name'>;
  /** What was sent before: how strong it looks is told. */
  readonly password?: string | undefined;
  readonly problems?: FormProblems | undefined;
}

const ownWords = ({ email, username, name }: ResetPage['account']) => [email, username, name];

export function resetPage({ language, csrfToken, account, password, problems }: ResetPage): Page {
  const { heading, problemHeading } = dictionaryOf(language).reset;
  const shown = shownProblems(language, problems);
  const { password: problem } = shown.problemOf;
  return {
    view: 'links/reset',
    language,
    heading,
    ...shown,
    problemHeading,
    csrfToken,
    email: shownText(account.email),
    newPassword: {
      ...newPasswordField(language, { password, known: ownWords(account), problem }),
      label: dictionaryOf(language).account.password.label,
    },
  };
}

/** `back` leads on: to the sign-in, the app, or the account. */
export function resetDonePage(
  language: Language,
  back: { readonly href: string; readonly label: string },
  { strength, sent }: { readonly strength: Strength; readonly sent: MailSentOptions },
): Page {
  const { heading } = dictionaryOf(language).reset.done;
  const told = { chosen: chosenPassword(language, strength), mailSent: mailSent(language, sent, 'notice') };
  return { view: 'links/reset-done', language, heading, back, ...told };
}

export interface ResetPageDeps extends ResetDeps {
  readonly clients: Pick<ClientCache, 'get'>;
  readonly provider: Pick<CurrentProvider, 'current'>;
  readonly forms: PageForms;
  readonly issuer: string;
  readonly mailState: MailState;
  readonly pages: Pages;
}

/** What was wrong with the password, or with the moment; anything else is not the user's doing. */
function problemsOf(error: unknown): FormProblems {
  const hindrance = hindranceOf(error);
  if (hindrance !== undefined) return { hindrance };
  if (!(error instanceof DomainError) || !isExplained(error.code)) throw error;
  return { password: error.code };
}

export function createReset(deps: ResetPageDeps): FormPage {
  const { clients, provider, forms, issuer, mailState, pages } = deps;

  /** The address of the link names the app, whatever has become of the link. */
  async function showLinkGone(ctx: Context): Promise<void> {
    const client = await namedClient(ctx, clients);
    const backTo = wayBackTo(client, issuer, requestLanguage(ctx));
    showGone(ctx, 'reset_password', pages, { again: recoverAddress({ clientId: client?.client_id }), backTo });
  }

  function showForm(ctx: Context, { account }: OpenReset, sent: Pick<ResetPage, 'password' | 'problems'> = {}): void {
    const page = { language: requestLanguage(ctx), csrfToken: forms.tokenFor(), account, ...sent };
    pages.show(ctx, resetPage(page), formStatus(ctx, sent.problems));
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
    const client = clientId === undefined ? undefined : await clients.get(clientId);
    const backTo = wayBackTo(client, issuer, language);
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
          const caller = hashingCaller(ctx.ip, { account: open.account.id, isKnown: false });
          const isDone = await completeReset(
            { token, open, password, caller, language },
            { ...deps, note: noteFor(ctx) },
          );
          if (!isDone) return await showLinkGone(ctx);
        } catch (error) {
          return showForm(ctx, open, { password, problems: problemsOf(error) });
        }
        const strength = strengthOfChosen(password, ownWords(open.account));
        const back = await wayOn(ctx, open.cameFrom, language);
        return pages.show(ctx, resetDonePage(language, back, { strength, sent: await mailState() }));
      },
    ),
  };
}
