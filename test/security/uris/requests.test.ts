/** A request whose redirect_uri is not exactly a registered one leads nowhere, by whatever way it comes. */
import test from 'ava';
import got, { type Response } from 'got';
import { sharedProvider } from '../../support/provider-fixture.ts';
import { newSigningApp, requestObject, type SigningApp } from '../../support/request-doors.ts';

const GOOD = 'https://app.example.com/cb?tenant=1';
const LOOPBACK = 'http://127.0.0.1:8765/cb';
const APP_SCHEME = 'com.example.app:/cb';

const fixture = await sharedProvider();
const { issuer } = fixture.latchkey;

async function openApps() {
  return {
    web: await newSigningApp(fixture, { redirect_uris: [GOOD, 'https://app.example.com/other'] }),
    native: await newSigningApp(fixture, { application_type: 'native', redirect_uris: [GOOD, LOOPBACK, APP_SCHEME] }),
  };
}

/** Each near enough to be taken for a registered one by a comparison that is not one of strings. */
const variations: readonly string[] = [
  ...[
    'https://app.example.com/cb',
    'https://app.example.com/cb?tenant=2',
    `${GOOD}&x=1`,
    `${GOOD}&tenant=1`,
    `${GOOD}&`,
  ],
  ...[`${GOOD}#`, `${GOOD}#x`, `${GOOD}/`, ` ${GOOD}`, `${GOOD} `, `${GOOD}\n`, `${GOOD}\0`, `${GOOD}%00`, `${GOOD}\t`],
  ...[
    'https://app.example.com/cb/?tenant=1',
    'https://app.example.com//cb?tenant=1',
    'https://app.example.com/CB?tenant=1',
  ],
  ...[
    'https://app.example.com/cb?Tenant=1',
    'https://app.example.com/cb?tenant=%31',
    'https://app.example.com/%63b?tenant=1',
  ],
  ...[
    'https://app.example.com/x/../cb?tenant=1',
    'https://app.example.com/./cb?tenant=1',
    'https://app.example.com/cb/..?tenant=1',
  ],
  ...[
    'https://app.example.com/cb/../../evil?tenant=1',
    'https://app.example.com/cb%2f..%2fevil?tenant=1',
    'https://app.example.com/cb;x?tenant=1',
  ],
  ...[
    'HTTPS://app.example.com/cb?tenant=1',
    'https://APP.example.com/cb?tenant=1',
    'http://app.example.com/cb?tenant=1',
  ],
  ...[
    'https://app.example.com:443/cb?tenant=1',
    'https://app.example.com:8443/cb?tenant=1',
    'https://app.example.com:/cb?tenant=1',
  ],
  ...[
    'https://app.example.com./cb?tenant=1',
    'https://app.example.com.evil.example/cb?tenant=1',
    'https://evil.app.example.com/cb?tenant=1',
  ],
  ...['https://app.example.com@evil.example/cb?tenant=1', 'https://evil.example/https://app.example.com/cb?tenant=1'],
  ...[
    'https://app.example.com\\@evil.example/cb?tenant=1',
    'https://evil.example\\app.example.com/cb?tenant=1',
    'https:\\\\app.example.com/cb?tenant=1',
  ],
  ...[
    'https:/app.example.com/cb?tenant=1',
    'https:app.example.com/cb?tenant=1',
    '//app.example.com/cb?tenant=1',
    '/cb?tenant=1',
  ],
  ...[
    'https://app.example.com%2f@evil.example/cb',
    'https://app.example.com%23.evil.example/cb',
    'https://evil.example/#https://app.example.com/cb?tenant=1',
  ],
  ...[
    'https://app.example\u3002com/cb?tenant=1',
    'https://\u0430pp.example.com/cb?tenant=1',
    'https://app.example.com/cb\u200b?tenant=1',
  ],
  ...[
    'https://app.exa\u00admple.com/cb?tenant=1',
    'https://app.example.com/cb?tenant=\uff11',
    `\ufeff${GOOD}`,
    `${GOOD}\u202e`,
  ],
  ...[
    'javascript:alert(1)',
    'data:text/html,x',
    'https://*.example.com/cb?tenant=1',
    'https://app.example.com/*',
    '*',
    'null',
    'undefined',
  ],
  ...[
    '[object Object]',
    '["https://app.example.com/cb?tenant=1"]',
    `${GOOD},https://evil.example/`,
    `${GOOD} https://evil.example/`,
  ],
  ...[
    `https://app.example.com/cb?tenant=1%0d%0aLocation:https://evil.example/`,
    `${GOOD}${'x'.repeat(3000)}`,
    encodeURIComponent(GOOD),
  ],
];

