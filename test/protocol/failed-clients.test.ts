/** Guessing at a client's secret is slowed down, from one address at a time: nobody shuts a client out by guessing elsewhere. */
import test from 'ava';
import got from 'got';
import { budgets } from '../../src/domain/throttle/budgets.ts';
import { ManualClock } from '../support/clock.ts';
import { API, type Fixture, ownProvider } from '../support/provider-fixture.ts';
import { newKeyedApp } from './client-assertions.ts';

const FREE = budgets.clientFailures.limit;
const service = { grant_types: ['client_credentials'], redirect_uris: [], resources: [API] };

interface Attempt {
  readonly from: string;
  readonly secret: string;
  readonly path?: string;
}

async function attempts({ newApp, latchkey: { issuer } }: Fixture, metadata: Readonly<Record<string, unknown>> = {}) {
  const { client } = await newApp({ ...service, ...metadata });
  const ask = ({ from, secret, path = '/token' }: Attempt) =>
    got.post(`${issuer}${path}`, {
      form: {
        grant_type: 'client_credentials',
        resource: API,
        token: 'x',
        client_id: client.client_id,
        client_secret: secret,
      },
      headers: { 'x-forwarded-for': from },
      throwHttpErrors: false,
      retry: { limit: 0 },
    });
  return { ask, secret: client.client_secret, id: client.client_id };
}

test('after 30 failures from an address nothing is compared from there, and from any other address the client goes on', async (t) => {
  const clock = new ManualClock();
  const fixture = await ownProvider(t, { clock });
  const { ask, secret, id } = await attempts(fixture);
  const other = await attempts(fixture);
  for (let n = 0; n < FREE; n += 1) t.is((await ask({ from: '192.0.2.1', secret: `wrong ${n}` })).statusCode, 401);
  for (const tried of ['wrong', secret]) {
    const { statusCode, headers, body } = await ask({ from: '192.0.2.1', secret: tried });
    t.is(statusCode, 429);
    t.true(Number(headers['retry-after']) > 0);
    t.is(JSON.parse(body).error, 'temporarily_unavailable');
  }
  t.is((await ask({ from: '192.0.2.2', secret })).statusCode, 200);
  t.is((await other.ask({ from: '192.0.2.1', secret: other.secret })).statusCode, 200);
  const throttled = fixture.latchkey.logged.filter(({ event }) => event === 'client.authentication_throttled');
  t.true(throttled.length >= 2);
  t.true(throttled.every(({ clientId, reason }) => clientId === id && reason === 'too_many_attempts'));

  clock.advance(budgets.clientFailures.windowSeconds * 2);
  t.is((await ask({ from: '192.0.2.1', secret })).statusCode, 200);
});

test('failures at every endpoint and by every method count together', async (t) => {
  const fixture = await ownProvider(t, { clock: new ManualClock() });
  const { ask, secret } = await attempts(fixture);
  const paths = ['/token', '/token/introspection', '/token/revocation', '/request'];
  for (let n = 0; n <= FREE; n += 1)
    await ask({ from: '192.0.2.1', secret: 'wrong', path: paths[n % paths.length] ?? '' });
  for (const path of paths) t.is((await ask({ from: '192.0.2.1', secret, path })).statusCode, 429, path);
});

test('an assertion that does not verify counts, and then a right one waits as well', async (t) => {
  const fixture = await ownProvider(t, { clock: new ManualClock() });
  const keyed = await newKeyedApp(fixture);
  const ask = async (assertion: string) =>
    keyed.post('/request', assertion, Object.fromEntries(new URL(keyed.app.request().url).searchParams));
  for (let n = 0; n < FREE; n += 1)
    t.is((await ask((await keyed.assertion()).slice(0, -8).concat('AAAAAAAA'))).statusCode, 401);
  t.is((await ask(await keyed.assertion({ aud: 'https://elsewhere.example' }))).statusCode, 429);
  t.is((await ask(await keyed.assertion())).statusCode, 429);
});

test('a client that proves who it is is not counted, however often', async (t) => {
  const { ask, secret } = await attempts(await ownProvider(t, { clock: new ManualClock() }));
  for (let n = 0; n < FREE + 10; n += 1) t.is((await ask({ from: '192.0.2.1', secret })).statusCode, 200);
});
