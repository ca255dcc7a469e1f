/** Which client metadata our own rules let through. */
import test from 'ava';
import { metadataRulesOf } from '../../../src/config/config.ts';
import type { ClientMetadata } from '../../../src/domain/clients/metadata/metadata.ts';
import { checkMetadata } from '../../support/checked-metadata.ts';
import { rejectsWith } from '../../support/domain-errors.ts';

const production = metadataRulesOf({ mode: 'production', brandName: 'Latchkey' });
const development = metadataRulesOf({ mode: 'development', brandName: 'Latchkey' });

const passes = test.macro((t, rules: typeof production, ...many: readonly ClientMetadata[]) => {
  for (const metadata of many) t.notThrows(() => checkMetadata(metadata, rules), JSON.stringify(metadata));
});

const refuses = test.macro(async (t, rules: typeof production, ...many: readonly ClientMetadata[]) => {
  for (const metadata of many) {
    const refusal = await rejectsWith(t, 'client_metadata_invalid', () => checkMetadata(metadata, rules));
    t.regex(refusal.message, new RegExp(Object.keys(metadata).at(-1) ?? ''));
  }
});

const intervalsOf = (...many: readonly unknown[]) => many.map((seconds) => ({ refresh_grace_seconds: seconds }));

test('redirect URIs are https, with port, path and query', passes, production, {
  redirect_uris: ['https://app.example/cb', 'https://app.example:8443/cb?x=1'],
  post_logout_redirect_uris: ['https://app.example/'],
});

test(
  'a redirect URI is exact, absolute, without fragment, wildcard, user or blank',
  refuses,
  production,
  ...[
    ...['https://app.example/#cb', 'https://*.example/cb', 'https://app.example/*', '/cb', 'app.example', ''],
    ...['https://ada@app.example/cb', 'https://app.example/c b', 'https://app.example/cb\n', 'https:\\\\app.example'],
  ].map((uri) => ({ redirect_uris: [uri] })),
);

const unseen = [
  ' ',
  '\u200b',
  '\u200e\u202e',
  '\u3164',
  '\u0301',
  '\ufe0f',
  '\u2800',
  '\u00ad\u00a0',
  '\ud800',
  '\ufffd',
  '\ue000',
  '\u{e0061}',
];

test(
  'a name has something that can be seen, in each language',
  refuses,
  production,
  ...['', ...unseen].map((client_name) => ({ client_name })),
  ...unseen.map((name) => ({ client_name: 'Notes', 'client_name#de': name })),
);

test(
  'a name is of any script, with the joiners that it is written with',
  passes,
  production,
  ...['Notes', '7', '🔥', 'نامه\u200cای', 'श्\u200dर', '葛\u{e0100}飾', '\u200fשלום', '!'].map((client_name) => ({
    client_name,
  })),
);

test(
  'no app on the web may register http, a scheme that runs code, or one of its own',
  refuses,
  production,
  ...['http://app.example/cb', 'http://localhost/cb', 'javascript:alert(1)', 'data:,x', 'com.example.app:/cb'].map(
    (uri) => ({ redirect_uris: [uri] }),
  ),
);

test(
  'in development an app may run on http on this machine, and nowhere else',
  passes,
  development,
  { redirect_uris: ['http://localhost:4000/cb', 'http://127.0.0.1/cb', 'http://127.0.0.2/cb', 'http://[::1]:9/cb'] },
  { cors_origins: ['http://localhost:4000'], backchannel_logout_uri: 'http://localhost:4000/logout' },
);

test(
  'development does not open http to other hosts',
  refuses,
  development,
  { redirect_uris: ['http://app.example/cb'] },
  { redirect_uris: ['http://localhost.app.example/cb'] },
  { post_logout_redirect_uris: ['http://app.example/'] },
);

test('a native app has loopback addresses and a scheme of its own domain', passes, production, {
  application_type: 'native',
  redirect_uris: ['http://127.0.0.1/cb', 'http://[::1]/cb', 'com.example.app:/cb', 'https://app.example/cb'],
});

test(
  'a native app has neither http elsewhere nor a scheme without a domain',
  refuses,
  production,
  { application_type: 'native', redirect_uris: ['http://app.example/cb'] },
  { application_type: 'native', redirect_uris: ['myapp:/cb'] },
  { application_type: 'native', redirect_uris: ['javascript:alert(1)'] },
);

test(
  'addresses that we call or send people to are https',
  refuses,
  production,
  { backchannel_logout_uri: 'http://app.example/logout' },
  { initiate_login_uri: 'http://app.example/login' },
  { jwks_uri: 'http://app.example/jwks' },
  { jwks_uri: 7 },
);

test('a browser app names origins', passes, production, {
  cors_origins: ['https://app.example', 'https://app.example:8443'],
});

test(
  'what is more or less than an origin is refused',
  refuses,
  production,
  { cors_origins: ['https://app.example/'] },
  { cors_origins: ['null'] },
  { cors_origins: ['*'] },
  { cors_origins: 'https://app.example' },
  { cors_origins: ['http://app.example'] },
);

