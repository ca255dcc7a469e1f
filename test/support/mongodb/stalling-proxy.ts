/** Stands between a client and a server, and can stop passing anything on while the connections stay open. */
import { connect, createServer, type Server, type Socket } from 'node:net';

export interface StallingProxy {
  readonly port: number;
  stall(): void;
  goOn(): void;
  close(): Promise<void>;
}

const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

export async function startStallingProxy(targetPort: number): Promise<StallingProxy> {
  const sockets = new Set<Socket>();
  let isStalled = false;
  const keep = (socket: Socket): Socket => {
    sockets.add(socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket)));
    return isStalled ? socket.pause() : socket;
  };
  const server = createServer((from) => {
    const to = connect(targetPort, '127.0.0.1');
    for (const [each, other] of [
      [from, to],
      [to, from],
    ] as const) {
      each.on('data', (chunk) => other.write(chunk)).on('close', () => other.destroy());
      keep(each);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: portOf(server),
    stall() {
      isStalled = true;
      for (const socket of sockets) socket.pause();
    },
    goOn() {
      isStalled = false;
      for (const socket of sockets) socket.resume();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
