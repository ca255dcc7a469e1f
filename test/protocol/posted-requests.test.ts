/** Requests by POST (OIDC Core 3.1.2.1, RP-Initiated Logout 2): the same request by GET, and no ID token in an address. */
import { randomBytes } from 'node:crypto';
import net from 'node:net';
import test from 'ava';
import got, { type OptionsInit, type Response } from 'got';
import { ManualClock } from '../support/clock.ts';
import { startInstallation } from '../support/installation.ts';
import { LOGIN, newVisitor, obtainCode, redeem, sharedProvider, textOf, toldApp } from '../support/provider-fixture.ts';
import { codeOf, signIn } from '../support/relying-party.ts';

const AFTER = 'https://app.example.com/signed-out';
const clock = new ManualClock();
const { latchkey, newApp } = await sharedProvider({ clock });
const { issuer } = latchkey;
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

function send(path: string, options: OptionsInit, at = issuer): Promise<Response<string>> {
  const fixed = { method: 'POST', throwHttpErrors: false, followRedirect: false, retry: { limit: 0 } } as const;
  return got(`${at}${path}`, { ...fixed, ...options }) as Promise<Response<string>>;
}

const post = (path: string, body: string, at = issuer) => send(path, { body, headers: FORM }, at);

function locationOf(answer: Response<string>): URL {
  if (answer.statusCode !== 303) throw new Error(`${answer.statusCode}: ${answer.body}`);
  return new URL(String(answer.headers.location));
}

/** Somebody who is signed in, and the ID token that the app has got. */
async function signedIn() {
  const app = await newApp({ post_logout_redirect_uris: [AFTER] });
  const { user, ...grant } = await obtainCode(app, { user: newVisitor({ stopAt: 'https://app.example.com/' }) });
  return { app, user, hint: String((await redeem(app, grant)).body.id_token) };
}

const spellings = ['/auth', '/AUTH', '/auth/', '/session/end', '/Session/End/'];
const bodies: Readonly<Record<string, string>> = {
  'a repeated resource':
    'client_id=a&resource=https%3A%2F%2Fb%2F&scope=openid&resource=https%3A%2F%2Fa%2F&resource=urn%3Ac',
  'whatever is repeated': 'state=2&scope=a&state=1&scope=&scope=a',
  'other letters': 'login_hint=%C3%A4%F0%9F%8E%89&state=a+b%20c%2B%26%3D',
  'what nobody knows': 'a%5B%5D=1&=x&__proto__=y&constructor=z&q',
  'a percent sign that escapes nothing': 'state=100%&nonce=%zz&x=%4',
  'line ends and controls': 'state=%0D%0ALocation%3A+https%3A%2F%2Fevil.example%2F&nonce=%00%7F',
  nothing: '',
};

for (const [what, body] of Object.entries(bodies)) {
  test(`${what} is in the address as it was posted, and nothing is set or stored`, async (t) => {
    for (const path of spellings) {
      const answer = await post(path, body);
      const address = locationOf(answer);
      t.is(`${address.origin}${address.pathname}`, `${issuer}${path.toLowerCase().replace(/\/$/, '')}`);
      t.deepEqual([...address.searchParams], [...new URLSearchParams(body)]);
      t.is(answer.headers['set-cookie'], undefined);
      t.is(answer.headers['cache-control'], 'no-store');
      t.is(answer.headers['referrer-policy'], 'no-referrer');
    }
  });
}

test('a request without a body is one without parameters', async (t) => {
  for (const path of ['/auth', '/session/end']) {
    const answers = [send(path, {}), send(path, { headers: FORM }), send(path, { body: '' })];
    for (const answer of await Promise.all(answers)) t.is(locationOf(answer).search, '');
  }
  t.regex((await newVisitor().open(locationOf(await send('/session/end', {})).href)).body, /session\/end\/confirm/);
});

