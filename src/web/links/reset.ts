/** The page of a mailed link on which somebody chooses a new password. It signs nobody in. */
import type { RouterContext } from '@koa/router';
import type { Context } from 'koa';
import { DomainError } from '../../domain/domain-error.ts';
import { type CodeKind, proveByCode } from '../../domain/factors/prove.ts';
import { ACCOUNT_PATH } from '../../domain/links/links.ts';
import type { Strength } from '../../domain/passwords/strength.ts';
import {
  type AskedFactors,
  type CameFrom,
  completeReset,
  type OpenReset,
  openReset,
  type ResetDeps,
} from '../../domain/recovery/recovery.ts';
import { hashingCaller, type SignInBudgets } from '../../domain/throttle/sign-in-budgets.ts';
import type { CurrentProvider } from '../../provider/current-provider.ts';
import { findInteractionBehind } from '../../provider/interactions.ts';
import type { ClientFinder } from '../../provider/metadata-documents/client-finder.ts';
import { isBoundBrowser } from '../../provider/protection/browser-binding.ts';
import { noteFor } from '../../provider/request.ts';
import type { KeyedHash } from '../../storage/encryption/keyed-hash.ts';
import type { FactorStore } from '../../storage/factors/factors.ts';
import type { Account } from '../../storage/records/accounts.ts';
import type { FormPage, PageForms } from '../forms/page-forms.ts';
import type { Form } from '../forms/read-form.ts';
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

/** What proves a factor. */
interface CodeField {
  readonly kind: CodeKind;
  /** Whether the account has the other one, too. */
  readonly hasOther: boolean;
}

export interface ResetPage {
  readonly language: Language;
  readonly csrfToken: string;
  /** Where a notice was answered with "This was not me". */
  readonly afterNotice?: { readonly isRestored: boolean; readonly codeField: CodeField | undefined } | undefined;
  readonly account: Pick<Account, 'email' | 'username' | 'name'>;
  /** What was sent before: how strong it looks is told. */
  readonly password?: string | undefined;
  readonly problems?: FormProblems | undefined;
}

const ownWords = ({ email, username, name }: ResetPage['account']) => [email, username, name];

/** The other one is on the same page, by another query. */
function shownCodeField({ kind, hasOther }: CodeField, language: Language) {
  const words = dictionaryOf(language).notMe;
  const isApp = kind === 'app';
  return {
    isApp,
    name: isApp ? 'code' : 'recovery_code',
    ...(isApp ? words.code : words.recoveryCode),
    other: hasOther && {
      href: `?code=${isApp ? 'recovery' : 'app'}`,
      label: isApp ? words.useRecoveryCode : words.useCode,
    },
  };
}

export function resetPage({ language, csrfToken, account, password, problems, afterNotice }: ResetPage): Page {
  const { problemHeading, ...words } = dictionaryOf(language).reset;
  const { done } = dictionaryOf(language).notMe;
  const shown = shownProblems(language, problems);
  const { password: problem } = shown.problemOf;
  const codeField = afterNotice?.codeField;
  return {
    view: 'links/reset',
    language,
    heading: afterNotice === undefined ? words.heading : done.heading,
    ...shown,
    problemHeading,
    ended: afterNotice && {
      explanation: done.explanation,
      addressBack: afterNotice.isRestored && done.addressBack,
      factors: codeField && done.factors,
    },
    codeField: codeField && shownCodeField(codeField, language),
    csrfToken,
    email: shownText(account.email),
    newPassword: {
      ...newPasswordField(language, { password, known: ownWords(account), problem }),
      label: dictionaryOf(language).account.password.label,
    },
  };
}

/** Of an account that has passkeys alone: a form does not take them. */
export function resetByPasskeyPage(language: Language, isRestored: boolean): Page {
  const { heading, byPasskey, addressBack, signIn } = dictionaryOf(language).notMe.done;
  return {
    view: 'links/reset-by-passkey',
    language,
    heading,
    explanation: byPasskey,
    addressBack: isRestored && addressBack,
    back: { href: ACCOUNT_PATH, label: signIn },
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
  readonly factors: FactorStore;
  readonly keyedHash: KeyedHash;
  readonly throttle: Pick<SignInBudgets, 'reserveBehindLink' | 'giveBack'>;
  readonly clients: Pick<ClientFinder, 'get'>;
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
  return error.code === 'code_wrong' ? { code: error.code } : { password: error.code };
}

/** That of the app, where there is one and the reader wants no other. */
function codeKindOf(ctx: Context, { app, recoveryCode }: AskedFactors): CodeKind | undefined {
  if (recoveryCode && (!app || ctx.query.code === 'recovery')) return 'recovery_code';
  return app ? 'app' : undefined;
}

export function createReset(deps: ResetPageDeps): FormPage {
  const { clients, provider, forms, issuer, mailState, pages } = deps;

  /** The address of the link names the app, whatever has become of the link. */
  async function showLinkGone(ctx: Context): Promise<void> {
    const client = await namedClient(ctx, clients);
    const backTo = wayBackTo(client, issuer, requestLanguage(ctx));
    showGone(ctx, 'reset_password', pages, { again: recoverAddress({ clientId: client?.client_id }), backTo });
  }

  function showForm(
    ctx: Context,
    { account, afterNotice }: OpenReset,
    sent: Pick<ResetPage, 'password' | 'problems'> = {},
  ): void {
    const page = { language: requestLanguage(ctx), csrfToken: forms.tokenFor(), account, ...sent };
    const asked = afterNotice?.asked;
    const kind = asked && codeKindOf(ctx, asked);
    if (asked !== undefined && kind === undefined) {
      const byPasskey = resetByPasskeyPage(page.language, afterNotice?.isRestored === true);
      pages.show(ctx, byPasskey, ctx.method === 'POST' ? 403 : 200);
      return;
    }
    const codeField = kind && { kind, hasOther: asked?.app === true && asked.recoveryCode };
    const shown = { ...page, afterNotice: afterNotice && { isRestored: afterNotice.isRestored, codeField } };
    pages.show(ctx, resetPage(shown), formStatus(ctx, sent.problems));
  }

  /** By what was typed; its budget is not one that strangers use up. */
  function proofOf(ctx: Context, form: Form, { account, afterNotice }: OpenReset) {
    const kind = afterNotice?.asked && codeKindOf(ctx, afterNotice.asked);
    if (kind === undefined) return undefined;
    const typed = form.get(kind === 'app' ? 'code' : 'recovery_code') ?? '';
    if (typed.trim() === '') return 'missing';
    const { throttle } = deps;
    return () =>
      proveByCode(
        { account, kind, typed, address: ctx.ip, device: undefined },
        {
          ...deps,
          throttle: {
            reserve: (attempt) => throttle.reserveBehindLink(attempt),
            giveBack: (reservation) => throttle.giveBack(reservation),
          },
          note: noteFor(ctx),
        },
      );
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
        const prove = proofOf(ctx, form, open);
        if (prove === 'missing') return showForm(ctx, open, { password, problems: { code: 'code_missing' } });
        try {
          const caller = hashingCaller(ctx.ip, { account: open.account.id, isKnown: false });
          const isDone = await completeReset(
            { token, open, password, caller, language, ...(prove && { prove }) },
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