/** The port alone is free (RFC 8252 7.3), and of a native app alone. */
const nativeVariations: readonly string[] = [
  ...[
    'http://127.0.0.1:8765/cb/',
    'http://127.0.0.1:8765/CB',
    'http://127.0.0.1:8765/cb?x=1',
    'http://127.0.0.1:8765/cb#x',
  ],
  ...[
    'http://127.0.0.2:8765/cb',
    'http://localhost:8765/cb',
    'http://[::1]:8765/cb',
    'http://127.1:8765/cb',
    'http://2130706433:8765/cb',
  ],
  ...['https://127.0.0.1:8765/cb', 'http://127.0.0.1:99999/cb', 'http://127.0.0.1:-1/cb', 'http://127.0.0.1:/x/cb'],
  ...['http://ada@127.0.0.1:8765/cb', 'http://127.0.0.1:8765@evil.example/cb', 'http://127.0.0.1.evil.example:8765/cb'],
  ...[
    'http://127.0.0.1:8765\\@evil.example/cb',
    'http://evil.example:8765/cb',
    'http://127.0.0.1:8765/../cb',
    'http://[::ffff:127.0.0.1]:8765/cb',
  ],
  ...[
    'com.example.app:/cb/',
    'com.example.app:/CB',
    'com.example.app://cb',
    'com.example.app:cb',
    'com.example.app:/cb?x',
    'COM.EXAMPLE.APP:/cb',
  ],
  ...[
    'com.example.app.evil:/cb',
    'com.example.ap:/cb',
    'com.example.app:/cb#',
    'com.example.app:///cb',
    'com.example.app:/cb/../cb',
  ],
  ...[
    'com.example.app://127.0.0.1:8765/cb',
    'http:127.0.0.1:8765/cb',
    'HTTP://127.0.0.1:8765/cb',
    'http://127.0.0.1:8765/cb ',
  ],
];

type Doubled = readonly string[];

interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  readonly body: string;
}

const options = { followRedirect: false, throwHttpErrors: false, retry: { limit: 0 } } as const;

async function answerOf(sent: PromiseLike<Response<string>>): Promise<Answer> {
  const { statusCode, headers, body } = await sent;
  return { status: statusCode, location: headers.location, body };
}

function withUris(app: SigningApp, uris: Doubled): URLSearchParams {
  const query = new URL(app.request().url).searchParams;
  query.delete('redirect_uri');
  for (const uri of uris) query.append('redirect_uri', uri);
  return query;
}

const form = (query: URLSearchParams) => ({
  body: query.toString(),
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
});

