/** The open connections of a listener: on which of them nothing is under way, and for how long. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server, Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import type { Clock } from './ports/clock.ts';

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
