/** That our own routers get every request that is theirs, and no other. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import Router from '@koa/router';
import test, { type ExecutionContext } from 'ava';
import got from 'got';
import Koa from 'koa';
import { ownRoutes } from '../../../src/web/app.ts';

/** Answers with who was asked. */
async function serve(t: ExecutionContext): Promise<(path: string, method?: 'GET' | 'POST') => Promise<string>> {
  const own = new Router().get('/', (ctx) => {
    ctx.body = 'landing';
  });
  const steps = new Router({ prefix: '/interaction/:uid' }).get('/', (ctx) => {
    ctx.body = `interaction ${ctx.params.uid}`;
  });
  const app = new Koa().use(ownRoutes([own, steps])).use((ctx) => {
    ctx.body = 'engine';
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  return async (path, method = 'GET') => got(`http://127.0.0.1:${port}${path}`, { method, retry: { limit: 0 } }).text();
}

test('an address of ours is served by our router, in any case and with a slash at its end', async (t) => {
  const ask = await serve(t);
  t.is(await ask('/'), 'landing');
  t.is(await ask('/interaction/one'), 'interaction one');
  t.is(await ask('/Interaction/one/?client_id=app'), 'interaction one');
});

test('what our routers do not serve goes on to oidc-provider', async (t) => {
  const ask = await serve(t);
  t.is(await ask('/token', 'POST'), 'engine');
  t.is(await ask('/interactions/one'), 'engine');
  t.is(await ask('/interaction/one/two/three'), 'engine');
});
