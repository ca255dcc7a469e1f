/** The whole path of a request, in order. */

import Koa from 'koa';
import type { Config } from '../config/config.ts';
import type { Log } from '../ports/log.ts';
import type { CookieKeys } from '../provider/cookie-keys.ts';
import { brokenConnectionCode } from './broken-connection.ts';
import { type Health, healthRoutes } from './health.ts';
import type { InteractionWorld } from './interactions/interaction-world.ts';
import { interactionRoutes } from './interactions/routes.ts';
import { landingRoutes } from './landing.ts';
import { failures } from './middleware/failures.ts';
import { pinToIssuer } from './middleware/pin-to-issuer.ts';
import { requestLog } from './middleware/request-log.ts';
import { securityHeaders } from './middleware/security-headers.ts';
import { ownRoutes } from './own-routes.ts';
import type { Assets } from './pages/assets.ts';

export interface WebWorld extends InteractionWorld {
  readonly config: Pick<Config, 'issuer' | 'trustedProxies'>;
  readonly cookieKeys: CookieKeys;
  readonly assets: Assets;
  readonly health: Health;
  /** The engine that is current when a request arrives. */
  readonly engine: Koa.Middleware;
  readonly log: Log;
}

export function createApp(world: WebWorld): Koa {
  const { config, pages, log, health } = world;
  const app = new Koa();
  // The engine's cookies are read and cleared on this side too.
  app.keys = world.cookieKeys as unknown as string[];
  app.proxy = true;
  app.on('error', reportLost(log));

  app.use(requestLog(log));
  app.use(securityHeaders(config));
  app.use(failures(pages, log));
  app.use(pinToIssuer(config.issuer, config.trustedProxies));
  app.use(world.assets.serve);
  app.use(stopKeepingAlive(health));
  app.use(ownRoutes([healthRoutes(health), landingRoutes(pages, config.issuer), interactionRoutes(world)]));
  app.use(world.engine);
  return app;
}

/** What a monitor or orchestrator asks, on a listener of its own. */
export function createOpsApp({ health, log }: Pick<WebWorld, 'health' | 'log'>): Koa {
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
