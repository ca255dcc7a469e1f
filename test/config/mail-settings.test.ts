/** The settings of mail and registration: what is accepted, what becomes of it, and what is refused without showing it. */
import test from 'ava';
import { ConfigurationError } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { warningsOf } from '../../src/config/warnings.ts';
import { problemsOf, production, refusedVariables } from './settings.ts';

const FROM = 'id@example.com';

const goodServers = [
  'smtp://mail.example.com',
  'smtps://mail.example.com',
  'SMTPS://mail.example.com',
  'smtp://mail.example.com/',
  'smtp://mail.example.com:2525',
  'smtp://localhost:25',
  'smtp://127.0.0.1:1025',
  'smtp://[::1]:1025',
  'smtps://user:hunter2@mail.example.com',
  'smtps://user%40example.com:p%23%3F%2F%40ss@mail.example.com:465',
  'smtps://user:p@ss@mail.example.com',
];

const badServers = [
  'mail.example.com',
  'mail.example.com:25',
  'http://mail.example.com',
  'smtp:mail.example.com',
  'smtp:/mail.example.com',
  'smtp://',
  'smtp://:25',
  'smtp://mail.example.com:0',
  'smtp://mail.example.com:65536',
  'smtp://mail.example.com?pool=true',
  'smtp://mail.example.com/?tls.rejectUnauthorized=false',
  'smtps://mail.example.com?secure=false',
  'smtp://mail.example.com?',
  'smtp://mail.example.com#part',
  'smtp://mail.example.com/path',
  'smtps://user@mail.example.com',
  'smtps://:hunter2@mail.example.com',
  'smtps://user:hunter2%zz@mail.example.com',
  'smtps://user:hunter2%0d%0aQUIT@mail.example.com',
  'smtps://user:hunter2%00@mail.example.com',
  'smtps://user:hunter2#more@mail.example.com',
  'smtps://user:hunter2?more@mail.example.com',
  'smtps://user:hunter2/more@mail.example.com',
  'smtps://user:hunter2@mail.example.com\nsmtp://other.example',
  'smtps://user:hunter2@mail\t.example.com',
  'smtp://b\u00fccher.example',
  'smtp://mail_1.example.com%20',
  'smtp://mail.example.com, smtp://other.example',
];

test('a mail server is an address of its scheme, host and port, with user and password or neither', (t) => {
  for (const url of goodServers) {
    const { mail } = readConfig({ SMTP_URL: url, MAIL_FROM: FROM });
    t.like(mail, { way: 'smtp', url, from: FROM });
  }
});

test('what is no address of a mail server, or asks for options, is refused and never shown', (t) => {
  for (const url of badServers) {
    t.deepEqual(refusedVariables({ SMTP_URL: url, MAIL_FROM: FROM }), ['SMTP_URL'], url);
    const error = t.throws(() => readConfig({ SMTP_URL: url, MAIL_FROM: FROM }), { instanceOf: ConfigurationError });
    t.notRegex(`${error?.message} ${JSON.stringify(error?.problems)}`, /hunter2|rejectUnauthorized|other\.example/);
  }
});

const senders = [
  ['id@example.com', 'id@example.com'],
  ['id@Example.COM', 'id@example.com'],
  ['<id@example.com>', 'id@example.com'],
  ['Latchkey <id@example.com>', 'Latchkey <id@example.com>'],
  ['Latchkey   <id@example.com>', 'Latchkey <id@example.com>'],
  ['id@B\u00fccher.example', 'id@xn--bcher-kva.example'],
  ['Gr\u00fc\u00dfe <id@b\u00fccher.example>', 'Gr\u00fc\u00dfe <id@xn--bcher-kva.example>'],
  ["O'Brien & Co. <no-reply+id@example.com>", "O'Brien & Co. <no-reply+id@example.com>"],
  ['\u65e5\u672c <id@localhost>', '\u65e5\u672c <id@localhost>'],
] as const;

const badSenders = [
  'Latchkey',
  'Latchkey id@example.com',
  'Latchkey<id@example.com>',
  '<>',
  'id@',
  '@example.com',
  'id@@example.com',
  'id@evil.example@example.com',
  '"id"@example.com',
  '"a b"@example.com',
  'i d@example.com',
  '.id@example.com',
  'id.@example.com',
  'i..d@example.com',
  'j\u00f5geva@example.com',
  'id@exa_mple.com',
  'id@example..com',
  'id@-example.com',
  'id@example.com.',
  'id@[127.0.0.1]',
  'id@example.com>',
  'a@example.com, b@example.com',
  'a@example.com;b@example.com',
  'Latchkey <id@example.com>, Other <b@example.com>',
  'Latchkey <id@example.com> <b@example.com>',
  'Latchkey, Inc. <id@example.com>',
  'Group: <id@example.com>',
  'A (comment) <id@example.com>',
  'Latchkey\r\nBcc: b@evil.example <id@example.com>',
  'Latchkey\nBcc: x <id@example.com>',
  'Latchkey\u2028x <id@example.com>',
  'Latchkey\0x <id@example.com>',
  'Latchkey \u202e <id@example.com>',
  'id@example.com\r\nBcc: b@evil.example',
  '=?utf-8?q?=0D=0ABcc:_x?= <id@example.com>',
  `${'a'.repeat(65)} <id@example.com>`,
  `${'a'.repeat(65)}@example.com`,
  `id@${'a'.repeat(64)}.com`,
  'id@ex\u212ample.com.',
];

