/** Which address is served by a page of ours, and which goes on to oidc-provider. */
import test from 'ava';
import got, { type Method } from 'got';
import { startInstallation } from '../support/installation.ts';

const latchkey = await startInstallation();
test.after.always(() => latchkey.stop());

/** The name of the route that served a request, as the log has it. */
async function routeOf(path: string, method: Method = 'GET'): Promise<unknown> {
  const { headers } = await got(`${latchkey.issuer}${path}`, { method, throwHttpErrors: false, retry: { limit: 0 } });
  const id = headers['x-request-id'];
  return latchkey.logged.find(({ message, requestId }) => message === 'request' && requestId === id)?.route;
}

const served: Readonly<Record<string, string>> = {
  '/': 'landing',
  '/livez': 'livez',
  '/readyz': 'readyz',
  '/interaction/one': 'interaction',
  '/Interaction/one/?client_id=app': 'interaction',
};

for (const [path, route] of Object.entries(served)) {
  test(`${path} is ours`, async (t) => t.is(await routeOf(path), route));
}

test('what is not ours goes on to oidc-provider', async (t) => {
  t.is(await routeOf('/token', 'POST'), 'token');
  t.is(await routeOf('/jwks'), 'jwks');
});

for (const path of ['/interactions/one', '/interaction/one/two/three', '/nowhere']) {
  test(`${path} is an address of neither`, async (t) => t.is(await routeOf(path), 'none'));
}
