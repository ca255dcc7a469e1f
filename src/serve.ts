/** Serves HTTP until this process is told to stop, and stops without dropping a request. */
import { readFileSync } from 'node:fs';
import http, { type RequestListener, type Server } from 'node:http';
import https from 'node:https';
import { Server as TcpServer } from 'node:net';
import { openInstallation } from './compose.ts';
import type { Config } from './config/config.ts';
import { createHost } from './create-host.ts';
import type { Log } from './ports/log.ts';
import { startPurgeJob } from './storage/maintenance/purge.ts';

const FOLLOW_EVERY_MILLISECONDS = 5000;
/** A request that does not arrive whole within this time is given up: half-sent ones must not pile up. */
const patience = { headersTimeout: 15_000, requestTimeout: 30_000 };
/** How long after the stop a load balancer may still send a request on a connection that was kept open (RFC 9112 9.6). */
const IDLE_GRACE_MILLISECONDS = 1000;

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** The port that was taken where none was named, too. */
function addressOf(server: Server): { readonly host?: string; readonly port?: number } {
  const address = server.address();
  return address === null || typeof address === 'string' ? {} : { host: address.address, port: address.port };
}

function createListener({ tls }: Config, handler: RequestListener): Server {
  if (tls === undefined) return http.createServer(patience, handler);
  return https.createServer({ ...patience, cert: readFileSync(tls.certFile), key: readFileSync(tls.keyFile) }, handler);
}

/** Closes a listener: what was accepted is answered, and cut off only when the grace is over. */
function close(server: Server, graceSeconds: number): Promise<void> {
  return new Promise((resolve) => {
    const cuts = [
      setTimeout(() => server.closeIdleConnections(), IDLE_GRACE_MILLISECONDS),
      setTimeout(() => server.closeAllConnections(), graceSeconds * 1000),
    ];
    // Not HTTP's own way to close, which ends idle connections at once: a request may be on its way on one of them.
    TcpServer.prototype.close.call(server, () => {
      for (const cut of cuts) clearTimeout(cut);
      resolve();
    });
  });
}

/** Runs a job again and again; one that fails is logged and tried at the next turn. */
function repeat(job: () => Promise<unknown>, everyMilliseconds: number, log: Log, name: string): NodeJS.Timeout {
  return setInterval(() => {
    job().catch((error: unknown) => log.warn({ job: name, cause: (error as Error).name }, 'a background job failed'));
  }, everyMilliseconds);
}

export async function serve(config: Config, log: Log): Promise<void> {
  const installation = await openInstallation(config);
  const host = await createHost(installation, log);
  const main = createListener(config, host.app.callback());
  const ops = config.opsPort === undefined ? undefined : http.createServer(host.opsApp.callback());
  await listen(main, config.port, config.host);
  if (ops !== undefined && config.opsPort !== undefined) await listen(ops, config.opsPort, config.opsHost);

  const following = repeat(host.refresh, FOLLOW_EVERY_MILLISECONDS, log, 'follow signing keys');
  const purging = startPurgeJob({ ...installation, log });
  let isStopping = false;
  async function stop(): Promise<void> {
    if (isStopping) return;
    isStopping = true;
    host.beginStop();
    log.info({}, 'stopping');
    clearInterval(following);
    const closing = [main, ops].map((server) => server && close(server, config.shutdownGraceSeconds));
    await Promise.all([...closing, purging.stop()]);
    await installation.close();
    log.info({}, 'stopped');
    process.exit(0);
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop());
  log.info({ issuer: config.issuer, mode: config.mode, ...addressOf(main) }, 'listening');
}
