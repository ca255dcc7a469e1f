/** Draws the pages that the engine asks for. */
import type Koa from 'koa';
import { StorageUnavailable } from '../ports/storage-unavailable.ts';
import { RETRY_AFTER_SECONDS } from '../provider/after/storage-lost.ts';
import type { EngineClients } from '../provider/engine-adapter/client-adapter.ts';
import type { EnginePages } from '../provider/engine-pages.ts';
import type { EngineContext } from '../provider/engine-types.ts';
import { wayBackTo } from './app-link.ts';
import { requestLanguage } from './language.ts';
import type { Pages } from './pages/page-models.ts';
import { showPage } from './show-page.ts';

interface World {
  readonly issuer: string;
  readonly pages: Pages;
  readonly clients: EngineClients;
}

function parameter(ctx: EngineContext, name: string): string | undefined {
  const value = ctx.oidc.params?.[name] ?? ctx.query[name];
  return typeof value === 'string' ? value : undefined;
}

export function createEnginePages({ issuer, pages, clients }: World): EnginePages {
  const languageOf = (ctx: EngineContext) =>
    requestLanguage(ctx as unknown as Koa.Context, parameter(ctx, 'ui_locales'));

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
      showPage(ctx, pages.error({ ...page, requestId: ctx.state.requestId }), status);
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
