/** What somebody sees who opens the issuer's own address. */
import Router from '@koa/router';
import { requestLanguage } from './language.ts';
import { named } from './middleware/request-log.ts';
import type { Pages } from './pages/page-models.ts';
import { showPage } from './show-page.ts';

export function landingRoutes(pages: Pages, issuer: string): Router {
  return new Router().get('/', named('landing'), (ctx) =>
    showPage(ctx, pages.landing({ language: requestLanguage(ctx), issuer })),
  );
}
