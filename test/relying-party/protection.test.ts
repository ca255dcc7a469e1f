/** What protects the example app's pages from other sites. */
import test from 'ava';
import got, { type OptionsInit } from 'got';
import { type ExampleApp, startExampleApp } from './example-app.ts';

const plain = { throwHttpErrors: false, followRedirect: false, retry: { limit: 0 } } as const satisfies OptionsInit;

function signIn({ app }: ExampleApp, headers: Readonly<Record<string, string>>) {
  return got.post(`${app}/sign-in`, { ...plain, headers });
}

test('a form of the app itself is taken, and leads to the provider with PKCE, state and nonce', async (t) => {
  const example = await startExampleApp(t);

  const answer = await signIn(example, { 'sec-fetch-site': 'same-origin' });

  t.is(answer.statusCode, 303);
  const address = new URL(answer.headers.location ?? '');
  t.is(address.origin, example.issuer);
  const query = address.searchParams;
  t.is(query.get('response_type'), 'code');
  t.is(query.get('code_challenge_method'), 'S256');
  for (const name of ['state', 'nonce', 'code_challenge']) t.true((query.get(name) ?? '').length >= 43, name);
  t.is(query.get('redirect_uri'), `${example.app}/callback`);
});

test('an older browser says where a form comes from in Origin', async (t) => {
  const example = await startExampleApp(t);

  t.is((await signIn(example, { origin: example.app })).statusCode, 303);
});

const foreign: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'from another site': { 'sec-fetch-site': 'cross-site' },
  'from another port of the same machine': { 'sec-fetch-site': 'same-site' },
  'from another origin in an older browser': { origin: 'http://localhost:1' },
  'that hides where it comes from': {},
};

for (const [what, headers] of Object.entries(foreign)) {
  for (const path of ['sign-in', 'refresh', 'notes', 'sign-out']) {
    test(`a form ${what} is refused at /${path}`, async (t) => {
      const { app } = await startExampleApp(t);

      t.is((await got.post(`${app}/${path}`, { ...plain, headers })).statusCode, 403);
    });
  }
}

test('the session cookie is out of reach for scripts and other sites', async (t) => {
  const example = await startExampleApp(t);

  const { headers } = await signIn(example, { 'sec-fetch-site': 'same-origin' });

  const [cookie, ...others] = headers['set-cookie'] ?? [];
  t.deepEqual(others, []);
  t.regex(cookie ?? '', /; path=\/; samesite=lax; httponly$/i);
});

test('no page runs a script or may be framed', async (t) => {
  const { app } = await startExampleApp(t);

  for (const path of ['/', '/signed-out', '/callback', '/nowhere']) {
    const { headers, body } = await got(app + path, plain);
    t.regex(String(headers['content-security-policy']), /default-src 'none'.*frame-ancestors 'none'/);
    t.is(headers['cache-control'], 'no-store');
    t.false(/<script|style=|unsafe-/.test(body + headers['content-security-policy']));
  }
});

test('a browser that came by another name of this machine is led to the registered one', async (t) => {
  const { app } = await startExampleApp(t);
  const { port } = new URL(app);

  const answer = await got(`http://127.0.0.1:${port}/`, plain);

  t.is(answer.statusCode, 302);
  t.is(new URL(answer.headers.location ?? '').origin, app);
});
