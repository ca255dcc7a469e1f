import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** Free a moment ago: a program's address has to be known before it listens, because it is registered. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
