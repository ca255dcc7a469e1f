/** Malformed bodies, queries, headers, targets and methods, by what is wrong with them. */

const FORM = 'Content-Type: application/x-www-form-urlencoded';

export interface BadBody {
  readonly body: string | Buffer;
  readonly headers: readonly string[];
}

const asForm = (body: string | Buffer, ...headers: string[]): BadBody => ({ body, headers: [FORM, ...headers] });
const as = (type: string, body: string | Buffer): BadBody => ({ body, headers: [`Content-Type: ${type}`] });
const fields = (count: number): string => Array.from({ length: count }, (_, index) => `f${index}=x`).join('&');
const names = [
  'token',
  'csrf',
  'client_id',
  'grant_type',
  'code',
  'resource',
  'scope',
  'login',
  'xsrf',
  'state',
  'prompt',
];
const each = (form: (name: string) => string): string => names.map(form).join('&');

/** Wrong in how they are written, in ways that queries share. */
export const badParameters: Readonly<Record<string, string>> = {
  'broken percent encoding': `${each((name) => `${name}=%zz`)}&%=%&%E0%A4%A=%E0%A4%A`,
  NUL: each((name) => `${name}=a%00b`),
  'invalid UTF-8': each((name) => `${name}=%ff%fe%c0%af%ed%a0%80`),
  'everything twice': each((name) => `${name}=a&${name}=b`),
  arrays: each((name) => `${name}[]=a&${name}[0]=b&${name}[a][b]=c`),
  'names of the language': '__proto__=a&constructor=b&toString=c&hasOwnProperty=d&__proto__[x]=e&prototype=f',
  'empty values': each((name) => `${name}=`),
  'names without values': each((name) => name),
  'nothing but ampersands': '&'.repeat(1000),
  'line breaks': each((name) => `${name}=a%0d%0aSet-Cookie:%20evil=1`),
  'odd spaces': each((name) => `${name}=%20%09%e2%80%8b%c2%a0`),
  'a lone surrogate and an emoji': each((name) => `${name}=%f0%9f%92%a9%f0%9f`),
  'braces and quotes': each((name) => `${name}=${encodeURIComponent('{"$gt":""}\'"`;--<script>')}`),
};

export const badBodies: Readonly<Record<string, BadBody>> = {
  ...Object.fromEntries(Object.entries(badParameters).map(([what, body]) => [what, asForm(body)])),
  'JSON that says it is JSON': as('application/json', '{"grant_type":"password"}'),
  'JSON that says it is a form': asForm('{"grant_type":["password"]}'),
  'a raw NUL': asForm('token=\0&csrf=\0'),
  'bytes that are no UTF-8': asForm(Buffer.from([0x74, 0x3d, 0xff, 0xfe, 0x80, 0x26, 0xc0, 0x3d])),
  'ten thousand fields': asForm(fields(10_000)),
  nothing: asForm(''),
  'a megabyte': asForm(`token=${'a'.repeat(1024 * 1024)}`),
  'a file upload': as(
    'multipart/form-data; boundary=x',
    '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\na\r\n--x--',
  ),
  text: as('text/plain', 'token=a'),
  XML: as('text/xml', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
  'a type that is none': as(';;;', 'token=a'),
  'an empty type': as('', 'token=a'),
  'UTF-16': as('application/x-www-form-urlencoded; charset=utf-16', Buffer.from('token=a', 'utf16le')),
  'a charset that is none': as('application/x-www-form-urlencoded; charset=nonsense', 'token=a'),
  'two charsets': as('application/x-www-form-urlencoded; charset=utf-8; charset=utf-7', 'token=a'),
  'a compression': asForm(Buffer.from([0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0]), 'Content-Encoding: gzip'),
};

/** Wrong in how long they say they are: some leave the server waiting, and it must not wait for ever. */
export const badLengths: Readonly<Record<string, BadBody>> = {
  'chunks that are none': asForm('zz\r\nnonsense\r\n', 'Transfer-Encoding: chunked'),
  'two lengths': asForm('token=a', 'Content-Length: 7', 'Content-Length: 8'),
  'a length and chunks': asForm('0\r\n\r\n', 'Content-Length: 5', 'Transfer-Encoding: chunked'),
  'a length that is no number': asForm('token=a', 'Content-Length: many'),
  'a negative length': asForm('token=a', 'Content-Length: -1'),
};

export const badHeaders: Readonly<Record<string, readonly string[]>> = {
  'cookies that are none': ['Cookie: latchkey=%; =; ;;; latchkey.sig; latchkey_interaction=%00'],
  'cookies that are no ASCII': ['Cookie: latchkey=\xff\xfe; latchkey_resume=\x80'],
  'the same cookie twice': ['Cookie: latchkey=a; latchkey=b', 'Cookie: latchkey=c'],
  'long cookies': [`Cookie: latchkey=${'a'.repeat(6000)}; latchkey_interaction=${'b'.repeat(6000)}`],
  'an Accept that is none': ['Accept: ;;;q=x, */*;q=nonsense, text/html;q=9999'],
  'an Accept for pages': ['Accept: text/html'],
  'an Accept for JSON': ['Accept: application/json'],
  'an Accept for nothing we have': ['Accept: image/png'],
  'languages that are none': ['Accept-Language: ,,,;q=,\xff,-,__proto__,x-klingon;q=-1'],
  'an encoding that is none': ['Accept-Encoding: nonsense;q=x'],
  'a validator that is none': ['If-None-Match: W/"', 'If-Modified-Since: yesterday'],
  'an origin that is none': ['Origin: \xff://', 'Sec-Fetch-Site: \x80'],
  'a proof that is none': ['DPoP: a.b.c'],
  'two proofs': ['DPoP: a.b.c', 'DPoP: d.e.f'],
  'an authorization that is none': ['Authorization: \xff'],
  'a Basic that is none': ['Authorization: Basic %%%'],
  'a Basic of bytes': [`Authorization: Basic ${Buffer.from([0xff, 0x3a, 0xfe, 0x00]).toString('base64')}`],
  'a Basic of broken percent encoding': [`Authorization: Basic ${Buffer.from('%zz:%zz').toString('base64')}`],
  'a Bearer without a token': ['Authorization: Bearer '],
  'two authorizations': ['Authorization: Bearer a', 'Authorization: Basic Yjpj'],
  'forwarding that is none': ['X-Forwarded-For: ,\xff,999.9.9.9', 'X-Forwarded-Proto: ftp', 'Forwarded: for=_x'],
  'a host that is none': ['Host: a b/c?d#e@f:99999'],
  'an empty host': ['Host: '],
  'a range': ['Range: bytes=5-1'],
  'an expectation': ['Expect: 100-continue'],
  'an expectation that is none': ['Expect: the impossible'],
  'an upgrade': ['Upgrade: websocket', 'Connection: Upgrade, close'],
  'too many bytes': [`X-Filler: ${'a'.repeat(20_000)}`],
  'too many lines': Array.from({ length: 3000 }, (_, index) => `X-${index}: a`),
};

export const badTargets: readonly string[] = [
  ...['/%', '/%ff', '/%00', '/%2e%2e/%2e%2e/etc/passwd', '/../../etc/passwd', '//', '///auth', '/./auth', '/auth//'],
  ...['/auth/%', '/auth/%00', '/auth/%ff', `/auth/${'a'.repeat(5000)}`, '/AUTH', '/auth/a/b/c'],
  ...[
    '/interaction/',
    '/interaction/%',
    '/interaction/%ff',
    '/interaction/%00',
    '/interaction/a%2fb',
    '/interaction/a/b',
  ],
  ...[`/interaction/${'a'.repeat(5000)}`, '/interaction/__proto__', '/interaction/a/login?client_id=%ff%00'],
  ...['/interaction/%E0%A4%A/login', '/interaction/a?client_id=%00', `/interaction/a?client_id=${'b'.repeat(5000)}`],
  ...['/assets/%', '/assets/../package.json', '/assets/%2e%2e/package.json', '/assets/__proto__', '/assets/'],
  ...['/session/end/', '/session/end/success?client_id=%ff', '/session/end/success?client_id=a&client_id=b'],
  ...['/.well-known/', '/.well-known/openid-configuration/', '/jwks?%', '/me?%ff', '/readyz/%', '/livez?a[]=%00'],
  ...[
    'http://evil.example/auth',
    'http://evil.example:99999/',
    'https://[::1',
    'ftp://a/',
    '?',
    '#',
    '*',
    'auth',
    '\\auth',
  ],
  `/${'a'.repeat(14_000)}`,
  '/auth?\xff\xfe=\x80',
];

export const oddMethods: readonly string[] = [
  ...['HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'LOCK', 'SEARCH', 'PURGE', 'MERGE', 'LINK'],
  ...['NONSENSE', 'get', 'P\xffST', ''],
];
