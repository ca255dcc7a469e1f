/** Replaces a MongoDB client that will not find its server again. */
import type { Db, MongoClient, ServerHeartbeatStartedEvent } from 'mongodb';
import type { Clock } from '../../src/ports/clock.ts';
import type { Connection } from './connection.ts';

export interface RenewableConnection {
  readonly deadlineMs: number;
  /** Of the client in use, which may be another one at the next call. */
  database(): Db;
  /** Replaces the client as soon as a new one is connected; calls under way end on the old one. */
  renew(): void;
  close(): Promise<void>;
}

const MARGIN_MS = 1000;
const PAUSE_MS = 500;

// Seen in driver 7.9: a write to a socket that is destroyed, but has not emitted `close` yet, never ends, because the socket
// never drains. If it was a heartbeat, no other follows, and the driver never finds the server again.
function watchHeartbeats(client: MongoClient, whenOneIsLost: () => void): () => void {
  const { connectTimeoutMS, heartbeatFrequencyMS } = client.options;
  const timers = new Map<string, NodeJS.Timeout>();
  const forget = ({ connectionId }: { readonly connectionId: string }): void => clearTimeout(timers.get(connectionId));
  const expect = (event: ServerHeartbeatStartedEvent): void => {
    forget(event);
    // To connect and to shake hands, each within its time; a server that may keep a heartbeat waiting takes longer.
    const longestMs = 2 * connectTimeoutMS + (event.awaited ? heartbeatFrequencyMS : 0) + MARGIN_MS;
    timers.set(event.connectionId, setTimeout(whenOneIsLost, longestMs).unref());
  };
  // 0 means no timeout.
  if (connectTimeoutMS > 0) client.on('serverHeartbeatStarted', expect);
  client.on('serverHeartbeatSucceeded', forget);
  client.on('serverHeartbeatFailed', forget);
  client.on('serverClosed', ({ address }) => forget({ connectionId: address }));
  return () => {
    client.off('serverHeartbeatStarted', expect);
    for (const timer of timers.values()) clearTimeout(timer);
  };
}

/** Each attempt takes a new client: one whose first attempt failed cannot be used afterwards. */
async function connected(
  another: () => Connection,
  clock: Clock,
  closing: AbortSignal,
): Promise<Connection | undefined> {
  while (!closing.aborted) {
    const connection = another();
    try {
      await connection.client.connect();
      return connection;
    } catch {
      await connection.client.close();
      await clock.sleep(PAUSE_MS, closing);
    }
  }
  return undefined;
}

export function renewableConnection(first: Connection, another: () => Connection, clock: Clock): RenewableConnection {
  const { deadlineMs } = first;
  const retired = new Set<MongoClient>();
  const closing = new AbortController();
  let current = first;
  let stopWatching = watchHeartbeats(first.client, renew);
  let renewal: Promise<void> | undefined;

  function retire({ client }: Connection): void {
    retired.add(client);
    setTimeout(() => {
      retired.delete(client);
      client.close().catch(() => undefined);
    }, 2 * deadlineMs).unref();
  }

  async function takeOver(): Promise<void> {
    const next = await connected(another, clock, closing.signal);
    if (next === undefined) return;
    stopWatching();
    retire(current);
    current = next;
    stopWatching = watchHeartbeats(next.client, renew);
  }

  function renew(): void {
    renewal ??= takeOver().finally(() => {
      renewal = undefined;
    });
  }

  return {
    deadlineMs,
    database: () => current.database,
    renew,
    async close() {
      closing.abort();
      stopWatching();
      await renewal;
      await Promise.all([current.client, ...retired].map((client) => client.close()));
    },
  };
}
