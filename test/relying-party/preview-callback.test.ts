/** The callback app of docs/connect/preview-deployments.md, against the provider: a code leaves for listed previews only. */
import { createHmac, randomBytes } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import got from 'got';
import { createPreviewCallback } from '../../examples/snippets/preview-callback/preview-callback.ts';
import { listen } from '../support/listener.ts';
import { LOGIN, sharedProvider } from '../support/provider-fixture.ts';
import { newVerifier, signIn } from '../support/relying-party.ts';
import { newUser } from '../support/user.ts';

const { latchkey, newApp } = await sharedProvider();
const { issuer } = latchkey;

const PREVIEW = 'https://pr-42.preview.example.com';

async function startCallbackApp(t: ExecutionContext) {
  const { server, origin } = await listen(t);
  const app = await newApp({ token_endpoint_auth_method: 'none', redirect_uris: [`${origin}/callback`] });
  const key = randomBytes(32);
  const previews = [PREVIEW, 'https://pr-43.preview.example.com'];
  const { client_id: clientId } = app.client;
  server.on('request', createPreviewCallback({ issuer, clientId, baseUrl: origin, key, previews: () => previews }));
  const { verifier, challenge } = newVerifier();
  const start = (more: Readonly<Record<string, string>> = {}) => {
    const query = { preview: PREVIEW, state: 'of the preview', code_challenge: challenge, scope: 'openid', ...more };
    return `${origin}/start?${new URLSearchParams(query)}`;
  };
  /** A browser that follows no redirect. */
  const ask = (address: string, cookie = '') =>
    got(address, { followRedirect: false, throwHttpErrors: false, headers: { cookie } });
  /** As far as the provider, which the browser does not visit. */
  async function begin() {
    const { headers } = await ask(start());
    const state = new URL(String(headers.location)).searchParams.get('state') ?? '';
    return { state, cookie: String(headers['set-cookie']?.[0]?.split(';')[0]) };
  }
  const answer = (state: string, more: Readonly<Record<string, string>> = {}) =>
    `${origin}/callback?${new URLSearchParams({ code: 'secret', iss: issuer, state, ...more })}`;
  return { app, origin, key, previews, verifier, start, ask, begin, answer };
}

test('a preview that is listed gets its code by way of the callback app, and redeems it', async (t) => {
  const { app, origin, verifier, start } = await startCallbackApp(t);
  const user = newUser({ stopAt: PREVIEW });
  const page = await signIn(user, start({ nonce: 'of the preview too' }), LOGIN);
  const { origin: reached, pathname, searchParams } = new URL(page.url);
  t.deepEqual([reached, pathname], [PREVIEW, '/callback']);
  t.deepEqual([searchParams.get('state'), searchParams.get('iss')], ['of the preview', issuer]);
  const code = String(searchParams.get('code'));
  const grant = { grant_type: 'authorization_code', code, redirect_uri: `${origin}/callback` };
  t.is((await app.token({ ...grant, code_verifier: newVerifier().verifier })).body.error, 'invalid_grant');
  const again = await signIn(user, start(), LOGIN);
  const other = String(new URL(again.url).searchParams.get('code'));
  t.is((await app.token({ ...grant, code: other, code_verifier: verifier })).statusCode, 200);
});

test('an error of the provider is forwarded by the same rules', async (t) => {
  const { start } = await startCallbackApp(t);
  const user = newUser({ stopAt: PREVIEW });
  const page = await user.open(start({ prompt: 'none' }));
  const { searchParams } = new URL(page.url);
  t.deepEqual([searchParams.get('error'), searchParams.get('code')], ['login_required', null]);
  const { status } = await newUser({ stopAt: PREVIEW }).open(
    start({ preview: 'https://evil.example', prompt: 'none' }),
  );
  t.is(status, 400);
});

const unlisted = [
  'https://evil.example',
  'https://pr-44.preview.example.com',
  `${PREVIEW}.evil.example`,
  `${PREVIEW}@evil.example`,
  `${PREVIEW}:8443`,
  `${PREVIEW}/`,
  `${PREVIEW}/open-redirector?to=`,
  `${PREVIEW}?`,
  `${PREVIEW}#`,
  `${PREVIEW} `,
  `${PREVIEW}.`,
  PREVIEW.replace('https:', 'http:'),
  PREVIEW.replace('https:', 'HTTPS:'),
  PREVIEW.replace('https://', 'https:\\\\'),
  PREVIEW.replace('https:', ''),
  `https://evil.example/${PREVIEW}`,
  'javascript:alert(1)',
  'null',
  '*',
  '',
];

