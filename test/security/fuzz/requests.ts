/** Makes hostile requests up, beside what is right: values, spellings, headers and bodies that nobody should expect. */
import fc from 'fast-check';
import { badBodies, badHeaders } from '../bad-input.ts';
import type { RawRequest } from '../raw-request.ts';
import { markup } from './answers.ts';
import type { Caller, Route } from './targets.ts';

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const names = [
  ...words('client_id client_secret redirect_uri response_type response_mode scope state nonce code code_verifier'),
  ...words(
    'code_challenge code_challenge_method grant_type refresh_token resource token token_type_hint claims prompt',
  ),
  ...words('client_assertion client_assertion_type request request_uri max_age login_hint id_token_hint acr_values'),
  ...words('ui_locales claims_locales display registration dpop_jkt authorization_details access_token logout_hint'),
  ...words(
    'post_logout_redirect_uri xsrf logout csrf login password email name username phone understood section saved',
  ),
  ...words('user_code device_code account factor credential id device session overlap type form client_name uri jwks'),
  ...words('redirect_uris client_uri logo_uri contacts application_type token_endpoint_auth_method allowed_schemes'),
  ...words('posted error error_description error_uri iss sub rel removed target_link_uri software_statement remember'),
  ...words('__proto__ constructor toString a[] resource[] client_id[0]'),
  ...['', ' ', '\0', '\ud83d\ude00', '<fuzzplant>', '"><fuzzplant>'],
];

const oddValues = [
  ...words('0 -1 1e999 NaN null undefined true [] {} code token none query form_post fragment jwt openid S256 plain'),
  ...words('authorization_code refresh_token client_credentials password implicit login consent create select_account'),
  ...words('urn:ietf:params:oauth:client-assertion-type:jwt-bearer urn:ietf:params:oauth:grant-type:device_code . ..'),
  ...words(
    'urn:ietf:params:oauth:request_uri:x urn:ietf:params:oauth:request_uri: http:// https://[::1 //evil.example',
  ),
  ...words(
    'https://app.example.com/callback https://api.example.com/ javascript:alert(1) % %zz %00 %ff {{7*7}} #{7*7}',
  ),
  ...words(
    '{"id_token":{"sub":{"value":1}}} {"userinfo":{"__proto__":null,"a":{"essential":{}}}} {"userinfo":null} ["a"]',
  ),
  ...words(
    '{"id_token":{"acr":{"essential":true,"values":[null]}}} "text" [{"type":"x"}] {"a": 9007199254740993 -0 1.5',
  ),
  ...words('a.b.c .. eyJhbGciOiJub25lIn0.e30. eyJhbGciOiJSUzI1NiJ9.e30.e30 eyJhbGciOjF9.W10.x e30.e30.e30'),
  ...words('acct:ada@example.com ada@example.com "a@b"@example.com acct:%00 __proto__ constructor toString'),
  ...['', ' ', '\0', '\r\n', 'none login', 'code id_token', 'openid openid', 'openid profile email', '\'"`;--', '\t'],
  ...[
    '\ud83d\ude00',
    '\u202e',
    'ä',
    'x'.repeat(43),
    'a'.repeat(3000),
    '-'.repeat(300),
    '[object Object]',
    '[['.repeat(400),
  ],
  `${'['.repeat(2000)}${']'.repeat(2000)}`,
  `${'{"a":'.repeat(800)}1${'}'.repeat(800)}`,
];

/** Of this machine: one that is taken for a metadata document is asked for. */
const address = fc
  .webUrl({ withQueryParameters: true, withFragments: true })
  .map((url) => url.replace(/\/\/[^/?#]*/, '//localhost:1'));

const value = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...oddValues) },
  { weight: 4, arbitrary: fc.constantFrom(...markup) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(...oddValues), fc.constantFrom(...markup)).map((two) => two.join('')),
  },
  { weight: 1, arbitrary: address },
  { weight: 1, arbitrary: fc.json({ maxDepth: 4 }) },
);

/** Written as a careful client would, or not. */
const spelling = fc.constantFrom('encoded', 'encoded', 'encoded', 'encoded', 'bare', 'broken');

type Spelling = 'encoded' | 'bare' | 'broken' | string;

