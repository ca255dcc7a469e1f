/** What visitors whom nobody knows may leave in the database is bounded for each network. */
import test, { type ExecutionContext } from 'ava';
import got from 'got';
import { CookieJar } from 'tough-cookie';
import { budgets } from '../../src/domain/throttle/budgets.ts';
import { ManualClock } from '../support/clock.ts';
import { LOGIN, newVisitor, ownProvider, textOf } from '../support/provider-fixture.ts';
import { atOnce } from '../support/records.ts';
import { codeOf, signIn } from '../support/relying-party.ts';
import { newDpopKey } from './dpop-proofs.ts';

const BURST = 600;
const BURST_OF_NETWORK = 2400;
const AT_ONCE = 50;
const options = { throwHttpErrors: false, followRedirect: false, retry: { limit: 0 } } as const;

/** So many requests, some at once; the statuses that came. */
async function burst(count: number, request: (caller: number) => Promise<number>): Promise<readonly number[]> {
  const statuses: number[] = [];
  for (let done = 0; done < count; done += AT_ONCE)
    statuses.push(...(await atOnce(Math.min(AT_ONCE, count - done), (caller) => request(done + caller))));
  return [...new Set(statuses)];
}

const OWNER = '192.0.2.1';
const NEIGHBOUR = '192.0.2.200';

/** What one caller sends until it is told to stop, from one address or several. */
async function useUp(request: (address: string) => Promise<number>, addresses: readonly string[]): Promise<void> {
  for (const address of addresses) await burst(BURST, () => request(address));
}

async function visiting(t: ExecutionContext) {
  const clock = new ManualClock();
  const fixture = await ownProvider(t, { clock });
  const app = await fixture.newApp();
  const { url } = app.request();
  const from = (address: string, accept = 'text/html') =>
    got(url, { ...options, headers: { 'x-forwarded-for': address, accept } });
  return { ...fixture, clock, app, from, visit: async (address: string) => (await from(address)).statusCode };
}

test('600 sign-ins begun in a burst pass, and the next from that address is 429', async (t) => {
  const { clock, from, visit, latchkey } = await visiting(t);
  t.deepEqual(await burst(BURST, () => visit(NEIGHBOUR)), [303]);

  const page = await from(NEIGHBOUR);
  t.is(page.statusCode, 429);
  t.true(Number(page.headers['retry-after']) > 0);
  t.regex(page.headers['content-type'] ?? '', /html/);
  t.is(page.headers.location, undefined);
  const machine = await from(NEIGHBOUR, '*/*');
  t.is(machine.statusCode, 429);
  t.is(JSON.parse(machine.body).error, 'temporarily_unavailable');
  const [throttled] = latchkey.logged.filter(({ event }) => event === 'request.throttled');
  t.is(throttled?.reason, 'authorization');

  clock.advance(Number(page.headers['retry-after']));
  t.is(await visit(NEIGHBOUR), 303);
});

for (const [what, neighbour, owner] of [
  ['an IPv4 address', NEIGHBOUR, OWNER],
  ['an IPv6 /64', '2001:db8:1:2::9', '2001:db8:1:3::1'],
] as const) {
  test(`${what} that used up its share shuts nobody else of its network out`, async (t) => {
    const { visit } = await visiting(t);
    await useUp(visit, [neighbour]);
    t.deepEqual([await visit(neighbour), await visit(owner)], [429, 303]);
  });
}

test('a network has four shares, a known device in it is none the worse, and neither is another network', async (t) => {
  const { visit, app } = await visiting(t);
  const user = newVisitor({ headers: { 'x-forwarded-for': OWNER } });
  codeOf(await signIn(user, app.request().url, LOGIN));
  await useUp(visit, ['192.0.2.201', '192.0.2.202', '192.0.2.203', '192.0.2.204']);
  t.deepEqual([await visit(OWNER), await visit('198.51.100.7')], [429, 303]);

  // As after a sign-out: of all its cookies it keeps those that say which browser it is.
  const jar = new CookieJar();
  for (const cookie of await user.jar.getCookies(app.request().url))
    if (/device|browser/.test(cookie.key)) await jar.setCookie(cookie.toString(), app.request().url);
  const device = newVisitor({ headers: { 'x-forwarded-for': OWNER }, jar });
  codeOf(await signIn(device, app.request().url, LOGIN));
});

