/** Stands between a client and a server, and does to their connections what networks do: cuts, stalls, delays, loses answers. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Told by the first bytes of a request. */
export type Matches = (request: Buffer) => boolean;

export interface TcpProxy {
  readonly port: number;
  /** Loses the next such request with its connection: before the server gets it, or when its answer comes. Resolves when it has happened. */
  cutNext(matches: Matches, when: 'before' | 'after'): Promise<void>;
  /** Answers the next such request itself; the server never gets it. Resolves when it has happened. */
  answerNext(matches: Matches, answer: (request: Buffer) => Buffer): Promise<void>;
  /** From here on every piece of data takes this much longer. */
  delay(milliseconds: number): void;
  /** Passes nothing on, and tells nobody: the connections stay open. */
  stall(): void;
  /** Ends all delays and stalls. */
  goOn(): void;
  close(): Promise<void>;
}

interface Rule {
  readonly matches: Matches;
  readonly fate: 'before' | 'after' | ((request: Buffer) => Buffer);
  readonly done: () => void;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  /** Set while the answer to a request is to be lost. */
  doomed?: Rule;
}

export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const rules: Rule[] = [];
  let isStalled = false;
  let delayMilliseconds = 0;

  function addRule(matches: Matches, fate: Rule['fate']): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    rules.push({ matches, fate, done: resolve });
    return promise;
  }

  function write(socket: Socket, data: Buffer): void {
    if (delayMilliseconds === 0) socket.write(data);
    else setTimeout(() => socket.write(data), delayMilliseconds);
  }

  function cut({ client, server }: Pair, rule: Rule): void {
    client.destroy();
    server.destroy();
    rule.done();
  }

  function takeRule(request: Buffer): Rule | undefined {
    const at = rules.findIndex(({ matches }) => matches(request));
    return at === -1 ? undefined : rules.splice(at, 1)[0];
  }

  function onRequest(pair: Pair, data: Buffer): void {
    const rule = takeRule(data);
    if (rule === undefined) write(pair.server, data);
    else if (rule.fate === 'before') cut(pair, rule);
    else if (rule.fate === 'after') {
      pair.doomed = rule;
      write(pair.server, data);
    } else {
      write(pair.client, rule.fate(data));
      rule.done();
    }
  }

  function onAnswer(pair: Pair, data: Buffer): void {
    if (pair.doomed === undefined) write(pair.client, data);
    else cut(pair, pair.doomed);
  }

  function keep(socket: Socket, other: Socket): void {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      sockets.delete(socket);
      other.destroy();
    });
    if (isStalled) socket.pause();
  }

  const listener = createServer((client) => {
    const server = connect(targetPort, '127.0.0.1');
    const pair: Pair = { client, server };
    client.on('data', (data: Buffer) => onRequest(pair, data));
    server.on('data', (data: Buffer) => onAnswer(pair, data));
    keep(client, server);
    keep(server, client);
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');

  return {
    port: (listener.address() as AddressInfo).port,
    cutNext: addRule,
    answerNext: addRule,
    delay(milliseconds) {
      delayMilliseconds = milliseconds;
    },
    stall() {
      isStalled = true;
      for (const socket of sockets) socket.pause();
    },
    goOn() {
      isStalled = false;
      delayMilliseconds = 0;
      for (const socket of sockets) socket.resume();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      listener.close();
      await once(listener, 'close');
    },
  };
}