test('a sign-in that is posted from another site ends in a code, and one with a session needs no page', async (t) => {
  const app = await newApp();
  const user = newVisitor();
  const begin = async (parameters = {}) => {
    const { url, verifier } = app.request(parameters);
    const headers = { origin: 'https://app.example.com', 'sec-fetch-site': 'cross-site', ...FORM };
    const answer = await send('/auth', { body: new URL(url).search.slice(1), headers });
    return { address: locationOf(answer).href, verifier };
  };
  const first = await begin();
  t.is((await redeem(app, { code: codeOf(await signIn(user, first.address, LOGIN)), ...first })).statusCode, 200);
  const silent = await begin({ prompt: 'none' });
  t.is((await redeem(app, { code: codeOf(await user.open(silent.address)), ...silent })).statusCode, 200);
});

test('a hint is in no address and no log, and counts as if it had been sent by GET', async (t) => {
  const { app, user, hint } = await signedIn();
  const request = (of: string) => app.request({ prompt: 'none', id_token_hint: of }).url;
  const address = locationOf(await post('/auth', new URL(request(hint)).search.slice(1)));
  t.truthy(codeOf(await user.open(address.href)));
  t.is(toldApp(await newVisitor().open(address.href)).error, 'login_required');
  const forged = `${hint.slice(0, -6)}AAAAAA`;
  const told = locationOf(await post('/auth', new URL(request(forged)).search.slice(1)));
  t.is(toldApp(await user.open(told.href)).error, toldApp(await user.open(request(forged))).error);

  const goodbye = { id_token_hint: hint, post_logout_redirect_uri: AFTER, state: 's-1' };
  const signOut = locationOf(await send('/session/end', { form: goodbye }));
  const after = await user.submit(await user.open(signOut.href), 'logout-confirm');
  t.is(after.url, `${AFTER}?state=s-1`);

  const traces = [address.href, signOut.href, after.url, JSON.stringify(latchkey.logged)].join('\n');
  for (const part of hint.split('.')) t.false(traces.includes(part));
  t.notRegex(traces, /id_token_hint=|\beyJ/);
});

test('a request object, which may hold a hint, is in no address either', async (t) => {
  const address = locationOf(await post('/auth', 'client_id=a&request=eyJhbGciOiJub25lIn0.e30.&state=b'));
  t.deepEqual([...address.searchParams.keys()], ['client_id', 'state', 'posted']);
  t.notRegex(address.href, /eyJ/);
});

test('two hints are two, as at a GET', async (t) => {
  const { app, user, hint } = await signedIn();
  const { search } = new URL(app.request({ id_token_hint: hint }).url);
  const address = locationOf(await post('/auth', `${search.slice(1)}&id_token_hint=${hint}`));
  t.is(toldApp(await user.open(address.href)).error, 'invalid_request');
});

/** What became of the encrypted part of an address. */
const changes: Readonly<Record<string, (address: URL) => void>> = {
  'with a parameter more': ({ searchParams }) => searchParams.append('prompt', 'login'),
  'with another parameter': ({ searchParams }) => searchParams.set('client_id', 'another'),
  'in another order': (address) => {
    address.search = new URLSearchParams([...address.searchParams].reverse()).toString();
    const { searchParams } = address;
    const posted = String(searchParams.get('posted'));
    searchParams.delete('posted');
    searchParams.append('posted', posted);
  },
  'cut short': ({ searchParams }) => searchParams.set('posted', String(searchParams.get('posted')).slice(0, -3)),
  'made up': ({ searchParams }) => searchParams.set('posted', 'A'.repeat(200)),
  empty: ({ searchParams }) => searchParams.set('posted', ''),
  'given twice': ({ searchParams }) => searchParams.append('posted', String(searchParams.get('posted'))),
  'at the other endpoint': (address) => {
    address.pathname = address.pathname === '/auth' ? '/session/end' : '/auth';
  },
};