test('a known device begins 60 sign-ins in a burst, and a cookie that we did not sign makes no device known', async (t) => {
  const { visit, app, from, latchkey } = await visiting(t);
  const user = newVisitor({ headers: { 'x-forwarded-for': OWNER } });
  codeOf(await signIn(user, app.request().url, LOGIN));
  const device = (await user.jar.getCookies(latchkey.issuer)).find(({ key }) => key === 'latchkey_device');
  const visitWith = async (value: string) =>
    (
      await got(app.request().url, {
        ...options,
        headers: { 'x-forwarded-for': OWNER, cookie: `latchkey_device=${value}`, accept: 'text/html' },
      })
    ).statusCode;
  t.deepEqual(await burst(60, () => visitWith(String(device?.value))), [303]);
  t.is(await visitWith(String(device?.value)), 429);
  t.is((await from(OWNER)).statusCode, 303);
  await useUp(visit, [OWNER]);
  t.is(await visitWith(`${device?.value}x`), 429);
});

test('who is signed in may be shown 120 pages in a burst, and goes on without a page after that', async (t) => {
  const { app, visit } = await visiting(t);
  const user = newVisitor({ headers: { 'x-forwarded-for': OWNER } });
  codeOf(await signIn(user, app.request().url, LOGIN));
  const cookie = await user.jar.getCookieString(app.request().url);
  const headers = { 'x-forwarded-for': OWNER, accept: 'text/html', cookie };
  const asked = async () => (await got(app.request({ prompt: 'login' }).url, { ...options, headers })).statusCode;
  t.deepEqual(await burst(120, asked), [303]);
  t.is(await asked(), 429);
  const elsewhere = { ...headers, 'x-forwarded-for': '198.51.100.7' };
  t.is((await got(app.request({ prompt: 'login' }).url, { ...options, headers: elsewhere })).statusCode, 429);
  codeOf(await user.open(app.request().url));
  t.is(await visit(OWNER), 303);
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

async function pushing(t: ExecutionContext) {
  const { newApp, latchkey } = await ownProvider(t, { clock: new ManualClock() });
  const visitor = await newApp({ token_endpoint_auth_method: 'none' });
  const client = await newApp();
  const form = Object.fromEntries(new URL(visitor.request().url).searchParams);
  const push = (address: string, headers: Readonly<Record<string, string>> = {}) =>
    got.post(`${latchkey.issuer}/request`, { ...options, form, headers: { 'x-forwarded-for': address, ...headers } });
  const own = { ...form, client_id: client.client.client_id };
  return { latchkey, push, pushAsClient: () => client.post('/request', own) };
}

test('600 pushed requests of public clients in a burst pass, and the next is 429 in JSON', async (t) => {
  const { push } = await pushing(t);
  t.deepEqual(await burst(BURST, async () => (await push(NEIGHBOUR)).statusCode), [201]);
  const { statusCode, headers, body } = await push(NEIGHBOUR);
  t.is(statusCode, 429);
  t.true(Number(headers['retry-after']) > 0);
  t.is(JSON.parse(body).error, 'temporarily_unavailable');
  t.is(JSON.parse(body).request_uri, undefined);
  t.is((await push(OWNER)).statusCode, 201);
});

test('what public clients push is nothing to a client of their address that proves itself, and it may push more', async (t) => {
  const { push, pushAsClient } = await pushing(t);
  await useUp(async (address) => (await push(address)).statusCode, ['127.0.0.1']);
  t.is((await push('127.0.0.1')).statusCode, 429);
  t.deepEqual(await burst(2 * BURST, async () => (await pushAsClient()).statusCode), [201]);
});

test('a pushed request that is 429 leaves no DPoP proof behind either', async (t) => {
  const { push, latchkey } = await pushing(t);
  const key = await newDpopKey();
  const proved = async () => {
    const dpop = await key.proof({ address: `${latchkey.issuer}/request` });
    return { dpop, statusCode: (await push(NEIGHBOUR, { dpop })).statusCode };
  };
  t.is((await proved()).statusCode, 201);
  await useUp(async () => (await push(NEIGHBOUR)).statusCode, [NEIGHBOUR]);
  const { dpop, statusCode } = await proved();
  t.is(statusCode, 429);
  // Had it been kept, it would be a replay wherever it comes from.
  t.is((await push(OWNER, { dpop })).statusCode, 201);
  t.is((await push(OWNER, { dpop })).statusCode, 400);
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

test('the shares are what the budgets say', (t) => {
  t.is(budgets.visits.limit, BURST);
  t.is(budgets.visitsOfNetwork.limit, BURST_OF_NETWORK);
  t.is(budgets.pushedRequests.limit, BURST);
  t.is(budgets.pushedRequestsOfNetwork.limit, BURST_OF_NETWORK);
});
