/** The page on which somebody without the password asks for a link to choose a new one. */
import type { Context } from 'koa';
import { DomainError } from '../../domain/domain-error.ts';
import { type CameFrom, type RecoveryDeps, requestRecovery } from '../../domain/recovery/recovery.ts';
import type { ClientFinder } from '../../provider/metadata-documents/client-finder.ts';
import { browserToBind } from '../../provider/protection/browser-binding.ts';
import { noteFor } from '../../provider/request.ts';
import type { KeyedHash } from '../../storage/encryption/keyed-hash.ts';
import { withoutInvisibleEnds } from '../../storage/records/canonical-identifier.ts';
import type { FormPage, PageForms } from '../forms/page-forms.ts';
import { namedClient } from '../named-client.ts';
import { dictionaryOf, type Language, requestLanguage, waitingTime } from '../pages/language.ts';
import { type MailSentOptions, type MailState, mailSent } from '../pages/mail-sent.ts';
import { type BackTo, wayBack, wayBackTo } from '../pages/names-and-links.ts';
import type { Page, Pages } from '../pages/render.ts';

export const RECOVER_PATH = '/recover';
const MAX_LOGIN_CHARACTERS = 320;
const UID = /^[\w-]{1,64}$/;

/** What the page knows of where the user came from. */
export interface RecoverQuery {
  readonly clientId?: string | undefined;
  /** The uid of a sign-in under way. It leads back to it in its own browser alone. */
  readonly signIn?: string | undefined;
}

export function recoverAddress({ clientId, signIn }: RecoverQuery): string {
  const query = new URLSearchParams();
  if (clientId !== undefined) query.set('client_id', clientId);
  if (signIn !== undefined) query.set('sign_in', signIn);
  return query.size === 0 ? RECOVER_PATH : `${RECOVER_PATH}?${query}`;
}

export interface RecoverPage {
  readonly language: Language;
  readonly action: string;
  readonly csrfToken: string;
  /** As it was typed. */
  readonly login?: string;
  /** Nothing was typed, or too much was asked for lately. */
  readonly problem?: 'missing_login' | { readonly retryAfterSeconds: number | undefined } | undefined;
}

function described(problem: RecoverPage['problem'], language: Language) {
  if (problem === undefined) return undefined;
  const { problems } = dictionaryOf(language).login;
  if (problem === 'missing_login') return { code: problem, message: problems[problem], isOfField: true };
  const message = problems.too_many_attempts(waitingTime(language, problem.retryAfterSeconds));
  return { code: 'too_many_attempts', message, isOfField: false };
}

export function recoverPage({ language, action, csrfToken, login = '', problem }: RecoverPage): Page {
  return {
    view: 'recovery/recover',
    language,
    heading: dictionaryOf(language).recovery.heading,
    isProblem: problem !== undefined,
    action,
    csrfToken,
    login,
    problem: described(problem, language),
  };
}

/** The same whatever was entered. `again` leads to the form. */
export function recoverySentPage(language: Language, again: string, sent: MailSentOptions): Page {
  const words = dictionaryOf(language).recovery.sent;
  return {
    view: 'recovery/sent',
    language,
    heading: words.heading,
    mailSent: mailSent(language, sent),
    start: { href: again, label: words.again },
  };
}

/** Where no mail is sent. */
export function recoveryOffPage(language: Language, backTo: BackTo | undefined): Page {
  const { heading } = dictionaryOf(language).recovery.off;
  return { view: 'recovery/off', language, heading, ...wayBack(language, backTo) };
}

export interface RecoverPageDeps extends RecoveryDeps {
  /** False where no mail is sent. */
  readonly isOn: boolean;
  readonly mailState: MailState;
  readonly clients: Pick<ClientFinder, 'get'>;
  readonly forms: PageForms;
  readonly keyedHash: KeyedHash;
  readonly pages: Pages;
}

export function createRecover(deps: RecoverPageDeps): FormPage {
  const { isOn, mailState, clients, forms, keyedHash, issuer, pages } = deps;

  /** An app that does not exist leads nowhere. */
  async function queryOf(ctx: Context): Promise<RecoverQuery> {
    const { sign_in: signIn } = ctx.query;
    const client = await namedClient(ctx, clients);
    if (client === undefined) return {};
    return { clientId: client.client_id, signIn: typeof signIn === 'string' && UID.test(signIn) ? signIn : undefined };
  }

  async function showOff(ctx: Context): Promise<void> {
    const language = requestLanguage(ctx);
    const client = await namedClient(ctx, clients);
    pages.show(ctx, recoveryOffPage(language, wayBackTo(client, issuer, language)), 404);
  }

  function showForm(
    ctx: Context,
    query: RecoverQuery,
    { status = 200, ...shown }: Pick<RecoverPage, 'login' | 'problem'> & { readonly status?: number } = {},
  ): void {
    const page = { language: requestLanguage(ctx), action: recoverAddress(query), csrfToken: forms.tokenFor() };
    pages.show(ctx, recoverPage({ ...page, ...shown }), status);
  }

  function showThrottled(ctx: Context, query: RecoverQuery, login: string, { retryAfterSeconds }: DomainError): void {
    noteFor(ctx)('request.throttled', 'mailed_link', { endpoint: 'recover' });
    ctx.set('Retry-After', String(retryAfterSeconds ?? 1));
    showForm(ctx, query, { login, problem: { retryAfterSeconds }, status: 429 });
  }

  const post = forms.posted(
    () => RECOVER_PATH,
    async (ctx, form) => {
      const query = await queryOf(ctx);
      const login = withoutInvisibleEnds(form.get('email') ?? '').slice(0, MAX_LOGIN_CHARACTERS);
      if (login === '') return showForm(ctx, query, { problem: 'missing_login', status: 400 });
      const { clientId, signIn } = query;
      const cameFrom: CameFrom = {
        clientId,
        ...(signIn !== undefined && { signIn: { uid: signIn, browser: browserToBind(keyedHash) } }),
      };
      const language = requestLanguage(ctx);
      try {
        await requestRecovery({ login, address: ctx.ip, language, cameFrom }, { ...deps, note: noteFor(ctx) });
      } catch (error) {
        if (!(error instanceof DomainError && error.code === 'too_many_attempts')) throw error;
        return showThrottled(ctx, query, login, error);
      }
      return pages.show(ctx, recoverySentPage(language, recoverAddress(query), await mailState()));
    },
  );

  return {
    show: async (ctx) => (isOn ? showForm(ctx, await queryOf(ctx)) : showOff(ctx)),
    post: async (ctx, next) => (isOn ? post(ctx, next) : showOff(ctx)),
  };
}
