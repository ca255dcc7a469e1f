/** Makes requests up: an address that exists, parameters that it knows, and values that it should not expect. */
import { badHeaders } from './bad-input.ts';
import type { Endpoint } from './endpoints.ts';
import type { Random } from './random.ts';
import type { RawRequest } from './raw-request.ts';

const words = (text: string): string[] => text.trim().split(/\s+/);

const names = [
  ...words('client_id client_secret redirect_uri response_type response_mode scope state nonce code code_verifier'),
  ...words(
    'code_challenge code_challenge_method grant_type refresh_token resource token token_type_hint claims prompt',
  ),
  ...words('client_assertion client_assertion_type request request_uri max_age login_hint id_token_hint acr_values'),
  ...words('ui_locales claims_locales display registration dpop_jkt authorization_details access_token logout_hint'),
  ...words('post_logout_redirect_uri xsrf logout csrf login password iss sub audience user_code device_code username'),
  ...words('__proto__ constructor toString a[] resource[] client_id[0]'),
  ...['', ' ', '\u0000', '\ud83d\ude00'],
];

const values = [
  ...words('0 -1 1e999 NaN null undefined true [] {} code token none query form_post fragment jwt openid S256 plain'),
  ...words(
    'authorization_code refresh_token client_credentials password implicit login consent access_token . .. ../..',
  ),
  ...words('urn:ietf:params:oauth:client-assertion-type:jwt-bearer urn:ietf:params:oauth:grant-type:token-exchange'),
  ...words('urn:ietf:params:oauth:request_uri:x urn:ietf:params:oauth:request_uri: urn:a:b http:// https://[::1'),
  ...words('https://app.example.com/callback https://api.example.com/ javascript:alert(1) % %zz %00 <script> {{7*7}}'),
  ...words('{"id_token":{"sub":{"value":1}}} {"userinfo":{"__proto__":null,"a":{"essential":{}}}} {"userinfo":null}'),
  ...words(
    '{"id_token":{"acr":{}}} {"id_token":{"acr":{"essential":true,"values":[null]}}} "text" [{"type":"x"}] {"a":',
  ),
  ...words('a.b.c .. eyJhbGciOiJub25lIn0.e30. eyJhbGciOiJSUzI1NiJ9.e30.e30 eyJhbGciOjF9.W10.x e30.e30.e30'),
  ...words('__proto__ constructor toString'),
  ...['', ' ', '\u0000', '\r\n', 'none login', 'code id_token', 'openid openid', 'openid profile email', '\'"`;--'],
  ...['\ud83d\ude00', '\ud800', '\u202e', 'ä', 'x'.repeat(43), 'a'.repeat(3000), '-'.repeat(300), '[object Object]'],
];

/** Written as a careful client would, or not. */
function written(random: Random, text: string): string {
  if (random.oneIn(12)) return text.replace(/[^\x21-\x7e]|[&#\s]/g, '');
  if (random.oneIn(20)) return `${encodeURIComponent(text.toWellFormed())}%`;
  return encodeURIComponent(text.toWellFormed());
}

function parameters(random: Random, { parameters: right }: Endpoint): string {
  const count = random.below(6);
  const wrong = Array.from(
    { length: count },
    () => `${written(random, random.pick(names))}=${written(random, random.pick(values))}`,
  );
  const kept = right.split('&').filter((part) => part !== '' && !random.oneIn(8));
  return [...kept, ...wrong].join('&');
}

/** Some bytes of it changed, doubled or left out. */
function mutated(random: Random, text: string): Buffer {
  const bytes = Buffer.from(text);
  if (bytes.byteLength === 0 || !random.oneIn(6)) return bytes;
  const at = random.below(bytes.byteLength);
  const replacement = Buffer.from(Array.from({ length: random.below(4) }, () => random.below(256)));
  return Buffer.concat([bytes.subarray(0, at), replacement, bytes.subarray(at + random.below(3))]);
}

const types = [
  ...Array.from({ length: 8 }, () => 'application/x-www-form-urlencoded'),
  ...['application/json', 'text/plain', 'multipart/form-data', 'application/x-www-form-urlencoded; charset=latin1'],
];

export function randomRequest(random: Random, endpoints: readonly Endpoint[]): RawRequest {
  const endpoint = random.pick(endpoints);
  const method = random.oneIn(15) ? random.pick(['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS']) : endpoint.method;
  const sent = parameters(random, endpoint);
  const headers = [
    ...(random.oneIn(6) ? [] : endpoint.headers),
    ...(random.oneIn(4) ? random.pick(Object.values(badHeaders)) : []),
    ...(random.oneIn(2) ? ['Accept: text/html'] : []),
  ];
  if (method !== 'POST') return { method, target: `${endpoint.path}?${sent}`, headers };
  const target = random.oneIn(6) ? `${endpoint.path}?${parameters(random, endpoint)}` : endpoint.path;
  return { method, target, headers: [...headers, `Content-Type: ${random.pick(types)}`], body: mutated(random, sent) };
}