test('a sender is one address, its name in any script and its domain in ASCII', (t) => {
  for (const [from, kept] of senders) {
    const { mail } = readConfig({ SMTP_URL: 'smtp://localhost', MAIL_FROM: from });
    t.is(mail.way === 'none' ? undefined : mail.from, kept, from);
  }
});

test('a sender that is none, is several, or would add a header is refused', (t) => {
  for (const from of badSenders)
    t.deepEqual(refusedVariables({ SMTP_URL: 'smtp://localhost', MAIL_FROM: from }), ['MAIL_FROM'], from);
});

test('a mail server is on this machine by the one definition of it', (t) => {
  const isLoopback = (host: string) => {
    const { mail } = readConfig({ SMTP_URL: `smtp://ada:hunter2@${host}`, MAIL_FROM: FROM });
    return mail.way === 'smtp' && mail.isLoopback;
  };
  for (const host of ['localhost', '127.0.0.1:25', '127.8.9.10', '[::1]:2525']) t.true(isLoopback(host), host);
  for (const host of ['127.mail.example', '127.0.0.1.example', 'localhost.example', '128.0.0.1', '[::2]', 'mail'])
    t.false(isLoopback(host), host);
});

test('domains of registration are compared in one form', (t) => {
  const domainsOf = (text: string) => readConfig({ REGISTRATION_DOMAINS: text }).registrationDomains;
  t.deepEqual(domainsOf(''), []);
  t.deepEqual(domainsOf('example.com'), ['example.com']);
  t.deepEqual(domainsOf('Example.COM , @example.org'), ['example.com', 'example.org']);
  t.deepEqual(domainsOf('B\u00dcCHER.example,bu\u0308cher.example'), [
    'xn--bcher-kva.example',
    'xn--bcher-kva.example',
  ]);
  t.deepEqual(domainsOf('xn--bcher-kva.example,localhost'), ['xn--bcher-kva.example', 'localhost']);
});

const badDomains = [
  '*',
  '*.example.com',
  'a.*.example.com',
  '.example.com',
  'example.com.',
  'example..com',
  'example.com,',
  'example.com,,example.org',
  'ada@example.com',
  '@@example.com',
  '@',
  'https://example.com',
  'example.com/path',
  'example.com:25',
  'example.com example.org',
  'example.com;example.org',
  'exa_mple.com',
  '-example.com',
  'example-.com',
  '[::1]',
  `${'a'.repeat(64)}.com`,
  `${'a.'.repeat(130)}com`,
];

test('wildcards, addresses and what is no domain are refused', (t) => {
  for (const text of badDomains)
    t.deepEqual(refusedVariables({ REGISTRATION_DOMAINS: text }), ['REGISTRATION_DOMAINS'], text);
});

test('terms have an address that pages can lead to, and a version; one without the other is refused', (t) => {
  const version = '2026-11';
  for (const url of ['https://example.com/terms', 'http://localhost:8080/terms?lang=en#top', 'HTTPS://example.com'])
    t.deepEqual(readConfig({ TERMS_URL: url, TERMS_VERSION: version }).terms, { url, version });
  for (const url of [
    'example.com/terms',
    '/terms',
    'https:example.com',
    'https://',
    'ftp://example.com',
    'javascript:alert(1)',
    'data:text/html,x',
    'https://user:hunter2@example.com/terms',
    'https://user@example.com/terms',
    'https://example.com/a b',
    'https://example.com/\nx',
    'https://example.com/"><script>',
    'https://example.com\\evil.example',
    'https://example.com/\u202e',
  ])
    t.deepEqual(refusedVariables({ TERMS_URL: url, TERMS_VERSION: version }), ['TERMS_URL'], url);
  for (const bad of ['a b', 'v/1', '\u00fc', 'x'.repeat(65), '1,2'])
    t.deepEqual(refusedVariables({ TERMS_URL: 'https://example.com', TERMS_VERSION: bad }), ['TERMS_VERSION'], bad);
  t.deepEqual(refusedVariables({ TERMS_URL: 'https://example.com' }), ['TERMS_VERSION']);
  t.deepEqual(refusedVariables({ TERMS_VERSION: version }), ['TERMS_URL']);
});

test('a server needs a sender; production without a server sends nothing and says so, development writes files', (t) => {
  t.deepEqual(refusedVariables({ SMTP_URL: 'smtp://localhost' }), ['MAIL_FROM']);
  t.is(readConfig({}).mail.way, 'files');
  t.deepEqual(warningsOf(readConfig({})), []);
  const without = readConfig(production());
  t.is(without.mail.way, 'none');
  t.deepEqual(
    warningsOf(without).map(({ variable }) => variable),
    ['SMTP_URL'],
  );
  const withServer = readConfig({ ...production(), SMTP_URL: 'smtps://id:hunter2@mail.example.com', MAIL_FROM: FROM });
  t.deepEqual(warningsOf(withServer), []);
  t.deepEqual(problemsOf({ ...production(), MAIL_FROM: FROM }), []);
});
