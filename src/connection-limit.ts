/**
 * How many connections a process accepts: fewer than it may have files open, and those beyond are dropped and reported. When most are
 * in use those that idle are ended early, so that whoever holds many of them keeps nobody out.
 */
import { readFileSync } from 'node:fs';
import type { Server } from 'node:net';
import type { Connections } from './connections.ts';
import type { Log } from './ports/log.ts';

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
