/** A port that was free a moment ago, for a program whose address has to be known before it listens. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** Free where the program will listen: `localhost` and `127.0.0.1` may be two addresses. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
