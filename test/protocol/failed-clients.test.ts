/** Guessing at a client's secret is slowed down, from one address at a time: nobody shuts a client out by guessing elsewhere. */
import test from 'ava';
import got from 'got';
import { budgets } from '../../src/domain/throttle/budgets.ts';
import { ManualClock } from '../support/clock.ts';
import { gatedRecords } from '../support/gated-records.ts';
import { API, type Fixture, ownProvider } from '../support/provider-fixture.ts';
import { breakableStorage } from './broken-storage.ts';
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

test('behind a proxy that names nobody, claiming another address with every guess gains nothing', async (t) => {
  const { ask } = await attempts(await ownProvider(t, { environment: { BUDGET_FACTOR: '0.1' } }));
  const statuses: number[] = [];
  for (let n = 1; n <= 6; n += 1)
    statuses.push((await ask({ from: `198.51.100.${n}, unknown`, secret: `wrong ${n}` })).statusCode);
  t.deepEqual(statuses, [401, 401, 401, 429, 429, 429]);
});

test('of 200 wrong secrets at once no more are compared than the budget has, and then the right one waits too', async (t) => {
  const { wrapRecords, holdNext } = gatedRecords();
  const { ask, secret } = await attempts(await ownProvider(t, { clock: new ManualClock(), wrapRecords }));
  const counting = holdNext('insert', 'budget_levels');
  const refused: number[] = [];
  let isRefused = (): void => undefined;
  const othersRefused = new Promise<void>((resolve) => {
    isRefused = resolve;
  });
  const all = Array.from({ length: 200 }, async (_, n) => {
    const { statusCode } = await ask({ from: '192.0.2.1', secret: `wrong ${n}` });
    if (statusCode === 429 && refused.push(n) === 200 - FREE) isRefused();
    return statusCode;
  });
  // Nothing is counted in the database yet.
  await counting.reached;
  await othersRefused;
  t.is((await ask({ from: '192.0.2.1', secret })).statusCode, 429);
  t.is((await ask({ from: '192.0.2.2', secret })).statusCode, 200);
  counting.release();
  const statuses = await Promise.all(all);
  t.is(statuses.filter((status) => status === 401).length, FREE);
});

test('a client that proves who it is may do so 200 times at once', async (t) => {
  const { ask, secret } = await attempts(await ownProvider(t, { clock: new ManualClock() }));
  const all = await Promise.all(Array.from({ length: 200 }, () => ask({ from: '192.0.2.1', secret })));
  t.true(all.every(({ statusCode }) => statusCode === 200));
});

test('wrong secrets that the database could not count do not shut a client out once it is back', async (t) => {
  const storage = breakableStorage();
  const fixture = await ownProvider(t, { clock: new ManualClock(), wrapRecords: storage.wrapRecords });
  const { ask, secret } = await attempts(fixture);
  t.is((await ask({ from: '192.0.2.1', secret })).statusCode, 200);
  for (let n = 0; n < FREE + 5; n += 1) {
    // The client is found, its failure is not counted.
    storage.failCall(2);
    t.not((await ask({ from: '192.0.2.1', secret: 'wrong' })).statusCode, 200);
  }
  storage.recover();
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
