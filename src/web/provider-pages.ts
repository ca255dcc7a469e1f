/** The pages that oidc-provider asks for: its errors, the question whether to sign out, and the page after it. */

import { type OidcContext, requestParameter } from '../provider/interactions.ts';
import { type ClientFinder, payloadOf } from '../provider/metadata-documents/client-finder.ts';
import { UnusableDocument } from '../provider/metadata-documents/unreadable.ts';
import { hasSessionEnded } from '../provider/middleware/signed-out-client.ts';
import { RETRY_AFTER_SECONDS } from '../provider/middleware/storage-unavailable.ts';
import type { ErrorOut, ProviderPages } from '../provider/options/pages.ts';
import { StatusError } from '../provider/protection/status-error.ts';
import { isFromDocument, requestOf } from '../provider/request.ts';
import { StorageUnavailable } from '../storage/driver.ts';
import { lostPage } from './interactions/expired.ts';
import { type ErrorPage, errorPage, unavailablePage } from './middleware/errors.ts';
import { dictionaryOf, type Language, languages, requestLanguage } from './pages/language.ts';
import {
  clientName,
  inLanguage,
  shownClientName,
  shownName,
  wayBack,
  wayBackSignedOut,
  wayBackTo,
  wayToStart,
} from './pages/names-and-links.ts';
import type { Page, Pages } from './pages/render.ts';
import type { Dictionary } from './pages/words/en.ts';
import { machineRoutes } from './routes.ts';

export interface LogoutPage {
  readonly language: Language;
  readonly action: string;
  readonly xsrf: string;
  /** The app that asks; staying then means to leave that app only (oidc-provider ends its grant). */
  readonly clientName?: string | undefined;
  /** An app gave an address to return to but did not identify itself, so the address is ignored (RP-Initiated Logout 3). */
  readonly isAppUnnamed?: boolean;
}

export function logoutPage({ language, action, xsrf, clientName, isAppUnnamed = false }: LogoutPage): Page {
  const { logout: words } = dictionaryOf(language);
  const app = shownName(clientName ?? '') || undefined;
  return {
    view: 'logout/confirm',
    language,
    heading: words.heading,
    explanation: app === undefined ? words.asked : words.askedBy(app),
    note: isAppUnnamed ? words.unnamedApp : '',
    leaveApp: app && words.leaveApp(app),
    action,
    xsrf,
  };
}

export interface SignedOutPage {
  readonly language: Language;
  /** The app that asked. */
  readonly clientName?: string | undefined;
  readonly clientUri?: string | undefined;
  /** False when only this app was left, and the session goes on. */
  readonly hasEnded?: boolean;
}

export function signedOutPage({ language, clientName, clientUri, hasEnded = false }: SignedOutPage): Page {
  const { signedOut: words } = dictionaryOf(language);
  const isKnown = clientName !== undefined && clientUri !== undefined;
  const back = isKnown ? wayBack(language, { name: clientName, href: clientUri }) : wayToStart(language);
  const page = { view: 'logout/signed-out', language, ...back };
  if (clientName === undefined || hasEnded) return { ...page, heading: words.heading, explanation: words.explanation };
  return { ...page, heading: words.leftHeading(shownName(clientName)), explanation: words.leftExplanation };
}

type SignOutProblem = keyof Dictionary['logout']['problems'];

export interface SignOutErrorPage extends Omit<ErrorPage, 'backTo'> {
  readonly problem: SignOutProblem;
  readonly clientName?: string | undefined;
  /** Where signing out begins again, without the faulty parameters. */
  readonly signOutHref: string;
}

/** An app sent a faulty sign-out request: the user must be able to sign out all the same. */
export function signOutErrorPage({ problem, clientName, signOutHref, ...details }: SignOutErrorPage): Page {
  const { logout: words } = dictionaryOf(details.language);
  const { heading, advice } = words.problems[problem];
  const app = clientName === undefined ? words.theApp : shownName(clientName);
  const back = { href: signOutHref, label: words.signOutHere };
  return { ...errorPage(details), heading, advice: advice(app), backHint: undefined, back };
}

/** Decided by the request, not by the text of an error. */
function signOutProblemOf({ oidc }: OidcContext, error: string): SignOutProblem {
  const { client, params } = oidc;
  if (error === 'invalid_client') return 'app';
  const address = params?.post_logout_redirect_uri;
  if (client !== undefined && typeof address === 'string' && !client.postLogoutRedirectUriAllowed(address))
    return 'address';
  return client === undefined && params?.id_token_hint !== undefined ? 'hint' : 'request';
}