function spelt(text: string, how: Spelling): string {
  if (how === 'bare') return text.replace(/[^\x21-\x7e]|[&#\s]/g, '');
  const encoded = encodeURIComponent(text.toWellFormed());
  return how === 'broken' ? `${encoded}%` : encoded;
}

const parameter = fc.record({
  /** Of those that are right, or of all names there are. */
  name: fc.oneof(fc.nat(200), fc.constantFrom(...names)),
  value,
  spelling,
  isDoubled: fc.boolean(),
});

const header = fc.oneof(
  fc.constantFrom(...Object.values(badHeaders).filter((lines) => lines.length < 100)),
  fc
    .record({
      name: fc.constantFrom(
        ...['Accept-Language', 'User-Agent', 'Referer', 'X-Request-Id', 'Cookie', 'Authorization', 'DPoP', 'Accept'],
        ...['X-Forwarded-Host', 'X-Forwarded-Proto', 'Forwarded', 'Origin', 'If-None-Match', 'Content-Language'],
      ),
      value: fc.oneof(fc.constantFrom(...markup), fc.string({ unit: 'binary', maxLength: 30 })),
    })
    .map(({ name, value: text }) => [`${name}: ${text.replace(/[\r\n\0]/g, '')}`]),
);

const FORM = 'application/x-www-form-urlencoded';

const type = fc.constantFrom(
  ...[FORM, FORM, FORM, FORM, 'application/json', 'application/json; charset=x', 'text/plain', 'text/html'],
  ...['multipart/form-data', `${FORM}; charset=latin1`, 'application/jwt', ''],
);

const body = fc.oneof(
  { weight: 8, arbitrary: fc.constant('parameters' as const) },
  { weight: 3, arbitrary: fc.constant('json' as const) },
  { weight: 1, arbitrary: fc.constantFrom(...Object.values(badBodies)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
);

const hostile = fc.record({
  caller: fc.nat(20),
  method: fc.oneof(
    { weight: 12, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE') },
  ),
  parameters: fc.array(parameter, { maxLength: 5 }),
  /** Left out of what is right. */
  isLeftOut: fc.array(fc.boolean(), { maxLength: 12 }),
  headers: fc.oneof(
    { weight: 2, arbitrary: fc.constant([] as readonly string[][]) },
    { weight: 1, arbitrary: fc.array(header, { maxLength: 2 }) },
  ),
  isUnproven: fc.nat(8),
  isPage: fc.boolean(),
  type,
  body,
  /** In the query too, or in the path. */
  query: fc.nat(5),
  pathEnd: fc.oneof({ weight: 10, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value }),
  address: fc.nat(0xff_ff_ff),
});

type Hostile = typeof hostile extends fc.Arbitrary<infer T> ? T : never;

function pairsOf({ parameters, isLeftOut }: Hostile, right: string): readonly (readonly [string, string])[] {
  const kept = right.split('&').filter((part, n) => part !== '' && isLeftOut[n] !== true);
  const rightNames = kept.map((part) => part.split('=', 1)[0] ?? '');
  const made = parameters.map(({ name, ...rest }) => {
    const named = typeof name === 'number' ? (rightNames[name % Math.max(1, rightNames.length)] ?? 'a') : undefined;
    return { ...rest, name: named ?? spelt(String(name), rest.spelling) };
  });
  const replaced = new Set(made.filter(({ isDoubled }) => !isDoubled).map(({ name }) => name));
  return [
    ...kept.map((part) => part.split('=')).map(([name = '', text = '']) => [name, text] as const),
    ...made.map(({ name, value: text, spelling: how }) => [name, spelt(text, how)] as const),
  ].filter(([name], n) => n >= kept.length || !replaced.has(name));
}

function decodedOrNot(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** The same as members: a value that is JSON is one, in a list where the name says so. */
function asJson(pairs: readonly (readonly [string, string])[]): string {
  const members = pairs.map(([name, encoded]) => {
    const text = decodedOrNot(encoded);
    const isJson = /^[[{"\d-]|^(?:true|false|null)$/.test(text);
    const written = isJson && text.length < 5000 ? text : JSON.stringify(/s$/.test(name) ? [text] : text);
    return `${JSON.stringify(decodedOrNot(name))}:${written}`;
  });
  return `{${members.join(',')}}`;
}

function requestOf(made: Hostile, { method: usual }: Route, callers: readonly Caller[]): RawRequest {
  const caller = callers[made.caller % callers.length];
  if (caller === undefined) throw new RangeError('nobody calls');
  const { method = usual } = made;
  const pairs = pairsOf(made, caller.parameters);
  const sent = pairs.map((pair) => pair.join('=')).join('&');
  const path = made.pathEnd === undefined ? caller.path : caller.path.replace(/[^/]*$/, spelt(made.pathEnd, 'encoded'));
  const headers = [
    ...(made.isUnproven === 0 ? [] : caller.headers),
    ...made.headers.flat(),
    ...(made.isPage ? ['Accept: text/html'] : []),
    // Each from a network of its own: the budgets of one would soon answer in place of what is behind them.
    `X-Forwarded-For: 10.${made.address >> 16}.${(made.address >> 8) & 0xff}.1`,
  ];
  if (method === 'GET' || method === 'HEAD') return { method, target: `${path}?${sent}`, headers };
  const target = made.query === 0 ? `${path}?${sent}` : path;
  if (typeof made.body === 'object' && 'headers' in made.body)
    return { method, target, headers: [...headers, ...made.body.headers], body: made.body.body };
  const isJson = made.body === 'json';
  const text = isJson ? asJson(pairs) : sent;
  return {
    ...{ method, target },
    headers: [...headers, `Content-Type: ${isJson && made.query > 1 ? 'application/json' : made.type}`],
    body: typeof made.body === 'string' ? text : Buffer.from(made.body),
  };
}

export const requestsTo = (route: Route, callersNow: () => readonly Caller[]): fc.Arbitrary<() => RawRequest> =>
  hostile.map((made) => {
    const make = (): RawRequest => requestOf(made, route, callersNow());
    // What fast-check prints of one that failed.
    return Object.assign(make, { [fc.toStringMethod]: () => JSON.stringify(make()) });
  });
