/** How many connections a process accepts: fewer than it may have files open, and those beyond are dropped and reported. */
import { readFileSync } from 'node:fs';
import type { Server } from 'node:net';
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

export function limitConnections(server: Server, atMost: number, log: Log): void {
  server.maxConnections = atMost;
  let dropped = 0;
  let isWaiting = false;
  function report(): void {
    log.warn(
      { dropped, maxConnections: atMost },
      'connections were dropped: there are as many as this process can serve',
    );
    dropped = 0;
  }
  server.on('drop', () => {
    dropped += 1;
    if (isWaiting) return;
    isWaiting = true;
    report();
    // A flood of connections must not become a flood of lines.
    setTimeout(() => {
      isWaiting = false;
      if (dropped > 0) report();
    }, REPORT_EVERY_MILLISECONDS).unref();
  });
}
