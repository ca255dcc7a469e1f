/** A listener that has nothing to say yet: its address must be known to whoever is set up first. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';

export interface Listener {
  readonly server: Server;
  /** Without a slash at the end. */
  readonly origin: string;
}

export async function listen(t: ExecutionContext): Promise<Listener> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, origin: `http://localhost:${(server.address() as AddressInfo).port}` };
}
