/** One sign-in can be followed through the log, from the authorization request to the last refresh. */
import test, { type ExecutionContext } from 'ava';
import got from 'got';
import { API, LOGIN, obtainCode, redeem, sharedProvider } from '../support/provider-fixture.ts';
import { type App, codeOf, PASSWORD, signIn } from '../support/relying-party.ts';
import { newBrowser, request, type Watched, watch, watchedProvider } from './fixture.ts';

const provider = watch(await sharedProvider());
const { latchkey, newApp } = provider;

interface Request {
  readonly route: string;
  readonly status: number;
  readonly requestId: string;
  readonly signInId?: string;
}

/** The lines of requests for this client. */
function requestsOf({ client }: App, { latchkey: { logged } }: Watched = provider): readonly Request[] {
  return logged.filter(
    ({ message, clientId }) => message === 'request' && clientId === client.client_id,
  ) as unknown as readonly Request[];
}

const idsOf = (requests: readonly Request[]) => new Set(requests.map(({ signInId }) => signInId));

async function refresh(app: App, refreshToken: string | undefined): Promise<string | undefined> {
  const { body } = await app.token({ grant_type: 'refresh_token', refresh_token: refreshToken ?? '' });
  return body.refresh_token;
}

async function wholeSignIn(app: App, parameters: Readonly<Record<string, string>> = {}) {
  const { user, ...grant } = await obtainCode(app, { user: newBrowser(), ...parameters });
  const { body } = await redeem(app, grant);
  await refresh(app, await refresh(app, body.refresh_token));
  return { user, grant, body };
}

test('one id goes from /auth over sign-in page, consent and code to the second refresh', async (t) => {
  const app = await newApp();
  await wholeSignIn(app);
  const requests = requestsOf(app);
  t.deepEqual(
    requests.map(({ route }) => route),
    [
      'authorization',
      'interaction',
      'interaction.login',
      'resume',
      'interaction',
      'interaction.consent',
      'resume',
      'token',
      'token',
      'token',
    ],
  );
  t.is(idsOf(requests).size, 1);
  t.is(typeof requests[0]?.signInId, 'string');
});

test('security events have the id of the sign-in, and the id of their request', async (t) => {
  const app = await newApp();
  const { grant } = await wholeSignIn(app);
  await redeem(app, grant);
  const [id] = idsOf(requestsOf(app));
  const events = latchkey.logged.filter(
    ({ message, clientId }) => message === 'security event' && clientId === app.client.client_id,
  );
  t.deepEqual(
    events.map(({ event }) => event),
    ['sign_in.succeeded', 'consent.given', 'code.replayed', 'grant.revoked', 'request.refused'],
  );
  for (const event of events) {
    t.is(event.signInId, id);
    t.true(requestsOf(app).some(({ requestId }) => requestId === event.requestId));
  }
});

test('two sign-ins of one user have two ids, also in one browser and with one grant', async (t) => {
  const app = await newApp();
  const { user } = await wholeSignIn(app, { scope: 'openid' });
  const before = idsOf(requestsOf(app));
  const { url, verifier } = app.request({ scope: 'openid', prompt: 'login' });
  const { body } = await redeem(app, { code: codeOf(await signIn(user, url, LOGIN)), verifier });
  await refresh(app, body.refresh_token);
  const after = idsOf(requestsOf(app));
  t.is(before.size, 1);
  t.is(after.size, 2);
});

test('a silent sign-in has an id of its own, up to its refresh', async (t) => {
  const app = await newApp();
  const { user } = await wholeSignIn(app);
  const seen = requestsOf(app).length;
  const { url, verifier } = app.request({ prompt: 'none' });
  const { body } = await redeem(app, { code: codeOf(await user.open(url)), verifier });
  await refresh(app, body.refresh_token);
  const [loud, silent] = [requestsOf(app).slice(0, seen), requestsOf(app).slice(seen)];
  t.deepEqual(
    silent.map(({ route }) => route),
    ['authorization', 'token', 'token'],
  );
  t.is(idsOf(silent).size, 1);
  t.notDeepEqual(idsOf(silent), idsOf(loud));
});

test('an authorization request that is refused has an id and a reason', async (t) => {
  const app = await newApp();
  await newBrowser().open(app.request({ prompt: 'none' }).url);
  const event = latchkey.logged.find(
    ({ event: name, clientId }) => name === 'request.refused' && clientId === app.client.client_id,
  );
  t.like(event, { reason: 'login_required', endpoint: 'authorization' });
  t.is(event?.signInId, requestsOf(app)[0]?.signInId);
  t.is(typeof event?.signInId, 'string');
});

test('no page, token or answer names a sign-in', async (t) => {
  const app = await newApp({ resources: [API] });
  const user = newBrowser();
  const login = await user.open(app.request({ scope: 'openid notes:read', resource: API }).url);
  const consent = await user.submit(login, 'login-submit', { login: LOGIN, password: PASSWORD });
  const page = await user.submit(consent, 'consent-submit');
  const [id = ''] = idsOf(requestsOf(app));
  t.not(id, '');
  const said = JSON.stringify([login, consent, page, await user.jar.serialize()]);
  t.false(said.includes(id));
});

