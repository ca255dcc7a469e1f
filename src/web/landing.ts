/** What somebody sees who opens the issuer's own address. */
import type Router from '@koa/router';
import { named } from './middleware/request-log.ts';
import { newRouter } from './new-router.ts';
import { requestLanguage } from './pages/language.ts';
import type { Pages } from './pages/page-models.ts';
import { showPage } from './show-page.ts';

export function landingRoutes(pages: Pages, issuer: string): Router {
  return newRouter().get('/', named('landing'), (ctx) =>
    showPage(ctx, pages.landing({ language: requestLanguage(ctx), issuer })),
  );
}
