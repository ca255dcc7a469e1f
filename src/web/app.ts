/** The whole path of a request, in order. */

import type Router from '@koa/router';
import Koa from 'koa';
import compose from 'koa-compose';
import type { Config } from '../config/config.ts';
import type { Log } from '../ports/log.ts';
import type { CookieKeys } from '../provider/options/cookies.ts';
import { type Health, healthRoutes } from './health.ts';
import type { InteractionDeps } from './interactions/interaction-deps.ts';
import { interactionRoutes } from './interactions/routes.ts';
import { landingRoutes } from './landing.ts';
import type { Assets } from './middleware/assets.ts';
import { brokenConnectionCode, failures } from './middleware/errors.ts';
import { pinToIssuer } from './middleware/pin-to-issuer.ts';
import { requestLog } from './middleware/request-log.ts';
import { securityHeaders } from './middleware/security-headers.ts';

export interface WebDeps extends InteractionDeps {
  readonly config: Pick<Config, 'issuer' | 'trustedProxies'>;
  readonly cookieKeys: CookieKeys;
  readonly assets: Assets;
  readonly health: Health;
  /** oidc-provider that is current when a request arrives. */
  readonly engine: Koa.Middleware;
  readonly log: Log;
}

export function createApp(deps: WebDeps): Koa {
  const { config, pages, log, health } = deps;
  const app = new Koa();
  // oidc-provider's cookies are read and cleared on this side too.
  app.keys = deps.cookieKeys as unknown as string[];
  app.proxy = true;
  app.on('error', reportLost(log));

  app.use(requestLog(log));
  app.use(securityHeaders(config));
  app.use(failures(pages, log));
  app.use(pinToIssuer(config.issuer, config.trustedProxies));
  app.use(deps.assets.serve);
  app.use(stopKeepingAlive(health));
  app.use(ownRoutes([healthRoutes(health), landingRoutes(pages, config.issuer), interactionRoutes(deps)]));
  app.use(deps.engine);
  return app;
}

/** What a monitor or orchestrator asks, on a listener of its own. */
export function createOpsApp({ health, log }: Pick<WebDeps, 'health' | 'log'>): Koa {
  const app = new Koa();
  app.on('error', reportLost(log));
  app.use(healthRoutes(health).routes());
  return app;
}

/** What goes wrong while an answer is on its way. */
function reportLost(log: Log): (error: unknown) => void {
  return (error) => {
    const reason = brokenConnectionCode(error);
    if (reason === undefined) log.error({ error }, 'a response could not be sent');
    else log.info({ reason }, 'a connection broke off');
  };
}

/** A process that stops answers what it accepted, and sends its clients elsewhere for the next request. */
function stopKeepingAlive({ isStopping }: Health): Koa.Middleware {
  return (ctx, next) => {
    if (isStopping()) ctx.set('Connection', 'close');
    return next();
  };
}

function firstWord(path: string): string {
  return path.split('/', 2)[1]?.toLowerCase() ?? '';
}

export function ownRoutes(routers: readonly Router[]): Koa.Middleware {
  const words = new Set(routers.flatMap(({ stack }) => stack.map(({ path }) => firstWord(String(path)))));
  const serve = compose(routers.flatMap((router) => [router.routes(), router.allowedMethods()]));
  return (ctx, next) => (words.has(firstWord(ctx.path)) ? serve(ctx as never, next) : next());
}
