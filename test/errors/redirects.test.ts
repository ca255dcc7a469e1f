/** An error that an app is told at its redirect URI names its page, in whatever form it comes; nothing else is touched. */
import test from 'ava';
import { newVisitor, obtainCode, sharedProvider } from '../support/provider-fixture.ts';
import { PASSWORD, WEB_APP } from '../support/relying-party.ts';
import { storeClient } from '../support/stored-client.ts';
import type { Page, User } from '../support/user.ts';
import { failingStorage } from './failing-storage.ts';
import { toldOnPage } from './told.ts';

const storage = failingStorage();
const fixture = await sharedProvider({ wrapRecords: storage.wrapRecords });
const {
  latchkey: { issuer },
  newApp,
} = fixture;

type App = Awaited<ReturnType<typeof newApp>>;
type Parameters = Readonly<Record<string, string>>;

/** Each with the parameters of its own that must come back as they are. */
const redirectUris: Readonly<Record<string, Parameters>> = {
  'https://app.example.com/cb': {},
  'https://app.example.com/cb?tenant=a%20b&x=%C3%BC': { tenant: 'a b', x: 'ü' },
  'https://app.example.com/cb?x=1&empty=&y=%26%3D%23': { x: '1', empty: '', y: '&=#' },
  'https://app.example.com/cb?error=of-the-app': {},
  'https://app.example.com/cb?error_uri=https%3A%2F%2Fapp.example.com%2Fhelp&error_description=mine': {},
  'https://app.example.com/cb?response=mine': { response: 'mine' },
  'http://127.0.0.1:4711/cb?x=y': { x: 'y' },
  'https://app.example.com:8443/%E2%9C%93/?next=https%3A%2F%2Fa.example%2F%3Fb%3Dc': {
    next: 'https://a.example/?b=c',
  },
};

async function open(app: App, parameters: Parameters, user: User = newVisitor()): Promise<Page> {
  return user.open(app.request(parameters).url);
}

/** Ways to an error of an authorization request; each ends at the app. */
const errors: Readonly<Record<string, readonly [string, (app: App, parameters: Parameters) => Promise<Page>]>> = {
  'a silent request without a session': ['login_required', (app, given) => open(app, { ...given, prompt: 'none' })],
  'a request without PKCE': ['invalid_request', (app, given) => open(app, { ...given, code_challenge: '' })],
  'an unknown resource': [
    'invalid_target',
    (app, given) => open(app, { ...given, resource: 'https://nowhere.example/' }),
  ],
  'a user who says no': [
    'access_denied',
    async (app, given) => {
      const user = newVisitor({ stopAt: String(given.redirect_uri).split('?')[0] ?? '' });
      return user.submit(await open(app, given, user), 'abort');
    },
  ],
  'a pushed request that is refused when it is used': [
    'login_required',
    async (app, given) => {
      const { searchParams } = new URL(app.request({ ...given, prompt: 'none' }).url);
      const { body } = await app.post('/request', Object.fromEntries(searchParams));
      const request = { client_id: app.client.client_id, request_uri: String(body.request_uri) };
      return newVisitor({ stopAt: String(given.redirect_uri).split('?')[0] ?? '' }).open(
        `${issuer}/auth?${new URLSearchParams(request)}`,
      );
    },
  ],
};

const modes: readonly Parameters[] = [{}, { response_mode: 'query' }, { response_mode: 'fragment' }];

const stopAt = (redirectUri: string): string => String(redirectUri.split('?')[0]);

for (const [redirectUri, own] of Object.entries(redirectUris)) {
  for (const mode of modes) {
    test(`${redirectUri} is told of an error${JSON.stringify(mode)}`, async (t) => {
      const app = await storeClient(fixture, { ...WEB_APP, redirect_uris: [redirectUri] });
      const user = newVisitor({ stopAt: stopAt(redirectUri) });
      const request = { redirect_uri: redirectUri, prompt: 'none', state: 'a b&=#ü', ...mode };
      const { url } = await open(app, request, user);
      const { searchParams, hash } = new URL(url);
      const inFragment = mode.response_mode === 'fragment';
      const told = inFragment ? new URLSearchParams(hash.slice(1)) : searchParams;
      for (const [name, value] of Object.entries({
        error: 'login_required',
        error_uri: `${issuer}/docs/errors/login_required`,
        state: 'a b&=#ü',
        iss: issuer,
      }))
        t.deepEqual(told.getAll(name), [value], name);
      for (const [name, value] of Object.entries(own)) t.deepEqual(searchParams.getAll(name), [value], name);
      if (inFragment) t.is(url.split('#')[0], redirectUri, 'the address itself is left as it is');
    });
  }
}

for (const [what, [code, provoke]] of Object.entries(errors)) {
  for (const mode of modes) {
    test(`${what} names its page${JSON.stringify(mode)}`, async (t) => {
      const app = await newApp();
      const { searchParams } = new URL(app.request().url);
      const redirectUri = searchParams.get('redirect_uri') ?? '';
      const told = toldOnPage(await provoke(app, { redirect_uri: redirectUri, ...mode }));
      t.is(told.error, code);
      t.is(told.uri, `${issuer}/docs/errors/${code}`);
    });
  }
  test(`${what} names its page in a form that is handed over`, async (t) => {
    const page = await provoke(await newApp(), {
      redirect_uri: 'https://app.example.com/callback',
      response_mode: 'form_post',
    });
    t.is(page.status, 200);
    const told = toldOnPage(page);
    t.deepEqual([told.error, told.uri], [code, `${issuer}/docs/errors/${code}`]);
  });
}

