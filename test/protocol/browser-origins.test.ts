/** From which origins browser pages may call for which client (CORS), at every endpoint that they call. */
import test from 'ava';
import got from 'got';
import { pluggedFeatures } from '../support/plugged-features.ts';
import { obtainCode, redeem, sharedProvider } from '../support/provider-fixture.ts';
import { type App, CALLBACK } from '../support/relying-party.ts';

const { latchkey, newApp } = await sharedProvider({ extraOptions: pluggedFeatures });

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const usual = {
  grant_types: ['authorization_code', 'refresh_token', DEVICE_GRANT],
  token_endpoint_auth_method: 'none',
};
const LOOPBACK = 'http://127.0.0.1/cb';

const inNativeApps = ['capacitor://localhost', 'ionic://localhost', 'http://localhost', 'https://localhost'];
const foreign = [
  ...['null', 'https://evil.example', 'https://app.example.com.evil.example', 'https://sub.app.example.com'],
  ...['http://app.example.com', 'https://app.example.com:8443', 'https://app.example.com/', 'HTTPS://app.example.com'],
  ...['capacitor://evil', 'capacitor://localhost:1', 'capacitor://localhost.evil', 'http://localhost:4711', 'file://'],
  ...['http://127.0.0.1:6275', 'com.example.app://', 'https://localhost.evil.example', 'undefined'],
];

interface Kind {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly allowed: readonly string[];
}

const native = { ...usual, application_type: 'native' };

const kinds: Readonly<Record<string, Kind>> = {
  'a public web app is called from the origins of its redirect URIs': {
    metadata: { ...usual, redirect_uris: [CALLBACK, 'https://beta.example.com:8443/cb?x=1'] },
    allowed: ['https://app.example.com', 'https://beta.example.com:8443'],
  },
  'a public web app with cors_origins is called from those alone': {
    metadata: { ...usual, cors_origins: ['https://cdn.example.com'] },
    allowed: ['https://cdn.example.com'],
  },
  'a public web app with an empty list is called from nowhere': {
    metadata: { ...usual, cors_origins: [] },
    allowed: [],
  },
  'a native app is called from the pages inside of it': {
    metadata: { ...native, redirect_uris: [CALLBACK, LOOPBACK, 'com.example.app:/cb'] },
    allowed: [...inNativeApps, 'http://127.0.0.1'],
  },
  'a public app on the device is called from the pages that it is sent back to': {
    metadata: { ...native, redirect_uris: ['http://127.0.0.1:6274/oauth/callback'] },
    allowed: [...inNativeApps, 'http://127.0.0.1:6274'],
  },
  'a native app with a secret is called from the pages inside of it': {
    metadata: { ...native, token_endpoint_auth_method: 'client_secret_basic', redirect_uris: [LOOPBACK] },
    allowed: inNativeApps,
  },
  'a native app with cors_origins is called from those alone': {
    metadata: { ...native, cors_origins: ['capacitor://localhost', 'http://localhost:8100'] },
    allowed: ['capacitor://localhost', 'http://localhost:8100'],
  },
  'an app with a secret is called from nowhere': {
    metadata: { ...usual, token_endpoint_auth_method: 'client_secret_basic' },
    allowed: [],
  },
};

/** One call that the client may make. */
type Endpoint = (app: App, origin: string) => Promise<{ readonly body: string; readonly allowed: unknown }>;

const asked = { throwHttpErrors: false, retry: { limit: 0 } } as const;

function post(path: string, formOf: (app: App) => Readonly<Record<string, string>>): Endpoint {
  return async (app, origin) => {
    const { client_id: id, client_secret: secret } = app.client;
    const isPublic = app.client.token_endpoint_auth_method === 'none';
    const { body, headers } = await got.post(`${latchkey.issuer}${path}`, {
      ...asked,
      ...(!isPublic && { username: id, password: secret }),
      form: { ...formOf(app), ...(isPublic && { client_id: id }) },
      headers: { origin },
    });
    return { body, allowed: headers['access-control-allow-origin'] };
  };
}

const redirectUriOf = (app: App): string => String((app.client.redirect_uris as readonly unknown[])[0]);

const endpoints: Readonly<Record<string, Endpoint>> = {
  token: post('/token', (app) => ({
    ...{ grant_type: 'authorization_code', code: 'x', code_verifier: 'x'.repeat(43) },
    redirect_uri: redirectUriOf(app),
  })),
  revocation: post('/token/revocation', () => ({ token: 'x' })),
  'pushed requests': post('/request', (app) =>
    Object.fromEntries(new URL(app.request({ redirect_uri: redirectUriOf(app) }).url).searchParams),
  ),
  'device authorization': post('/device/auth', () => ({ scope: 'openid' })),
};

for (const [rule, { metadata, allowed }] of Object.entries(kinds)) {
  for (const [name, call] of Object.entries(endpoints)) {
    test(`${rule}: at ${name}`, async (t) => {
      const app = await newApp(metadata);
      for (const origin of allowed) {
        const answer = await call(app, origin);
        t.is(answer.allowed, origin);
        t.false(answer.body.includes('not allowed for client'), answer.body);
      }
      for (const origin of [...foreign, ...inNativeApps].filter((each) => !allowed.includes(each))) {
        const answer = await call(app, origin);
        t.is(answer.allowed, undefined, origin);
        t.true(answer.body.includes('not allowed for client'), `${origin}: ${answer.body}`);
      }
    });
  }

  test(`${rule}: at userinfo`, async (t) => {
    const app = await newApp({ ...metadata, redirect_uris: [...((metadata.redirect_uris as []) ?? []), CALLBACK] });
    const { body } = await redeem(app, await obtainCode(app));
    const ask = (origin: string) =>
      got(`${latchkey.issuer}/me`, { ...asked, headers: { origin, authorization: `Bearer ${body.access_token}` } });
    for (const origin of allowed) t.is((await ask(origin)).headers['access-control-allow-origin'], origin);
    for (const origin of [...foreign, ...inNativeApps].filter((each) => !allowed.includes(each))) {
      const answer = await ask(origin);
      t.is(answer.statusCode, 400, origin);
      t.is(answer.headers['access-control-allow-origin'], undefined, origin);
      t.false(answer.body.includes('"sub"'), origin);
    }
  });
}

test('cors_origins of a web app takes no origin of a native one', async (t) => {
  for (const origin of ['capacitor://localhost', 'ionic://localhost', 'null', 'com.example.app://'])
    await t.throwsAsync(newApp({ ...usual, cors_origins: [origin] }), { code: 'client_metadata_invalid' }, origin);
  for (const origin of ['null', 'capacitor://evil', 'com.example.app:/cb', 'http://evil.example', 'file://'])
    await t.throwsAsync(newApp({ ...native, cors_origins: [origin] }), { code: 'client_metadata_invalid' }, origin);
});
