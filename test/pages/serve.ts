/** Serves middleware on a free loopback port for one test. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import got, { type OptionsOfTextResponseBody, type Response } from 'got';
import Koa, { type Middleware } from 'koa';

export interface Site extends AsyncDisposable {
  readonly origin: string;
  get(path: string, options?: OptionsOfTextResponseBody): Promise<Response<string>>;
}

export async function serve(...middleware: readonly Middleware[]): Promise<Site> {
  const app = new Koa();
  for (const step of middleware) app.use(step);
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    get: (path, options = {}) =>
      got(`${origin}${path}`, { ...options, throwHttpErrors: false, retry: { limit: 0 }, followRedirect: false }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
