/** The pages that oidc-provider asks for: its errors, the question whether to sign out, and the page after it. */
import type { ClientCache } from '../provider/adapter/clients.ts';
import type { OidcContext } from '../provider/interactions.ts';
import { RETRY_AFTER_SECONDS } from '../provider/middleware/storage-unavailable.ts';
import type { ProviderPages } from '../provider/options/pages.ts';
import { StatusError } from '../provider/protection/status-error.ts';
import { requestOf } from '../provider/request.ts';
import { StorageUnavailable } from '../storage/driver.ts';
import { expiredPage } from './interactions/expired.ts';
import { errorPage, unavailablePage } from './middleware/errors.ts';
import { dictionaryOf, type Language, languages, requestLanguage } from './pages/language.ts';
import { shownName, wayBack, wayBackTo } from './pages/names-and-links.ts';
import type { Page, Pages } from './pages/render.ts';
import { machineRoutes } from './routes.ts';

export interface LogoutPage {
  readonly language: Language;
  readonly action: string;
  readonly xsrf: string;
  /** The app that asks; staying then means to leave that app only (oidc-provider ends its grant). */
  readonly clientName?: string | undefined;
}

export function logoutPage({ language, action, xsrf, clientName }: LogoutPage): Page {
  const { logout: words } = dictionaryOf(language);
  const app = clientName && shownName(clientName);
  return {
    view: 'logout/confirm',
    language,
    heading: words.heading,
    explanation: app === undefined ? words.asked : words.askedBy(app),
    leaveApp: app && words.leaveApp(app),
    action,
    xsrf,
  };
}

export interface SignedOutPage {
  readonly language: Language;
  /** Set when only this app was left and the session goes on. */
  readonly clientName?: string | undefined;
  readonly clientUri?: string | undefined;
}

export function signedOutPage({ language, clientName, clientUri }: SignedOutPage): Page {
  const { signedOut: words } = dictionaryOf(language);
  const page = { view: 'logout/signed-out', language };
  if (clientName === undefined) return { ...page, heading: words.heading, explanation: words.explanation };
  const back = clientUri === undefined ? {} : wayBack(language, { name: clientName, href: clientUri });
  return { ...page, heading: words.leftHeading(shownName(clientName)), explanation: words.leftExplanation, ...back };
}

function parameter(ctx: OidcContext, name: string): string | undefined {
  const value = ctx.oidc.params?.[name] ?? ctx.query[name];
  return typeof value === 'string' ? value : undefined;
}

interface ProviderPagesDeps {
  readonly issuer: string;
  readonly pages: Pages;
  readonly clients: ClientCache;
}

export function createProviderPages({ issuer, pages, clients }: ProviderPagesDeps): ProviderPages {
  const languageOf = (ctx: OidcContext) => requestLanguage(ctx, parameter(ctx, 'ui_locales'));

  return {
    languages,

    error(ctx, out, error) {
      if (machineRoutes.has(ctx.oidc.route)) {
        ctx.set('Cache-Control', 'no-store');
        ctx.body = out;
        return;
      }
      const { error: code, error_description: description } = out;
      const language = languageOf(ctx);
      if (error instanceof StorageUnavailable) {
        return pages.show(ctx, unavailablePage(language, RETRY_AFTER_SECONDS), 503);
      }
      // Only what is remembered: an error page must not need the database.
      const backTo = wayBackTo(clients.peek(parameter(ctx, 'client_id') ?? ''), issuer);
      if (error.name === 'SessionNotFound') return pages.show(ctx, expiredPage(language, backTo), 400);
      const { status } = ctx;
      if (error instanceof StatusError && ctx.accepts('json', 'html') !== 'html') {
        ctx.body = { error: code, error_description: description };
        return;
      }
      if (error instanceof StatusError && error.retryAfterSeconds !== undefined)
        return pages.show(ctx, unavailablePage(language, error.retryAfterSeconds), status);
      const requestId = requestOf(ctx).requestId;
      pages.show(ctx, errorPage({ language, error: code, description, status, requestId, backTo }), status);
    },

    confirmLogout(ctx, form) {
      pages.show(ctx, logoutPage({ language: languageOf(ctx), ...form, clientName: ctx.oidc.client?.clientName }));
    },

    signedOut(ctx) {
      const { clientName, clientUri } = ctx.oidc.client ?? {};
      pages.show(ctx, signedOutPage({ language: languageOf(ctx), clientName, clientUri }));
    },
  };
}