for (const [what, change] of Object.entries(changes)) {
  test(`an encrypted hint ${what} is none: nobody signs in with it, and to sign out there is no way back`, async (t) => {
    const { app, user, hint } = await signedIn();
    for (const [path, form] of [
      ['/auth', Object.fromEntries(new URL(app.request({ id_token_hint: hint }).url).searchParams)],
      ['/session/end', { id_token_hint: hint, post_logout_redirect_uri: AFTER, state: 's' }],
    ] as const) {
      const address = locationOf(await send(path, { form }));
      change(address);
      const page = await user.open(address.href);
      t.true(page.url.startsWith(issuer));
      if (address.pathname === '/auth' || page.status === 400) t.is(page.status, 400);
      else t.true((await user.submit(page, 'logout-confirm')).url.startsWith(issuer));
    }
  });
}

test('the address is good for a minute', async (t) => {
  const { app, hint } = await signedIn();
  const { search } = new URL(app.request({ id_token_hint: hint }).url);
  const [address, signOut] = [
    locationOf(await post('/auth', search.slice(1))).href,
    locationOf(await post('/session/end', `id_token_hint=${hint}`)).href,
  ];
  clock.advance(59);
  t.is((await newVisitor().open(address)).status, 200);
  clock.advance(1);
  const late = await newVisitor().open(address);
  t.is(late.status, 400);
  t.regex(textOf(late), /invalid_request/);
  t.is((await newVisitor().open(signOut)).status, 200);
});

test('another process reads it, and one that has the next key before or behind it', async (t) => {
  const [one, two] = [1, 2].map(() => randomBytes(32).toString('base64url'));
  const start = async (keys: string) => {
    const started = await startInstallation({ environment: { SECRET_KEYS: keys, ISSUER: 'http://localhost:4999' } });
    t.teardown(started.stop);
    return started.address;
  };
  const [old, both, next] = [await start(`${one}`), await start(`${one},${two}`), await start(`${two},${one}`)];
  const statusAt = async (at: string, search: string) =>
    (await got(`${at}/session/end${search}`, { throwHttpErrors: false })).statusCode;
  // The hint is nonsense: only where it was read it is an error.
  for (const [from, to] of [
    [old, both],
    [both, next],
    [next, both],
    [next, next],
  ] as const) {
    const { search } = locationOf(await post('/session/end', 'id_token_hint=nonsense', from));
    t.is(await statusAt(to, search), 400);
  }
  const unknown = locationOf(await post('/session/end', 'id_token_hint=nonsense', next));
  t.is(await statusAt(old, unknown.search), 200);
});

const LIMIT = 6 * 1024;

test('an address of more than 6 KB is invalid_request, which names pushed requests', async (t) => {
  const { length } = `${issuer}/auth?client_id=a&state=`;
  const { searchParams } = locationOf(await post('/auth', `client_id=a&state=${'x'.repeat(LIMIT - length)}`));
  t.is(searchParams.get('state')?.length, LIMIT - length);
  const long = {
    'a byte more': 'x'.repeat(LIMIT - length + 1),
    'what is longer in an address': 'ä'.repeat(LIMIT / 6),
    'a hint that is no longer by itself': `x&id_token_hint=${'x'.repeat(LIMIT - length)}`,
    'a hint that would be deflated to nothing': `x&id_token_hint=${'x'.repeat(10 * LIMIT)}`,
    'a hint beside what is long': `${'x'.repeat(LIMIT - 100)}&id_token_hint=${'x'.repeat(100)}`,
    '64 KB': 'x'.repeat(64 * 1024),
    '10 MB': 'x'.repeat(10 * 1024 * 1024),
  };
  for (const [what, value] of Object.entries(long)) {
    for (const path of ['/auth', '/session/end']) {
      const answer = await post(path, `client_id=a&state=${value}`);
      t.is(answer.statusCode, 400, what);
      const { error, error_description: description } = JSON.parse(answer.body);
      t.is(error, 'invalid_request');
      t.regex(description, path === '/auth' ? /6144 bytes.*pushed authorization requests/ : /6144 bytes.*client_id/);
    }
  }
});

