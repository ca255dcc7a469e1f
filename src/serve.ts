/** Listens, drains and stops one process. */
import cluster, { type Worker } from 'node:cluster';
import http, { type RequestListener, type Server } from 'node:http';
import https from 'node:https';
import { Server as TcpServer } from 'node:net';
import type { PinoLog } from '../adapters/log/log.ts';
import { type Installation, openInstallation } from './compose.ts';
import type { Config, ListenerTls } from './config/config.ts';
import { createHost } from './host.ts';
import { Connections, connectionLimit, limitConnections, MOST_OPS_CONNECTIONS } from './listener/connections.ts';
import { listen, MAIN_LISTENER, OPS_LISTENER, reloadCertificate, secureContextOf } from './listener/listen.ts';
import { startPurgeJob } from './storage/maintenance/purge.ts';

const FOLLOW_EVERY_MILLISECONDS = 5000;
/** What was queued elsewhere, or could not be sent, waits for so long at most. */
const DELIVER_EVERY_MILLISECONDS = 5000;
/** Half-sent requests must not pile up. Node looks for them every 30 seconds unless told otherwise. */
const HEADERS_WITHIN_MILLISECONDS = 15_000;
const timeouts = {
  headersTimeout: HEADERS_WITHIN_MILLISECONDS,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5000,
};
/** For so long after the stop a load balancer may send one more request on a kept-alive connection (RFC 9112 9.6). */
const CLOSE_IDLE_AFTER_MILLISECONDS = 1000;
/** After the last answers, for closing the database. */
const LAST_MORE_SECONDS = 1;

/** With PORT=0 this is the port that the system chose. */
function addressOf(server: Server): { readonly host?: string; readonly port?: number } {
  const address = server.address();
  return address === null || typeof address === 'string' ? {} : { host: address.address, port: address.port };
}

/** Answers from then on; what comes before waits. */
function answerFrom(begin: Promise<void>, handler: RequestListener): RequestListener {
  return (request, response) => void begin.then(() => handler(request, response));
}

interface ListenerDeps {
  readonly config: Config;
  readonly installation: Installation;
  readonly log: PinoLog;
}

interface Listener {
  readonly server: Server;
  readonly connections: Connections;
}

function createListener(
  { config, installation: { clock }, log }: ListenerDeps,
  { handler, atMost, tls }: { readonly handler: RequestListener; readonly atMost: number; readonly tls?: ListenerTls },
): Listener {
  const options = { ...timeouts, keepAliveTimeout: config.keepAliveSeconds * 1000 };
  const server =
    tls === undefined
      ? http.createServer(options, handler)
      : https.createServer(
          { ...options, ...secureContextOf(tls), handshakeTimeout: HEADERS_WITHIN_MILLISECONDS },
          handler,
        );
  const connections = new Connections(server, clock);
  limitConnections({ server, connections, log }, atMost);
  return { server, connections };
}

/** Answers what was accepted, and cuts off what is not done within so many seconds. */
function close({ server, connections }: Listener, withinSeconds: number): Promise<void> {
  function closeIdle(): void {
    server.closeIdleConnections();
    connections.closeUnused();
  }
  return new Promise((resolve) => {
    const cuts = [
      // Again and again: one may begin to idle later, after an answer that was on its way when the stop began.
      setInterval(closeIdle, CLOSE_IDLE_AFTER_MILLISECONDS),
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
  let main: Listener | undefined;
  // What comes before has no listener whose files could be old.
  process.on('SIGHUP', () => reloadCertificate(main?.server, config.tls, log));
  const installation = await openInstallation(config);
  const host = await createHost(installation, log);
  const { promise: begin, resolve: beginAnswering } = Promise.withResolvers<void>();
  const deps = { config, installation, log };
  main = createListener(deps, {
    handler: answerFrom(begin, host.app.callback()),
    atMost: connectionLimit(),
    ...(config.tls !== undefined && { tls: config.tls }),
  });
  await listen(main.server, { ...MAIN_LISTENER, port: config.port, host: config.host });
  const listeners = [main];
  if (config.opsPort !== undefined) {
    const handler = answerFrom(begin, host.opsApp.callback());
    const ops = createListener(deps, { handler, atMost: MOST_OPS_CONNECTIONS });
    await listen(ops.server, { ...OPS_LISTENER, port: config.opsPort, host: config.opsHost });
    listeners.push(ops);
  }
  await host.rememberIssuer();
  beginAnswering();

  const following = setInterval(() => {
    host.refresh().catch((error: Error) => {
      log.warn({ job: 'follow signing keys', cause: error.name }, 'a background job failed');
    });
  }, FOLLOW_EVERY_MILLISECONDS);
  const { records, counters, clock, outbox } = installation;
  const delivering = setInterval(() => void outbox.deliver(), DELIVER_EVERY_MILLISECONDS);
  const purging = startPurgeJob({ records, counters, clock, log });
  let isStopping = false;
  async function stop(): Promise<void> {
    if (isStopping) return;
    isStopping = true;
    host.beginStop();
    log.info({}, 'stopping');
    clearInterval(following);
    clearInterval(delivering);
    // A database that hangs keeps neither the job nor its closing waiting for longer than the last answers may take.
    setTimeout(
      () => {
        log.warn({}, 'the database was left without closing it: it does not answer');
        void end();
      },
      (config.shutdownGraceSeconds + LAST_MORE_SECONDS) * 1000,
    );
    const closing = listeners.map((listener) => close(listener, config.shutdownGraceSeconds));
    // At once, so that a message which is out has all of that time for its answer.
    await Promise.all([...closing, purging.stop(), outbox.stop()]);
    await installation.close();
    await end();
  }
  async function end(): Promise<never> {
    log.info({}, 'stopped');
    await log.output.drain();
    process.exit(0);
  }
  // Without its supervisor nothing would stop this process any more. By default Node would end it at once, with its requests.
  cluster.worker?.once('disconnect', function (this: Worker) {
    this.exitedAfterDisconnect = true;
    void stop();
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop());
  log.info({ issuer: config.issuer, mode: config.mode, ...addressOf(main.server) }, 'listening');
}
