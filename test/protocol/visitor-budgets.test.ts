/** What visitors whom nobody knows may leave in the database is bounded for each network. */
import test from 'ava';
import got from 'got';
import { budgets } from '../../src/domain/throttle/budgets.ts';
import { ManualClock } from '../support/clock.ts';
import { LOGIN, newVisitor, ownProvider, textOf } from '../support/provider-fixture.ts';
import { atOnce } from '../support/records.ts';
import { codeOf, signIn } from '../support/relying-party.ts';

const BURST = 600;
const AT_ONCE = 50;
const options = { throwHttpErrors: false, followRedirect: false, retry: { limit: 0 } } as const;

/** So many requests, some at once; the statuses that came. */
async function burst(count: number, request: (caller: number) => Promise<number>): Promise<readonly number[]> {
  const statuses: number[] = [];
  for (let done = 0; done < count; done += AT_ONCE)
    statuses.push(...(await atOnce(Math.min(AT_ONCE, count - done), (caller) => request(done + caller))));
  return [...new Set(statuses)];
}

test('600 sign-ins begun in a burst pass, the next is 429, and another network is none the worse', async (t) => {
  const clock = new ManualClock();
  const { newApp, latchkey } = await ownProvider(t, { clock });
  const { url } = (await newApp()).request();
  const from = (address: string, accept = 'text/html') =>
    got(url, { ...options, headers: { 'x-forwarded-for': address, accept } });
  const neighbour = (caller: number) => `192.0.2.${caller % 256}`;
  t.deepEqual(await burst(BURST, async (caller) => (await from(neighbour(caller))).statusCode), [303]);

  const page = await from('192.0.2.7');
  t.is(page.statusCode, 429);
  t.true(Number(page.headers['retry-after']) > 0);
  t.regex(page.headers['content-type'] ?? '', /html/);
  t.is(page.headers.location, undefined);
  const machine = await from('192.0.2.7', '*/*');
  t.is(machine.statusCode, 429);
  t.is(JSON.parse(machine.body).error, 'temporarily_unavailable');
  t.is((await from('198.51.100.7')).statusCode, 303);
  const [throttled] = latchkey.logged.filter(({ event }) => event === 'request.throttled');
  t.is(throttled?.reason, 'authorization');

  clock.advance(Number(page.headers['retry-after']));
  t.is((await from('192.0.2.7')).statusCode, 303);
});

test('who is signed in is not charged, and a cookie that opens nothing is no session', async (t) => {
  const clock = new ManualClock();
  const { newApp } = await ownProvider(t, { clock });
  const app = await newApp();
  const user = newVisitor({ headers: { 'x-forwarded-for': '192.0.2.1' } });
  codeOf(await signIn(user, app.request().url, LOGIN));
  const headers = { 'x-forwarded-for': '192.0.2.1', accept: 'text/html' };
  const forged = { ...headers, cookie: `latchkey=${'x'.repeat(43)}; latchkey.sig=${'y'.repeat(43)}` };
  await burst(BURST, async () => (await got(app.request().url, { ...options, headers: forged })).statusCode);
  t.is((await got(app.request().url, { ...options, headers: forged })).statusCode, 429);
  codeOf(await user.open(app.request({ prompt: 'none' }).url));
  t.true(textOf(await user.open(app.request({ prompt: 'login' }).url)).includes('Password'));
});

test('600 pushed requests in a burst pass, and the next is 429 in JSON', async (t) => {
  const clock = new ManualClock();
  const { newApp } = await ownProvider(t, { clock });
  const app = await newApp();
  const form = Object.fromEntries(new URL(app.request().url).searchParams);
  t.deepEqual(await burst(BURST, async () => (await app.post('/request', form)).statusCode), [201]);
  const { statusCode, headers, body } = await app.post('/request', form);
  t.is(statusCode, 429);
  t.true(Number(headers['retry-after']) > 0);
  t.is(body.error, 'temporarily_unavailable');
  t.is(body.request_uri, undefined);
});

test('signing out again and again leaves no more behind, and a long state is refused there too', async (t) => {
  const { latchkey } = await ownProvider(t, { clock: new ManualClock() });
  const headers = { 'x-forwarded-for': '192.0.2.1', accept: 'text/html' };
  const url = `${latchkey.issuer}/session/end`;
  await burst(BURST, async () => (await got(url, { ...options, headers })).statusCode);
  t.is((await got(url, { ...options, headers })).statusCode, 429);
  const long = await got(`${url}?state=${'x'.repeat(9000)}`, { ...options, headers: { accept: 'text/html' } });
  t.is(long.statusCode, 400);
});

test('the burst that passes is what the budgets say', (t) => {
  t.is(budgets.visits.limit, BURST);
  t.is(budgets.pushedRequests.limit, BURST);
});
