/** What is answered before its body was read spoils the connection for nobody (RFC 9112 9.6). */
import http from 'node:http';
import test from 'ava';
import { nginx, startNginx } from '../support/nginx.ts';
import { newVisitor, sharedProvider } from '../support/provider-fixture.ts';

const { latchkey, newApp } = await sharedProvider();
const { issuer } = latchkey;

const FORM = 'application/x-www-form-urlencoded';
const KIB = 1024;

interface Answer {
  readonly status: number;
  readonly connection: string | undefined;
}

interface Sent {
  readonly method?: string;
  readonly path: string;
  readonly headers?: http.OutgoingHttpHeaders;
  readonly body?: Buffer;
  /** Without a Content-Length. */
  readonly isChunked?: boolean;
}

function send(address: string, agent: http.Agent, { method, path, headers, body, isChunked }: Sent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = body !== undefined && !isChunked && { 'content-length': body.byteLength };
    const request = http.request(
      new URL(path, address),
      { agent, method: method ?? (body ? 'POST' : 'GET'), headers: { ...headers, ...length } },
      (response) => {
        response.resume();
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, connection: response.headers.connection }),
        );
        response.on('error', reject);
      },
    );
    // A server may stop reading what it has refused: what counts is that it answered.
    request.on('error', (error) => void setTimeout(() => reject(error), 200));
    if (body !== undefined) request.write(body);
    request.end();
  });
}

const body = (bytes: number): Buffer => Buffer.alloc(bytes, 'a');
const form = { 'content-type': FORM };
const basic = { authorization: `Basic ${Buffer.from('nobody:wrong').toString('base64')}` };

/** Each ends before the body was read, for another reason. */
const refused: Readonly<Record<string, Sent & { readonly status: number }>> = {
  'a form over the limit': { path: '/interaction/some/login', headers: form, body: body(300 * KIB), status: 413 },
  'a form over the limit, in chunks': {
    ...{ path: '/interaction/some/login', headers: form, body: body(300 * KIB), isChunked: true },
    status: 413,
  },
  'a form of another type': { path: '/interaction/some/consent', body: body(300 * KIB), status: 415 },
  'an address that is none': { path: '/nowhere', headers: form, body: body(300 * KIB), status: 404 },
  'a method that an address does not have': { path: '/livez', headers: form, body: body(300 * KIB), status: 405 },
  'a post to the keys': { path: '/jwks', headers: form, body: body(300 * KIB), status: 405 },
  'a post to a style sheet': { path: '/assets/latchkey.css', body: body(300 * KIB), status: 405 },
  'a token request over the limit': { path: '/token', headers: form, body: body(300 * KIB), status: 400 },
  'a token request over the limit, in chunks': {
    ...{ path: '/token', headers: { ...form, ...basic }, body: body(300 * KIB), isChunked: true },
    status: 400,
  },
  'a token request of another type': { path: '/token', headers: basic, body: body(300 * KIB), status: 401 },
  'a pushed request over the limit': { path: '/request', headers: form, body: body(300 * KIB), status: 400 },
  'an introspection over the limit': {
    path: '/token/introspection',
    headers: form,
    body: body(300 * KIB),
    status: 400,
  },
  'a revocation over the limit': { path: '/token/revocation', headers: form, body: body(300 * KIB), status: 400 },
  'an authorization request by post': { path: '/auth', headers: form, body: body(300 * KIB), status: 400 },
  'a sign-out over the limit': { path: '/session/end/confirm', headers: form, body: body(300 * KIB), status: 400 },
  'userinfo with a body': { path: '/me', headers: form, body: body(300 * KIB), status: 400 },
  'an address that is malformed': { path: '/interaction/%/login', headers: form, body: body(300 * KIB), status: 413 },
};

for (const [what, { status, ...sent }] of Object.entries(refused)) {
  test(`${what} ends its connection, and the next request is answered`, async (t) => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    t.teardown(() => agent.destroy());
    const answer = await send(issuer, agent, sent);
    t.deepEqual(answer, { status, connection: 'close' });
    t.is((await send(issuer, agent, { path: '/livez' })).status, 200);
  });
}

test('a GET that has a body which nobody reads ends its connection', async (t) => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  t.teardown(() => agent.destroy());
  const answer = await send(issuer, agent, { method: 'GET', path: '/livez', body: body(10) });
  t.deepEqual(answer, { status: 200, connection: 'close' });
});

test('a form that was read keeps its connection', async (t) => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  t.teardown(() => agent.destroy());
  const page = await newVisitor().open((await newApp()).request().url);
  const { pathname } = new URL(page.url);
  const posted = await send(issuer, agent, { path: `${pathname}/login`, headers: form, body: Buffer.from('csrf=x') });
  t.deepEqual(posted, { status: 403, connection: 'keep-alive' });
  const token = await send(issuer, agent, { path: '/token', headers: form, body: Buffer.from('grant_type=x') });
  t.deepEqual(token, { status: 401, connection: 'keep-alive' });
});

if (nginx !== undefined) {
  const program = nginx;
  test('behind nginx, which keeps one connection alive, no visitor gets a 502 for somebody else', async (t) => {
    const address = await startNginx(t, program, new URL(issuer).host);
    const agent = new http.Agent({ keepAlive: false });
    const next: number[] = [];
    for (const { status: _direct, ...sent } of Object.values(refused)) {
      // nginx answers a malformed address itself.
      await send(address, agent, { ...sent, body: body(2000 * KIB) }).catch(() => undefined);
      next.push((await send(address, agent, { path: '/livez' })).status);
      next.push((await send(address, agent, { path: '/readyz' })).status);
    }
    t.deepEqual([...new Set(next)], [200]);
  });

  test('behind nginx who sent a body that is refused reads why', async (t) => {
    const address = await startNginx(t, program, new URL(issuer).host);
    const agent = new http.Agent({ keepAlive: false });
    for (const bytes of [80 * KIB, 300 * KIB, 5000 * KIB]) {
      const sent = { path: '/interaction/some/login', headers: form, body: body(bytes) };
      t.is((await send(address, agent, sent)).status, 413, String(bytes));
    }
  });
}