test('an app of its own address scheme is told too', async (t) => {
  const redirectUri = 'com.example.app:/cb?a=1';
  const native = { application_type: 'native', token_endpoint_auth_method: 'none', redirect_uris: [redirectUri] };
  const app = await newApp(native);
  for (const mode of modes) {
    const user = newVisitor({ stopAt: 'com.example.app:/cb' });
    const { url } = await open(app, { redirect_uri: redirectUri, prompt: 'none', ...mode }, user);
    t.true(url.startsWith('com.example.app:/cb?a=1'), url);
    t.is(
      url.match(/error_uri=[^&]*/g)?.join(),
      `error_uri=${encodeURIComponent(`${issuer}/docs/errors/login_required`)}`,
    );
  }
});

test('an answer that is no error is left as it is, also where the app has an error of its own in its address', async (t) => {
  for (const redirectUri of [
    'https://app.example.com/cb?error=mine',
    'https://app.example.com/cb?error=login_required&iss=x',
  ]) {
    for (const mode of [...modes, { response_mode: 'form_post' }]) {
      const app = await storeClient(fixture, { ...WEB_APP, redirect_uris: [redirectUri] });
      const user = newVisitor({ stopAt: stopAt(redirectUri) });
      const login = await open(app, { redirect_uri: redirectUri, ...mode }, user);
      const consent = await user.submit(login, 'login-submit', { login: 'ada@example.com', password: PASSWORD });
      const { url, body } = await user.submit(consent, 'consent-submit');
      t.false(`${url}${body}`.includes('error_uri'));
      t.true(`${url}${body}`.includes('code'));
    }
  }
});

test('a redirect that is no answer of OAuth is left as it is', async (t) => {
  const app = await newApp({ post_logout_redirect_uris: ['https://app.example.com/bye?error=mine'] });
  const { user } = await obtainCode(app);
  const asked = { client_id: app.client.client_id, post_logout_redirect_uri: 'https://app.example.com/bye?error=mine' };
  const question = await user.open(`${issuer}/session/end?${new URLSearchParams(asked)}`);
  const bye = newVisitor({ stopAt: 'https://app.example.com/bye', jar: user.jar });
  t.is((await bye.submit(question, 'logout-confirm')).url, 'https://app.example.com/bye?error=mine');
  const begun = await newVisitor({ stopAt: `${issuer}/interaction/` }).open(app.request({ state: 'error=x' }).url);
  t.false(begun.url.includes('error_uri'));
});

test.serial('a fault of ours names its page too, and no address that is not registered gets one', async (t) => {
  const app = await newApp();
  const { user } = await obtainCode(app);
  const told = toldOnPage(await storage.during(new Error('a fault'), () => open(app, { prompt: 'none' }, user)));
  t.deepEqual([told.error, told.uri], ['server_error', `${issuer}/docs/errors/server_error`]);
  const page = await open(await newApp(), { redirect_uri: 'https://evil.example/cb', prompt: 'none' });
  t.true(page.url.startsWith(issuer));
  t.is(toldOnPage(page).uri, `${issuer}/docs/errors/invalid_redirect_uri`);
});

/** Each alone, and all of them, in the address that an app has registered: what it holds says nothing about the answer. */
const names = 'code state iss error error_description error_uri response response_mode scope id_token'.split(' ');
const likeAnswers = [
  ...names.map((name) => `https://app.example.com/cb?${name}=1`),
  `https://app.example.com/cb?${names.map((name) => `${name}=mine`).join('&')}`,
  'https://app.example.com/cb?error=login_required&response=',
  'https://app.example.com/cb?response=1&response=2',
  'https://app.example.com/cb?response=eyJhbGciOiJub25lIn0.eyJlcnJvciI6ImxvZ2luX3JlcXVpcmVkIn0.',
  'com.example.app:/cb?response=1',
];
const unsignedModes = ['', 'query', 'fragment', 'foo.jwt', '.jwt', 'jwt.jwt', 'JWT', 'query.JWT', 'web_message.jwt'];
const signedModes = ['jwt', 'query.jwt', 'fragment.jwt', 'form_post.jwt'];

for (const redirectUri of likeAnswers) {
  const metadata = redirectUri.startsWith('com.')
    ? { application_type: 'native', token_endpoint_auth_method: 'none' }
    : {};

  async function answer(mode: string): Promise<Page> {
    // Stored before a rule: none of them can be registered that has what an answer brings.
    const app = await storeClient(fixture, { ...WEB_APP, ...metadata, redirect_uris: [redirectUri] });
    const asked = { redirect_uri: redirectUri, prompt: 'none', ...(mode && { response_mode: mode }) };
    return open(app, asked, newVisitor({ stopAt: stopAt(redirectUri) }));
  }

  test(`${redirectUri} is told where the error is explained, in every mode that is not signed`, async (t) => {
    for (const mode of unsignedModes) {
      const { searchParams, hash } = new URL((await answer(mode)).url);
      const told = mode === 'fragment' ? new URLSearchParams(hash.slice(1)) : searchParams;
      const error = String(told.get('error'));
      t.true(['login_required', 'unsupported_response_mode', 'invalid_request'].includes(error), `${mode}: ${error}`);
      t.deepEqual(told.getAll('error_uri'), [`${issuer}/docs/errors/${error}`], mode);
    }
  });

  test(`${redirectUri} gets a signed answer (JARM) as it was signed`, async (t) => {
    for (const mode of signedModes) {
      const { url, body } = await answer(mode);
      t.true(`${url}${body}`.includes('response'), mode);
      t.false(`${url}${body}`.includes(encodeURIComponent(`${issuer}/docs/errors`)), mode);
    }
  });
}