async function requestIdFor(t: ExecutionContext, sent: string, trusted: boolean): Promise<string> {
  const own = await watchedProvider(t, { environment: trusted ? {} : { TRUSTED_PROXIES: '' } });
  const { headers } = await got(`${own.latchkey.issuer}/livez`, { headers: { 'x-request-id': sent } });
  const line = own.latchkey.logged.find(({ route }) => route === 'livez');
  t.is(line?.requestId, headers['x-request-id']);
  return String(headers['x-request-id']);
}

test('a request id of a trusted proxy is kept, one of anybody else is not', async (t) => {
  const sent = 'Proxy.given_id-1';
  t.is(await requestIdFor(t, sent, true), sent);
  t.not(await requestIdFor(t, sent, false), sent);
});

for (const sent of ['', 'a b', 'x'.repeat(65), 'a"b', 'é', 'one,two', '{"level":"error"}']) {
  test(`what has not the form of a request id is replaced, also from a trusted proxy: ${sent}`, async (t) => {
    const id = await requestIdFor(t, sent, true);
    t.regex(id, /^[0-9a-f-]{36}$/);
  });
}

test('debug says more than info: names of parameters and the reasons of a prompt, and no value', async (t) => {
  const app = await newApp();
  const state = 'a-value-that-nobody-writes-down';
  await newBrowser().open(app.request({ state }).url);
  const { requestId } = requestsOf(app)[0] ?? {};
  const details = latchkey.logged.find((line) => line.level === 'debug' && line.requestId === requestId);
  t.like(details, { prompt: 'login', promptReasons: ['no_session'], hasSession: false });
  t.regex(JSON.stringify(details?.parameters), /"state"/);
  t.false(JSON.stringify(latchkey.logged).includes(state));
});

test('what was typed is not written down, and equal names are seen to be equal', async (t) => {
  const own = await watchedProvider(t);
  const typed = 'somebody.secret@example.com';
  for (const login of [typed, typed.toUpperCase(), 'another@example.com']) {
    const user = newBrowser();
    await user.submit(await user.open((await own.newApp()).request().url), 'login-submit', { login, password: 'x' });
  }
  const references = own.newLines().map(({ accountReference }) => accountReference);
  t.is(references.length, 3);
  t.is(references[0], references[1]);
  t.not(references[0], references[2]);
  const kept = await own.kept({ kind: 'unknown accounts' });
  t.is(kept.length, 3);
  for (const text of [JSON.stringify(own.latchkey.logged), JSON.stringify(kept)])
    t.notRegex(text, /somebody\.secret|another@example/i);
});

test('a store that fails fails no request: the line is there, and a warning', async (t) => {
  let isBroken = false;
  const own = await watchedProvider(t, {
    wrapRecords: (records) =>
      new Proxy(records, {
        get(target, name, receiver) {
          const member: unknown = Reflect.get(target, name, receiver);
          if (name !== 'put' || typeof member !== 'function') return member;
          return (collection: string, ...rest: readonly unknown[]) => {
            if (isBroken && collection === 'events') throw new Error('the disk is full');
            return Reflect.apply(member, target, [collection, ...rest]);
          };
        },
      }),
  });
  isBroken = true;
  const app = await own.newApp();
  const { code } = await obtainCode(app, { user: newBrowser() });
  t.truthy(code);
  t.true(own.newLines().some(({ event }) => event === 'sign_in.succeeded'));
  const warning = own.latchkey.logged.find(({ message }) => message === 'security events could not be kept');
  t.like(warning, { level: 'warn', cause: 'Error' });
  t.is(typeof warning?.requestId, 'string');
});

test('failures of a known and of an unknown account cost the same calls on the database', async (t) => {
  const calls: string[] = [];
  const own = await watchedProvider(t, {
    wrapRecords: (records) =>
      new Proxy(records, {
        get(target, name, receiver) {
          const member: unknown = Reflect.get(target, name, receiver);
          if (typeof member !== 'function') return member;
          return (...args: readonly unknown[]) => {
            calls.push(`${String(name)} ${String(args[0])}`);
            return Reflect.apply(member, target, args);
          };
        },
      }),
  });
  const callsOf = async (login: string): Promise<readonly string[]> => {
    const user = newBrowser();
    const page = await user.open((await own.newApp()).request().url);
    calls.length = 0;
    await user.submit(page, 'login-submit', { login, password: 'wrong' });
    return [...calls];
  };
  // From the same address as both: its budget is begun before.
  await callsOf('somebody@example.com');
  t.deepEqual(await callsOf(LOGIN), await callsOf('nobody@example.com'));
  t.is((await request(own, '/livez')).statusCode, 200);
});