/** With the app if it is verified, and never with the hint: a token must not be in an address of ours. */
function signOutHref({ oidc }: OidcContext, language: Language): string {
  const address = new URL(oidc.urlFor('end_session'));
  if (oidc.client !== undefined) address.searchParams.set('client_id', oidc.client.clientId);
  address.searchParams.set('ui_locales', language);
  return address.href;
}

/** Where the user has begun to sign out and is still signed in when it fails. */
const signOutRoutes: ReadonlySet<string> = new Set(['end_session', 'end_session_confirm']);

interface ProviderPagesDeps {
  readonly issuer: string;
  readonly pages: Pages;
  readonly clients: Pick<ClientFinder, 'peek'>;
}

export function createProviderPages({ issuer, pages, clients }: ProviderPagesDeps): ProviderPages {
  const languageOf = (ctx: OidcContext) => requestLanguage(ctx, requestParameter(ctx, 'ui_locales'));

  function signOutErrorPageOf(ctx: OidcContext, details: Omit<ErrorPage, 'backTo'>): Page {
    const problem = signOutProblemOf(ctx, details.error);
    const { clientId } = ctx.oidc.client ?? {};
    const clientName = shownClientName(ctx, details.language) ?? clientId;
    const href = signOutHref(ctx, details.language);
    return signOutErrorPage({ ...details, problem, clientName, signOutHref: href });
  }

  function errorPageOf(
    ctx: OidcContext,
    out: ErrorOut,
    error: Error,
  ): { readonly page: Page; readonly status: number } {
    const { error: code, error_description: description } = out;
    const { status } = ctx;
    const language = languageOf(ctx);
    if (error instanceof StorageUnavailable)
      return { page: unavailablePage(language, RETRY_AFTER_SECONDS), status: 503 };
    // From memory only: an error page must not need the database.
    const { client: found } = ctx.oidc;
    const isRead = found !== undefined && isFromDocument(found);
    const client = isRead ? payloadOf(found) : clients.peek(requestParameter(ctx, 'client_id') ?? '');
    const backTo = wayBackTo(client, issuer, language);
    if (error.name === 'SessionNotFound') return { page: lostPage(ctx, language, backTo), status: 400 };
    if (error instanceof StatusError && error.retryAfterSeconds !== undefined)
      return { page: unavailablePage(language, error.retryAfterSeconds), status };
    const details = { language, error: code, description, status, requestId: requestOf(ctx).requestId };
    if (signOutRoutes.has(ctx.oidc.route) && status < 500) return { page: signOutErrorPageOf(ctx, details), status };
    const isOfDocument = error instanceof UnusableDocument;
    return { page: errorPage({ ...details, backTo, isOfDocument }), status };
  }

  return {
    languages,

    error(ctx, out, error) {
      const isForMachine = machineRoutes.has(ctx.oidc.route);
      if (isForMachine || (error instanceof StatusError && ctx.accepts('json', 'html') !== 'html')) {
        ctx.set('Cache-Control', 'no-store');
        ctx.body = out;
        return;
      }
      const { page, status } = errorPageOf(ctx, out, error);
      pages.show(ctx, page, status);
    },

    confirmLogout(ctx, form) {
      const { client } = ctx.oidc;
      const isAppUnnamed = client === undefined && 'post_logout_redirect_uri' in ctx.query;
      const language = languageOf(ctx);
      pages.show(ctx, logoutPage({ language, ...form, clientName: shownClientName(ctx, language), isAppUnnamed }));
    },

    signedOut(ctx) {
      const language = languageOf(ctx);
      // As it is shown elsewhere: who made it is not among what oidc-provider knows of it.
      const { client: found } = ctx.oidc;
      const client = found && (isFromDocument(found) ? payloadOf(found) : clients.peek(found.clientId));
      const metadata = client && inLanguage(client, language);
      const back = metadata && wayBackSignedOut(metadata, issuer, language);
      const app = { clientName: metadata && clientName(metadata), clientUri: back?.href };
      pages.show(ctx, signedOutPage({ language, ...app, hasEnded: hasSessionEnded(ctx) }));
    },
  };
}