test('no other place begins a sign-in', async (t) => {
  const { start, ask } = await startCallbackApp(t);
  for (const preview of unlisted) {
    const { statusCode, headers } = await ask(start({ preview }));
    t.deepEqual([statusCode, headers.location], [400, undefined], preview);
  }
  for (const more of [{ state: '' }, { state: 'x'.repeat(513) }, { code_challenge: '' }])
    t.is((await ask(start(more))).statusCode, 400);
});

test('a code leaves by a state that was signed here, for the browser that began, while it lasts', async (t) => {
  const { key, ask, begin, answer } = await startCallbackApp(t);
  const { state, cookie } = await begin();
  const other = await begin();
  const [payload = '', signature = ''] = state.split('.');
  const value = cookie.split('=')[1] ?? '';
  const forged = (change: object, signingKey = key) => {
    const given = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const changed = Buffer.from(JSON.stringify({ ...given, ...change })).toString('base64url');
    return `${changed}.${createHmac('sha256', signingKey).update(`${value}.${changed}`).digest('base64url')}`;
  };
  t.is((await ask(answer(state), cookie)).headers.location?.split('?')[0], `${PREVIEW}/callback`);

  const refused: readonly (readonly [state: string, cookie: string, more?: Readonly<Record<string, string>>])[] = [
    [state, ''],
    [state, other.cookie],
    [other.state, cookie],
    [state, `${cookie}x`],
    ['', cookie],
    [payload, cookie],
    [`${payload}.`, cookie],
    [`${payload}.${signature.slice(1)}`, cookie],
    [`${Buffer.from('{"preview":"https://evil.example"}').toString('base64url')}.${signature}`, cookie],
    [forged({ preview: 'https://evil.example' }, randomBytes(32)), cookie],
    // Even with the key: the list is asked again.
    [forged({ preview: 'https://evil.example' }), cookie],
    [forged({ expiresAt: 0 }), cookie],
    [state, cookie, { iss: 'https://other.example' }],
    [state, cookie, { iss: '' }],
  ];
  for (const [index, [given, browser, more]] of refused.entries()) {
    const { statusCode, headers, body } = await ask(answer(given, more), browser);
    t.deepEqual([statusCode, headers.location], [400, undefined], String(index));
    t.false(body.includes('secret'));
  }
});

test('a preview that was taken down meanwhile gets no code', async (t) => {
  const { previews, ask, begin, answer } = await startCallbackApp(t);
  const { state, cookie } = await begin();
  previews.splice(0, 1);
  const { statusCode, headers } = await ask(answer(state), cookie);
  t.deepEqual([statusCode, headers.location], [400, undefined]);
});

test('neither caches nor referrers learn a code, and no other address or method does anything', async (t) => {
  const { origin, ask, begin, answer } = await startCallbackApp(t);
  const { state, cookie } = await begin();
  t.like((await ask(answer(state), cookie)).headers, { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  t.is((await ask(`${origin}/callback/../start`)).statusCode, 400);
  t.is((await ask(`${origin}//evil.example/callback`)).statusCode, 400);
  t.is((await got.post(answer(state), { throwHttpErrors: false, headers: { cookie } })).statusCode, 400);
});

const noOrigins = [
  ...[
    'https://a.example/',
    'https://a.example/previews',
    'https://a.example?',
    'https://a.example#',
    'https://A.example',
  ],
  ...['https://a.example:443', 'https://u@a.example', 'a.example', '//a.example', 'ws://a.example', 'null', ' ', ''],
];

test('a callback app that would answer nowhere does not start', (t) => {
  const settings = { issuer, clientId: 'app', key: randomBytes(32), previews: () => [] };
  for (const baseUrl of noOrigins)
    t.throws(() => createPreviewCallback({ ...settings, baseUrl }), { message: /^BASE_URL/ }, baseUrl);
  for (const baseUrl of ['https://a.example', 'http://localhost:4100', 'https://a.example:8443', 'http://[::1]:4100'])
    t.notThrows(() => createPreviewCallback({ ...settings, baseUrl }), baseUrl);
});