/** Every way in which a redirect_uri is given; errors too must not go there. */
const ways: Readonly<Record<string, (app: SigningApp, uris: Doubled) => Promise<Answer>>> = {
  'GET /auth': (app, uris) => answerOf(got(`${issuer}/auth?${withUris(app, uris)}`, options)),
  'GET /auth with an error of its own': (app, uris) => {
    const query = withUris(app, uris);
    query.set('response_type', 'token');
    return answerOf(got(`${issuer}/auth?${query}`, options));
  },
  async 'POST /auth'(app, uris) {
    const posted = await answerOf(got.post(`${issuer}/auth`, { ...options, ...form(withUris(app, uris)) }));
    // It only becomes the same request by GET.
    return posted.location?.startsWith(`${issuer}/auth?`) ? answerOf(got(posted.location, options)) : posted;
  },
  'POST /request': (app, uris) => {
    const { client_id: username, client_secret: password } = app.client;
    return answerOf(got.post(`${issuer}/request`, { ...options, username, password, ...form(withUris(app, uris)) }));
  },
  async 'a request object'(app, uris) {
    const claims = { ...Object.fromEntries(withUris(app, [])), redirect_uri: uris.length > 1 ? uris : uris[0] };
    const query = new URLSearchParams({
      client_id: app.client.client_id,
      request: await requestObject(issuer, app, claims),
    });
    return answerOf(got(`${issuer}/auth?${query}`, options));
  },
  async 'a request object beside a good redirect_uri'(app, uris) {
    const claims = { ...Object.fromEntries(withUris(app, [])), redirect_uri: uris.length > 1 ? uris : uris[0] };
    const query = withUris(app, [GOOD]);
    query.set('request', await requestObject(issuer, app, claims));
    return answerOf(got(`${issuer}/auth?${query}`, options));
  },
};

const shownAs = (uri: string): string => JSON.stringify(uri).slice(0, 60);

for (const [way, send] of Object.entries(ways)) {
  test(`${way}: a variation of a registered redirect URI gets an error of ours, and no redirect`, async (t) => {
    const apps = await openApps();
    const tried = [
      ...[...variations, LOOPBACK, APP_SCHEME].map((uri) => ({ app: apps.web, uri })),
      ...[...variations, ...nativeVariations].map((uri) => ({ app: apps.native, uri })),
    ];
    for (const { app, uri } of tried) {
      const { status, location, body } = await send(app, [uri]);
      t.is(location, undefined, `${shownAs(uri)}: ${location}`);
      t.true(status >= 400 && status < 500, `${shownAs(uri)}: ${status} ${body.slice(0, 200)}`);
    }
  });

  test(`${way}: two redirect URIs are none`, async (t) => {
    const apps = await openApps();
    for (const uris of [
      [GOOD, 'https://evil.example/'],
      ['https://evil.example/', GOOD],
      [GOOD, GOOD],
      ['', GOOD],
    ]) {
      const { status, location } = await send(apps.web, uris);
      // Where the request object is at fault, the good one beside it is told so.
      const isOurs = location === undefined || location.startsWith('https://app.example.com/cb?tenant=1&error=');
      t.true(isOurs && (status === 303 || (status >= 400 && status < 500)), `${uris}: ${status} ${location}`);
    }
  });

  test(`${way}: a registered redirect URI is taken, of a native app on any port of the loopback address`, async (t) => {
    const apps = await openApps();
    for (const uri of [GOOD, 'http://127.0.0.1:1/cb', 'http://127.0.0.1/cb', 'http://127.0.0.1:65535/cb', APP_SCHEME]) {
      const { status, location = '' } = await send(apps.native, [uri]);
      const isTaken = status === 201 || new URL(location, issuer).pathname.startsWith('/interaction/');
      const isTold =
        location.startsWith(uri.replace('com.example.app:/cb', 'com.example.app:')) && location.includes('error=');
      t.true(isTaken || isTold, `${uri}: ${status} ${location}`);
    }
  });
}

test('at the token endpoint another redirect_uri than that of the request redeems nothing', async (t) => {
  const apps = await openApps();
  for (const uri of variations.filter((each) => !/[\n\0]/.test(each))) {
    const form = { grant_type: 'authorization_code', code: 'x', code_verifier: 'x'.repeat(43), redirect_uri: uri };
    const { statusCode, body } = await apps.web.token(form);
    t.is(statusCode, 400, shownAs(uri));
    t.is(body.error, 'invalid_grant');
  }
});