const wrong: Readonly<Record<string, readonly [number, OptionsInit]>> = {
  'a JSON body': [415, { json: { client_id: 'a' } }],
  'a multipart body': [415, { body: '--x--', headers: { 'content-type': 'multipart/form-data; boundary=x' } }],
  'a body of no type': [415, { body: 'client_id=a' }],
  'no body of another type': [415, { headers: { 'content-type': 'text/plain', 'content-length': '0' } }],
  'another encoding of characters': [
    415,
    { body: 'state=a', headers: { 'content-type': `${FORM['content-type']}; charset=iso-8859-1` } },
  ],
  'a compressed body': [415, { body: 'state=a', headers: { ...FORM, 'content-encoding': 'gzip' } }],
  'what is not UTF-8': [400, { body: 'state=%FF', headers: FORM }],
  'what is not UTF-8, unescaped': [400, { body: Buffer.from([0x61, 0x3d, 0xff]), headers: FORM }],
  'half a character': [400, { body: 'state=%C3', headers: FORM }],
  'a parameter of the address as well': [400, { searchParams: { state: 'b' }, form: { state: 'a' } }],
  'all parameters in the address': [400, { searchParams: { client_id: 'a' } }],
  'a hint in the address': [400, { searchParams: { id_token_hint: 'a' }, form: { client_id: 'a' } }],
  'what only we encrypt': [400, { form: { posted: 'a' } }],
};

for (const [what, [status, options]] of Object.entries(wrong)) {
  test(`${what} is ${status} and leads nowhere, as a page or as JSON`, async (t) => {
    for (const path of ['/auth', '/session/end']) {
      const json = await send(path, options);
      t.is(json.statusCode, status);
      t.is(json.headers.location, undefined);
      t.like(JSON.parse(json.body), { error: 'invalid_request' });
      const page = await send(path, { ...options, headers: { ...options.headers, accept: 'text/html' } });
      t.is(page.statusCode, status);
      t.regex(page.body, /<h1>/);
    }
  });
}

test('UTF-8 by name, and a body of unknown length, are forms as well', async (t) => {
  for (const charset of ['utf-8', 'UTF-8', '"utf-8"']) {
    const headers = { 'content-type': `${FORM['content-type']}; charset=${charset}`, 'content-encoding': 'identity' };
    t.is(locationOf(await send('/auth', { body: 'state=a', headers })).search, '?state=a');
  }
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = net.connect(Number(new URL(latchkey.address).port), 'localhost');
    const head = 'POST /auth HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked';
    socket.end(`${head}\r\nContent-Type: ${FORM['content-type']}\r\n\r\n5\r\nstate\r\n2\r\n=b\r\n0\r\n\r\n`);
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('end', () => resolve(text)).on('error', reject);
  });
  t.regex(answer, /^HTTP\/1.1 303 [\s\S]*\/auth\?state=b\r/);
});

test('a client that nobody knows, and an address that is not registered, lead to an error page', async (t) => {
  const app = await newApp();
  for (const parameters of [{ client_id: 'nobody' }, { redirect_uri: 'https://evil.example/' }, { client_id: '' }]) {
    const { search } = new URL(app.request(parameters).url);
    const page = await newVisitor().open(locationOf(await post('/auth', search.slice(1))).href);
    t.true(page.url.startsWith(issuer));
    t.true(page.status >= 400);
  }
});

test('a line of the log names the route and the method, and nothing of what was sent', async (t) => {
  await post('/auth', 'client_id=planted-client&state=planted-state');
  await post('/session/end', 'logout_hint=planted-hint');
  const lines = latchkey.logged.filter(({ method }) => method === 'POST').map(({ route }) => route);
  t.true(lines.includes('authorization') && lines.includes('end_session'));
  t.notRegex(JSON.stringify(latchkey.logged), /planted/);
});