test(
  'PKCE may be left out by confidential clients only',
  refuses,
  production,
  { token_endpoint_auth_method: 'none', require_pkce: false },
  { require_pkce: 'no' },
);

test('a confidential client may leave PKCE out when an administrator says so', passes, production, {
  token_endpoint_auth_method: 'client_secret_basic',
  require_pkce: false,
});

test(
  'resources are absolute URIs without fragment',
  refuses,
  production,
  { resources: ['notes'] },
  { resources: ['https://notes.example/#x'] },
  { resources: 'https://notes.example' },
);

test('public keys may be registered', passes, production, {
  jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y' }] },
});

test(
  'a private or shared key is never stored',
  refuses,
  production,
  { jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y', d: 'd' }] } },
  { jwks: { keys: [{ kty: 'oct', k: 'k' }] } },
  { jwks: { keys: [{ kty: 'AKP', alg: 'ML-DSA-44', pub: 'p', priv: 'p' }] } },
  { jwks: { keys: 'x' } },
  { jwks: [] },
  { jwks: { keys: [null] } },
);

test('the reuse interval of a client is 0 to 60 whole seconds', passes, production, {}, ...intervalsOf(0, 10, 60));

const lifetimesOf = (seconds: unknown) =>
  ['access_token_seconds', 'refresh_token_idle_seconds', 'refresh_token_max_seconds'].map((member) => ({
    [member]: seconds,
  }));

test(
  'tokens of a client live from a minute up to what holds for all',
  passes,
  production,
  ...[...lifetimesOf(60), ...lifetimesOf(86_400)],
  { refresh_token_idle_seconds: 30 * 86_400, refresh_token_max_seconds: 366 * 86_400 },
);

test(
  'no other lifetime is accepted',
  refuses,
  production,
  ...[59, 1.5, Number.NaN, '600', true].flatMap(lifetimesOf),
  ...[
    { access_token_seconds: 86_401 },
    { refresh_token_idle_seconds: 30 * 86_400 + 1 },
    { refresh_token_max_seconds: 366 * 86_400 + 1 },
  ],
);

test('a client that does not authenticate gets no tokens of its own', refuses, production, {
  token_endpoint_auth_method: 'none',
  grant_types: ['client_credentials'],
});

test('no other reuse interval is accepted', refuses, production, ...intervalsOf(-1, 61, 1.5, NaN, '10', null));

test('whether a granted resource is used is true or false', passes, production, {}, { use_granted_resource: false });

test(
  'whether a granted resource is used is nothing else',
  refuses,
  production,
  ...['false', 0, null, []].map((use_granted_resource) => ({ use_granted_resource })),
);

const withUser = [
  'https://ada@app.example/',
  'https://ada:pw@app.example/x',
  'https://:pw@app.example',
  'https://@app.example',
];
const linkMembers = ['client_uri', 'logo_uri', 'policy_uri', 'tos_uri'].flatMap((name) => [name, `${name}#de`]);

test(
  'no address of a client has a user or password in it',
  refuses,
  production,
  ...[...linkMembers, 'jwks_uri', 'backchannel_logout_uri', 'initiate_login_uri'].flatMap((name) =>
    withUser.map((uri) => ({ [name]: uri })),
  ),
  ...['redirect_uris', 'post_logout_redirect_uris', 'cors_origins'].flatMap((name) =>
    withUser.map((uri) => ({ [name]: [uri] })),
  ),
);

test('an @ elsewhere in an address is no user', passes, production, {
  policy_uri: 'https://app.example/@ada',
  tos_uri: 'https://app.example?mail=a@b.example',
  client_uri: 'https://app.example/#@x',
  redirect_uris: ['https://app.example/users/ada@home'],
});

test(
  'signed requests are demanded of clients with keys alone',
  refuses,
  production,
  ...[{}, { jwks: { keys: [] } }].map((keys) => ({ ...keys, require_signed_request_object: true })),
);

const jwks = { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y' }] };

test(
  'a client with keys, and one that may sign and has none, register',
  passes,
  production,
  { require_signed_request_object: true, jwks },
  { require_signed_request_object: true, jwks_uri: 'https://app.example/jwks' },
  { require_signed_request_object: false },
);

test(
  'the code grant and the response type code come together (RFC 7591 2.1)',
  refuses,
  production,
  { response_types: [], grant_types: ['authorization_code'] },
  { response_types: [], grant_types: ['client_credentials', 'authorization_code'] },
  { response_types: ['code'], grant_types: [] },
  { response_types: ['code'], grant_types: ['client_credentials'] },
);

test(
  'both of them, or none, register',
  passes,
  production,
  {
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    redirect_uris: ['https://app.example/cb'],
  },
  { grant_types: ['client_credentials'], response_types: [] },
  { grant_types: [], response_types: [] },
);
