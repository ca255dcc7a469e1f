/** Redirect URIs that nobody may register, not even a native app: what is wrong with them, by the code of the problem. */
import type { UriProblemCode } from '../../../src/domain/clients/metadata/uris.ts';

type Row = readonly [why: string, code: UriProblemCode, ...uris: readonly string[]];

const rows: readonly Row[] = [
  [
    'a user or a password is taken for the host, or gives a secret away',
    'uri_user',
    ...['https://app.example@evil.example/cb', 'https://app.example:pw@evil.example/cb', 'https://ada@app.example/cb'],
    ...['https://:pw@app.example/cb', 'https://@evil.example/cb', 'https://app.example%40x@evil.example/cb'],
    ...[
      'https://app.example:443@evil.example/',
      'http://127.0.0.1@evil.example/cb',
      'http://localhost:80@evil.example/',
    ],
    ...['https://a@b@evil.example/cb', 'https:app.example@evil.example', 'com.example.app://ada@evil.example/cb'],
    'https:\\\\app.example@evil.example',
  ],
  [
    'browsers read a backslash as a slash, and servers do not',
    'uri_characters',
    ...['https://app.example\\.evil.example/cb', 'https:\\\\app.example/cb', 'https:/\\evil.example/cb'],
    ...[
      'https://app.example\\@evil.example/cb',
      'https://evil.example\\cb',
      'https://app.example/\\evil.example',
      'https://app.example/cb?x=\\',
    ],
    ...['https://app.example/%5C%5Cevil.example', 'https://app.example/%255cx'],
  ],
  [
    'browsers drop tabs and line breaks, and what is left is another address',
    'uri_characters',
    ...['https://app.example/c\tb', 'ht\ttps://app.example/cb', 'https://evil.example\t.app.example/cb'],
    ...['https://app.example/cb\n', '\nhttps://app.example/cb', 'https://app.example/cb\r\nSet-Cookie: a=b'],
    ...['https:\n//app.example/cb', 'java\tscript:alert(1)', 'java\nscript:alert(1)', '\u0001javascript:alert(1)'],
  ],
  [
    'other controls, and blanks that are cut off',
    'uri_characters',
    ...['https://app.example/cb\0', 'https://app.example\0.evil.example/cb', 'https://app.example/\u0007'],
    ...[
      'https://app.example/\u007f',
      'https://app.example/\u0085',
      ' https://app.example/cb',
      'https://app.example/cb ',
    ],
    ...[
      'https://app.example/c b',
      'https://app.example /cb',
      'https://app.example/\u00a0',
      '\ufeffhttps://app.example/',
    ],
  ],
  [
    'encoded, they are controls again where somebody decodes them',
    'uri_characters',
    ...['https://app.example/cb%0d%0aSet-Cookie:a=b', 'https://app.example/cb?x=%0A', 'https://app.example/%00'],
    ...['https://app.example/cb%250d%250aX', 'https://app.example/%7f', 'com.example.app:/cb%0a'],
  ],
  [
    'a percent sign that encodes nothing',
    'uri_characters',
    ...[
      'https://app.example/%',
      'https://app.example/%zz',
      'https://app.example/cb?x=%4',
      'https://app.example/%u0041',
    ],
  ],
  [
    'markup and quotes, for a page that shows it',
    'uri_characters',
    ...['https://app.example/<script>alert(1)</script>', 'https://app.example/"onmouseover=alert(1)'],
    ...[
      'https://app.example/cb?x=<img>',
      'https://app.example/`x`',
      'https://app.example/^',
      'https://app.example/a|b',
    ],
  ],
  [
    'wildcards and templates: nothing here is a pattern',
    'uri_characters',
    ...['https://*.app.example/cb', 'https://app.example/*', 'https://*/cb', 'https://app.example:*/cb', '*'],
    ...[
      'https://app.example/cb?*',
      'https://{tenant}.app.example/cb',
      'https://app.example/{x}',
      'http://127.0.0.1:*/cb',
    ],
    ...['com.example.app:/*'],
  ],
  [
    'letters that look like others, or that nobody sees',
    'uri_characters',
    ...[
      'https://\u0430pp.example/cb',
      'https://app\u3002example/cb',
      'https://app.example\uff0fcb',
      'https://\uff41pp.example/',
    ],
    ...[
      'https://app\u200b.example/cb',
      'https://app\u00ad.example/cb',
      'https://app.example/\u202ecb',
      'https://\u2488com/',
    ],
    ...['https://m\u00fcnchen.example/cb', 'https://app.example/\u00fc', 'https://\ud800/cb'],
    ...['https://ex\u00e4mple\u2024evil.example/', 'https://loc\u0251lhost/cb', 'https://app.example/\u{e0061}'],
  ],
  [
    'no address, or one that depends on where it is read',
    'uri_not_absolute',
    ...[
      '',
      '/cb',
      '//evil.example/cb',
      'app.example',
      'app.example/cb',
      './cb',
      '?x=1',
      'https://',
      'https:///',
      'http:',
    ],
    ...['https://:443/cb', 'https://?x', 'https://[::1', 'https://[::1%25eth0]/cb', 'https://[fe80::1%25lo]/cb'],
    ...[
      'https://app.example:65536/cb',
      'https://app.example:99999/cb',
      'https://app.example:4a/',
      'https://app.example:-1/',
    ],
    ...[
      'https://app.example:80:80/',
      'https://256.0.0.1/cb',
      'https://1.2.3.4.5/cb',
      'https://[1.2.3.4]/',
      'https://0x1ffffffff/',
    ],
    ...[
      'https://evil.example%5c.app.example/cb',
      'https://app.example%23.evil.example/',
      'https://app.example%2f.evil.example/',
      'https://a%25b.example/',
    ],
  ],
  [
    'a fragment is lost, or takes the answer away (RFC 6749 3.1.2)',
    'uri_fragment',
    ...[
      'https://app.example/cb#',
      'https://app.example/cb#x',
      'https://app.example/#/cb',
      'https://evil.example#app.example',
    ],
    ...['com.example.app:/cb#x', 'http://127.0.0.1/cb#'],
  ],
  [
    'a port that does not exist',
    'uri_port',
    ...['https://app.example:0/cb', 'https://app.example:/cb', 'https://app.example:0443/cb', 'http://127.0.0.1:0/cb'],
    ...['http://[::1]:0/cb', 'com.example.app://host:0/cb', 'https://app.example:00/'],
  ],
  [
    'a host with a second name',
    'uri_host',
    ...['https://app.example./cb', 'https://app.example../cb', 'https://.app.example/cb', 'https://app..example/cb'],
    ...['https://localhost./cb', 'https://%61pp.example/cb', 'https://app%2eexample/cb', 'https://%6c%6fcalhost/cb'],
    ...['https://[::7f00:1]/cb', 'https://[64:ff9b::7f00:1]/cb', 'https://[64:ff9b:1::7f00:1]/cb'],
    ...['https://[::ffff:127.0.0.1]/cb', 'https://[::ffff:7f00:1]/cb', 'com.example.app://a%2fb/cb'],
    `https://${'a.'.repeat(130)}example/cb`,
  ],
  [
    'an address in another way of writing it',
    'uri_spelling',
    ...[
      'http://2130706433/cb',
      'http://0x7f000001/cb',
      'http://017700000001/cb',
      'http://127.1/cb',
      'http://127.0.1/cb',
    ],
    ...['http://0177.0.0.1/cb', 'http://0x7f.0.0.1/cb', 'http://127.0.0.01/cb', 'http://[0:0:0:0:0:0:0:1]/cb'],
    ...['http://[::0001]/cb', 'https://134744072/cb', 'https://[2001:DB8::1]/cb', 'https://0/cb'],
  ],
  [
    'upper case that browsers make lower, so that two strings are one address',
    'uri_spelling',
    ...['HTTPS://app.example/cb', 'Https://app.example/cb', 'https://App.Example/cb', 'https://APP.EXAMPLE/cb'],
    ...['http://LOCALHOST/cb', 'HTTP://127.0.0.1/cb', 'com.Example.App:/cb', 'COM.EXAMPLE.APP:/cb'],
  ],
  [
    'slashes that are left out, or too many',
    'uri_spelling',
    ...['https:app.example/cb', 'https:/app.example/cb', 'https:///app.example/cb', 'https:////app.example/cb'],
    ...['http:127.0.0.1/cb', 'https:evil.example'],
  ],
  [
    'dots that lead to another path',
    'uri_path',
    ...[
      'https://app.example/cb/../evil',
      'https://app.example/cb/..',
      'https://app.example/./cb',
      'https://app.example/.',
    ],
    ...['https://app.example/cb/%2e%2e/evil', 'https://app.example/cb/.%2E/evil', 'https://app.example/cb/%2e/evil'],
    ...[
      'https://app.example/cb/..%2fevil',
      'https://app.example/cb%2f..%2fevil',
      'https://app.example/%252e%252e/evil',
    ],
    ...['https://app.example/cb/%252e%252e%252fevil', 'com.example.app:/../evil', 'com.example.app:/cb/%2e%2e/'],
  ],
  [
    'a parameter that the answer brings: the app finds two',
    'uri_parameters',
    ...[
      'https://app.example/cb?code=x',
      'https://app.example/cb?state=x',
      'https://app.example/cb?iss=https://evil.example',
    ],
    ...[
      'https://app.example/cb?x=1&code=x',
      'https://app.example/cb?%63ode=x',
      'https://app.example/cb?access_token=x&a=b',
    ],
    ...['https://app.example/cb?code', 'https://app.example/cb?iss', 'com.example.app:/cb?code=x'],
    ...['https://app.example/cb?id_token=x', 'http://127.0.0.1/cb?state'],
  ],
  [
    'http on a host that only looks like this machine',
    'uri_not_https',
    ...[
      'http://app.example/cb',
      'http://localhost.evil.example/cb',
      'http://localhost-evil.example/',
      'http://0.0.0.0/cb',
    ],
    ...[
      'http://127.0.0.1.evil.example/cb',
      'http://evil.example/localhost',
      'http://app.localhost/cb',
      'http://[::]/cb',
    ],
    ...[
      'http://[::2]/cb',
      'http://128.0.0.1/cb',
      'http://10.0.0.1/cb',
      'http://localhost./cb',
      'http://[::ffff:127.0.0.1]/cb',
    ],
    ...['http://169.254.169.254/', 'http://127.0.0.1.nip.example/', 'http://localhos/cb', 'http://localdomain/cb'],
  ],
  [
    'longer than a browser keeps',
    'uri_too_long',
    ...[`https://app.example/${'a'.repeat(2000)}`, `https://app.example/?${'x=y&'.repeat(2000)}`],
    `com.example.app:/${'a'.repeat(10_000)}`,
  ],
];

export interface HostileUri {
  readonly uri: string;
  readonly code: UriProblemCode;
  readonly why: string;
}

export const hostileUris: readonly HostileUri[] = rows.flatMap(([why, code, ...uris]) =>
  uris.map((uri) => ({ uri, code, why })),
);

/** They do no harm in a link that people follow. */
export const harmlessInLinks: ReadonlySet<UriProblemCode> = new Set(['uri_fragment', 'uri_path', 'uri_parameters']);
