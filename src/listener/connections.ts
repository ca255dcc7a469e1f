/**
 * The connections of a process: how many it accepts (fewer than it may have files open; those beyond are dropped and reported), and on
 * which nothing is under way. When most are in use those that idle are ended early, so that whoever holds many keeps nobody out.
 */
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server, Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';

/** Where the system does not say. */
const SAFE_DESCRIPTORS = 1024;
/** For the database, its files and its connections, outgoing requests, templates and the operations port. */
const RESERVED = 128;
const RESERVED_SHARE = 0.1;
/** Beyond that memory is the limit. */
const MOST_CONNECTIONS = 20_000;
/** Of the operations port: it is asked by a few monitors. */
export const MOST_OPS_CONNECTIONS = 64;
const REPORT_EVERY_MILLISECONDS = 5000;
/** Beyond this share of the limit connections do not idle for as long as they may otherwise. */
const ROOMY_SHARE = 0.75;
const IDLE_MILLISECONDS_WHEN_CROWDED = 4000;
const LOOK_EVERY_MILLISECONDS = 500;

/** The soft limit, which Node raises to the hard one at its start; undefined where there is no /proc. */
function descriptorLimit(): number | undefined {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}

export function connectionLimit(descriptors: number = descriptorLimit() ?? SAFE_DESCRIPTORS): number {
  const free = descriptors - Math.max(RESERVED, descriptors * RESERVED_SHARE);
  return Math.max(16, Math.min(MOST_CONNECTIONS, Math.floor(free)));
}

/** A flood of connections must not become a flood of lines. Gives what counts one more. */
function countInto(report: (count: number) => void): (more: number) => void {
  let counted = 0;
  let isWaiting = false;
  function flush(): void {
    report(counted);
    counted = 0;
  }
  return (more) => {
    counted += more;
    if (isWaiting) return;
    isWaiting = true;
    flush();
    setTimeout(() => {
      isWaiting = false;
      if (counted > 0) flush();
    }, REPORT_EVERY_MILLISECONDS).unref();
  };
}

interface Limited {
  readonly server: Server;
  readonly connections: Connections;
  readonly log: Log;
}

export function limitConnections({ server, connections, log }: Limited, atMost: number): void {
  server.maxConnections = atMost;
  const countDropped = countInto((dropped) => {
    const fields = { dropped, maxConnections: atMost };
    log.warn(fields, 'connections were dropped: there are as many as this process can serve');
  });
  const countClosed = countInto((closed) => {
    const fields = { closed, maxConnections: atMost };
    log.warn(fields, 'idle connections were closed: there are nearly as many as this process can serve');
  });
  const most = Math.floor(atMost * ROOMY_SHARE);
  function makeRoom(): void {
    const closed = connections.closeIdle({ most, milliseconds: IDLE_MILLISECONDS_WHEN_CROWDED });
    if (closed > 0) countClosed(closed);
  }
  server.on('drop', () => countDropped(1));
  server.on('connection', makeRoom);
  // Where newcomers are dropped already, none of them would make room for the next.
  const looking = setInterval(makeRoom, LOOK_EVERY_MILLISECONDS).unref();
  server.on('close', () => clearInterval(looking));
}

interface Connection {
  readonly name: string;
  readonly socket: Socket;
  /** Where requests arrive: the socket, or what is inside its TLS; undefined during the handshake. */
  requestsFrom: Socket | undefined;
  /** Requests under way. */
  requests: number;
  hasServed: boolean;
  /** What had arrived when it began to idle. */
  quietAt: number;
}

/** The socket inside TLS has the same addresses as the one around it, and nothing else in common that is public. */
function nameOf({ remoteAddress, remotePort, localAddress }: Socket): string | undefined {
  return remotePort === undefined ? undefined : `${remoteAddress} ${remotePort} ${localAddress}`;
}

/** It has not been read in full, so the server has not been told of it. */
function hasHalfRequest({ requestsFrom, quietAt }: Connection): boolean {
  return requestsFrom !== undefined && requestsFrom.bytesRead > quietAt;
}

/** Those of one listener. */
export class Connections {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #open = new Map<string, Connection>();
  /** Since when; the longest first. */
  readonly #idle = new Map<Connection, number>();

  constructor(server: Server, clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
    const isTls = server instanceof TlsServer;
    server.on('connection', (socket: Socket) => this.#add(socket, isTls ? undefined : socket));
    server.on('secureConnection', (socket: Socket) => {
      const connection = this.#of(socket);
      if (connection !== undefined) connection.requestsFrom = socket;
    });
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const connection = this.#of(request.socket);
      if (connection !== undefined) this.#serve(connection, response);
    });
  }

  /** Ends those that have idled longest, and for so long at least, until `most` are left. Each is looked at once while it idles. */
  closeIdle({ most, milliseconds }: { readonly most: number; readonly milliseconds: number }): number {
    const before = this.#clock.now() - milliseconds;
    let closed = 0;
    for (const [connection, since] of this.#idle) {
      if (this.#open.size <= most || since > before) break;
      // One with half a request has a time limit of its own.
      this.#idle.delete(connection);
      if (hasHalfRequest(connection)) continue;
      this.#close(connection);
      closed += 1;
    }
    return closed;
  }

  /** Ends those that were opened ahead of need: Node counts them among the busy ones until their first request is over. */
  closeUnused(): void {
    for (const connection of this.#idle.keys()) {
      if (!connection.hasServed && !hasHalfRequest(connection)) this.#close(connection);
    }
  }

  #of(socket: Socket): Connection | undefined {
    const name = nameOf(socket);
    return name === undefined ? undefined : this.#open.get(name);
  }

  #add(socket: Socket, requestsFrom: Socket | undefined): void {
    const name = nameOf(socket);
    // It is over already.
    if (name === undefined) return;
    const connection: Connection = { name, socket, requestsFrom, requests: 0, hasServed: false, quietAt: 0 };
    this.#open.set(name, connection);
    this.#idle.set(connection, this.#clock.now());
    socket.once('close', () => this.#forget(connection));
  }

  #serve(connection: Connection, response: ServerResponse): void {
    connection.requests += 1;
    connection.hasServed = true;
    this.#idle.delete(connection);
    response.once('close', () => {
      connection.requests -= 1;
      if (connection.requests > 0 || connection.socket.destroyed) return;
      connection.quietAt = connection.requestsFrom?.bytesRead ?? 0;
      this.#idle.set(connection, this.#clock.now());
    });
  }

  #forget(connection: Connection): void {
    if (this.#open.get(connection.name) === connection) this.#open.delete(connection.name);
    this.#idle.delete(connection);
  }

  #close(connection: Connection): void {
    // Now, not when it has closed: it counts no more.
    this.#forget(connection);
    connection.socket.destroy();
  }
}
