/** Draws the pages that oidc-provider asks for. */
import type Koa from 'koa';
import type { ClientCache } from '../provider/adapter/clients.ts';
import type { OidcContext } from '../provider/interactions.ts';
import { RETRY_AFTER_SECONDS } from '../provider/middleware/storage-unavailable.ts';
import type { ProviderPages } from '../provider/options/pages.ts';
import { requestOf } from '../provider/request.ts';
import { StorageUnavailable } from '../storage/driver.ts';
import { wayBackTo } from './app-link.ts';
import { requestLanguage } from './pages/language.ts';
import type { Pages } from './pages/page-models.ts';
import { showPage } from './show-page.ts';

interface Deps {
  readonly issuer: string;
  readonly pages: Pages;
  readonly clients: ClientCache;
}

function parameter(ctx: OidcContext, name: string): string | undefined {
  const value = ctx.oidc.params?.[name] ?? ctx.query[name];
  return typeof value === 'string' ? value : undefined;
}

export function createProviderPages({ issuer, pages, clients }: Deps): ProviderPages {
  const languageOf = (ctx: OidcContext) => requestLanguage(ctx as unknown as Koa.Context, parameter(ctx, 'ui_locales'));

  return {
    error(ctx, out, error) {
      const language = languageOf(ctx);
      if (error instanceof StorageUnavailable) {
        return showPage(ctx, pages.unavailable({ language, retryAfterSeconds: RETRY_AFTER_SECONDS }), 503);
      }
      // Only what is remembered: an error page must not need the database.
      const backTo = wayBackTo(clients.peek(parameter(ctx, 'client_id') ?? ''), issuer);
      if (error.name === 'SessionNotFound') return showPage(ctx, pages.expired({ language, backTo }), 400);
      const { status } = ctx;
      const page = { language, error: out.error, errorDescription: out.error_description, status, backTo };
      showPage(ctx, pages.error({ ...page, requestId: requestOf(ctx).requestId }), status);
    },

    confirmLogout(ctx, form) {
      showPage(ctx, pages.logout({ language: languageOf(ctx), ...form, clientName: ctx.oidc.client?.clientName }));
    },

    signedOut(ctx) {
      const { client } = ctx.oidc;
      showPage(
        ctx,
        pages.signedOut({ language: languageOf(ctx), clientName: client?.clientName, clientUri: client?.clientUri }),
      );
    },
  };
}
