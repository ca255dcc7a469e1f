/** Listens, drains and stops one process. */
import cluster, { type Worker } from 'node:cluster';
import http, { type RequestListener, type Server } from 'node:http';
import https from 'node:https';
import { Server as TcpServer } from 'node:net';
import type { PinoLog } from '../adapters/log/log.ts';
import { createHost, openInstallation } from './compose.ts';
import type { Config, ListenerTls } from './config/config.ts';
import { readTlsFiles } from './config/named-files.ts';
import { connectionLimit, limitConnections, MOST_OPS_CONNECTIONS } from './connection-limit.ts';
import { listen, MAIN_LISTENER, OPS_LISTENER } from './listen.ts';
import { startPurgeJob } from './storage/maintenance/purge.ts';

const FOLLOW_EVERY_MILLISECONDS = 5000;
/** Half-sent requests must not pile up. Node looks for them every 30 seconds unless told otherwise. */
const timeouts = { headersTimeout: 15_000, requestTimeout: 30_000, connectionsCheckingInterval: 5000 };
/** For so long after the stop a load balancer may send one more request on a kept-alive connection (RFC 9112 9.6). */
const CLOSE_IDLE_AFTER_MILLISECONDS = 1000;

/** With PORT=0 this is the port that the system chose. */
function addressOf(server: Server): { readonly host?: string; readonly port?: number } {
  const address = server.address();
  return address === null || typeof address === 'string' ? {} : { host: address.address, port: address.port };
}

/** Answers from then on; what comes before waits. */
function answerFrom(begin: Promise<void>, handler: RequestListener): RequestListener {
  return (request, response) => void begin.then(() => handler(request, response));
}

function createListener({ keepAliveSeconds }: Config, handler: RequestListener, tls?: ListenerTls): Server {
  const options = { ...timeouts, keepAliveTimeout: keepAliveSeconds * 1000 };
  if (tls === undefined) return http.createServer(options, handler);
  return https.createServer({ ...options, ...readTlsFiles(tls) }, handler);
}

/** Answers what was accepted, and cuts off what is not done within so many seconds. */
function close(server: Server, withinSeconds: number): Promise<void> {
  return new Promise((resolve) => {
    const cuts = [
      setTimeout(() => server.closeIdleConnections(), CLOSE_IDLE_AFTER_MILLISECONDS),
      setTimeout(() => server.closeAllConnections(), withinSeconds * 1000),
    ];
    // HTTP's own close would end idle connections at once, and a request may be on its way on one of them.
    TcpServer.prototype.close.call(server, () => {
      for (const cut of cuts) clearTimeout(cut);
      resolve();
    });
  });
}

export async function serve(config: Config, log: PinoLog): Promise<void> {
  const installation = await openInstallation(config);
  const host = await createHost(installation, log);
  const { promise: begin, resolve: beginAnswering } = Promise.withResolvers<void>();
  const main = createListener(config, answerFrom(begin, host.app.callback()), config.tls);
  const ops =
    config.opsPort === undefined ? undefined : createListener(config, answerFrom(begin, host.opsApp.callback()));
  limitConnections(main, connectionLimit(), log);
  if (ops !== undefined) limitConnections(ops, MOST_OPS_CONNECTIONS, log);
  await listen(main, { ...MAIN_LISTENER, port: config.port, host: config.host });
  if (ops !== undefined && config.opsPort !== undefined) {
    await listen(ops, { ...OPS_LISTENER, port: config.opsPort, host: config.opsHost });
  }
  await host.rememberIssuer();
  beginAnswering();

  const following = setInterval(() => {
    host.refresh().catch((error: Error) => {
      log.warn({ job: 'follow signing keys', cause: error.name }, 'a background job failed');
    });
  }, FOLLOW_EVERY_MILLISECONDS);
  const { records, counters, clock } = installation;
  const purging = startPurgeJob({ records, counters, clock, log });
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
    await log.output.drain();
    process.exit(0);
  }
  // The supervisor is gone, and nobody would stop this process any more. Node would end it at once, requests and all.
  cluster.worker?.once('disconnect', function (this: Worker) {
    this.exitedAfterDisconnect = true;
    void stop();
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop());
  log.info({ issuer: config.issuer, mode: config.mode, ...addressOf(main) }, 'listening');
}
