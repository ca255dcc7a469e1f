/** What the mail server is told is the address that is stored, or the address was refused before; no text adds a header. */
import { domainToASCII } from 'node:url';
import test from 'ava';
import PostalMime from 'postal-mime';
import { SmtpMailer } from '../../adapters/mail/smtp.ts';
import { readEmailAddress } from '../../src/domain/accounts/identifiers.ts';
import { DomainError } from '../../src/domain/domain-error.ts';
import { systemClock } from '../../src/ports/clock.ts';
import type { Mail } from '../../src/ports/mailer.ts';
import { MailNotSent, MailRejected } from '../../src/ports/mailer.ts';
import { mailServer, type ReceivedMessage, sendOptions, startMailServer } from '../support/mail-server.ts';

const typed: readonly string[] = [
  // Plain ones, and what is allowed in them (RFC 5322 3.2.3).
  'ada@example.com',
  'Ada.Lovelace@Example.COM',
  'ada+tag@example.com',
  "o'brien@example.com",
  "!#$%&'*+-/=?^_`{|}~@example.com",
  'a@b.co',
  '1234567890@example.com',
  '-@example.com',
  '_______@example.com',
  'ada@sub.domain.example.com',
  'ada@example-one.com',
  'ada@localhost',
  'ada@127.1',
  `${'a'.repeat(64)}@example.com`,
  ' ada@example.com\r\n',
  // Dots where no dot-atom has them.
  '.ada@example.com',
  'ada.@example.com',
  'a..da@example.com',
  '...@example.com',
  // Quoted forms, comments, groups, routes.
  '"ada"@example.com',
  '"ada lovelace"@example.com',
  '"a@b"@example.com',
  '"a\\"b"@example.com',
  '"ada"bob@example.com',
  'ada(comment)@example.com',
  'ada@(comment)example.com',
  'Ada <ada@example.com>',
  '<ada@example.com>',
  'friends: ada@example.com, bob@example.com;',
  '@relay.example:ada@example.com',
  'ada%evil.example@example.com',
  'evil.example!ada@example.com',
  // Two of something.
  'ada@evil.example@example.com',
  'ada@@example.com',
  'ada@example.com@',
  'ada@example.com,bob@evil.example',
  'ada@example.com;bob@evil.example',
  'ada@example.com bob@evil.example',
  'ada@example.com\nbob@evil.example',
  // Unicode that is folded, or looks like something else.
  'ada\uff20example.com',
  'ada@example\uff0ecom',
  'ada@example\u3002com',
  'ada\uff1cbob\uff1e@example.com',
  'ada\uff0cbob@example.com',
  'ada@\u2025example.com',
  'ad\u0430@example.com',
  'ada@ex\u0430mple.com',
  'ada@examp\u0142e.com',
  'ada@\u{1d41e}xample.com',
  'ada@ex\u00e4mple.com',
  'ada@B\u00dcCHER.example',
  'ada@bu\u0308cher.example',
  'ada@xn--bcher-kva.example',
  'ada@xn--a.example',
  'ada@fa\u00df.de',
  'ada@\u03b2\u03cc\u03bb\u03bf\u03c2.example',
  'ada@\u65e5\u672c\u8a9e.example',
  'ada@\u0627\u0644\u0639\u0631\u0628.example',
  'j\u00f5geva@example.com',
  'j\u00f5geva@j\u00f5geva.ee',
  '\u6d4b\u8bd5@\u4f8b\u5b50.example',
  '\u212alvin@example.com',
  '\u0131@example.com',
  '\ufb01@example.com',
  'ada\u200d@example.com',
  'ada\u202e@example.com',
  'ada@exam\u00adple.com',
  '\u0301ada@example.com',
  '=?utf-8?q?ada=40evil.example?=@example.com',
  '=?utf-8?b?YWRh?=@example.com',
  // What would end a command or a header.
  'ada@example.com\r\nBcc: bob@evil.example',
  'ada\r\nRCPT TO:<bob@evil.example>@example.com',
  'ada@example.com>\r\nRCPT TO:<bob@evil.example',
  'ada@example.com> SIZE=1',
  'ada@example.com\0bob@evil.example',
  'ada\0@example.com',
  'ada@example.com\u2028Bcc: bob@evil.example',
  'ada@example.com\u0085bob@evil.example',
  'ada%0d%0abcc:bob@example.com',
  'ada\\r\\n@example.com',
  'ada@[127.0.0.1]',
  'ada@[IPv6:::1]',
  'ada@example.com.',
  'ada@-example.com',
  'ada@exa_mple.com',
  'ada@example..com',
  'ada@',
  '@example.com',
  '@',
  '',
  'ada',
  // Long ones.
  `${'a'.repeat(65)}@example.com`,
  `ada@${'a.'.repeat(130)}com`,
  `${'a'.repeat(10_000)}@example.com`,
  `ada@${'a'.repeat(10_000)}.com`,
  '@'.repeat(10_000),
  `${'"'.repeat(10_000)}@example.com`,
  `${' '.repeat(10_000)}ada@example.com${' '.repeat(10_000)}`,
  `ada@${'xn--'.repeat(2500)}.com`,
  `ada@${'\u00fc.'.repeat(5000)}com`,
];

function stored(text: string): string | undefined {
  try {
    return readEmailAddress(text);
  } catch (error) {
    if (error instanceof DomainError && error.code === 'email_invalid') return undefined;
    throw error;
  }
}

function asServerIsTold(email: string): string {
  const at = email.lastIndexOf('@');
  const domain = email.slice(at + 1);
  return `${email.slice(0, at)}@${/^[\x21-\x7e]+$/.test(domain) ? domain : domainToASCII(domain)}`;
}

const newMail = (more: Partial<Mail>): Mail => ({
  to: 'ada@example.com',
  subject: 'Hello',
  text: 'Hi',
  html: '<p>Hi</p>',
  ...more,
});
const options = sendOptions();
/** What every mail has, whoever it is for. */
const HEADERS = ['auto-submitted', 'content-type', 'date', 'from', 'message-id', 'mime-version', 'subject', 'to'];

async function headersOf({ data }: ReceivedMessage): Promise<readonly string[]> {
  return (await PostalMime.parse(data)).headers.map(({ key }) => key).toSorted();
}

test('of a hundred addresses each is refused before, or the server is told what is stored', async (t) => {
  const server = await mailServer(t);
  const mailer = new SmtpMailer(
    { url: server.url, isLoopback: true, issuer: 'https://id.example.com', from: 'Latchkey <id@example.com>' },
    systemClock,
  );
  t.teardown(() => mailer.close());
  t.true(new Set(typed).size >= 100);
  const startedAt = performance.now();
  const accepted = typed.flatMap((text) => stored(text) ?? []);
  // Regular expressions that go through a text again and again would take minutes for one of ten thousand characters.
  t.true(performance.now() - startedAt < 5000);
  for (const email of accepted) {
    const outcome = await mailer.send(newMail({ to: email }), options).then(
      () => 'sent',
      (error: Error) => error,
    );
    // A server may be pickier than we are; it says so.
    if (outcome !== 'sent') {
      t.true(outcome instanceof MailNotSent, email);
      continue;
    }
    const message = server.received.at(-1);
    t.is(message?.to.length, 1);
    t.is(server.recipients.at(-1), asServerIsTold(email));
    t.is(server.senders.at(-1), 'id@example.com');
    t.deepEqual(await headersOf(message as ReceivedMessage), HEADERS, email);
    t.notRegex(message?.data ?? '', /^bcc:|evil\.example$/im, email);
  }
  t.true(server.received.length > 30);
  t.true(accepted.length < typed.length - 40);
});

test('what is no address is not sent, whoever stored it', async (t) => {
  const server = await mailServer(t);
  const mailer = new SmtpMailer(
    { url: server.url, isLoopback: true, issuer: 'https://id.example.com', from: 'id@example.com' },
    systemClock,
  );
  t.teardown(() => mailer.close());
  const refused = typed.filter((text) => /[\s\p{C}<>]|@.*@|^@|@$/su.test(text) || !text.includes('@'));
  t.true(refused.length > 30);
  for (const to of refused)
    await t.throwsAsync(mailer.send(newMail({ to }), options), { instanceOf: MailRejected }, to);
  t.deepEqual(server.received, []);
});

const hostile = [
  'Hello\r\nBcc: bob@evil.example',
  'Hello\nBcc: bob@evil.example',
  'Hello\rBcc: bob@evil.example',
  'Hello\r\n\r\nBody',
  'Hello\r\n Bcc: bob@evil.example',
  'Hello\0Bcc: bob@evil.example',
  'Hello\u2028Bcc: bob@evil.example',
  'Hello\u0085Bcc: bob@evil.example',
  'Gr\u00fc\u00dfe\r\nBcc: bob@evil.example',
  '\r\nBcc: bob@evil.example',
  'Bcc: bob@evil.example',
  '=?utf-8?q?=0D=0ABcc:_bob=40evil.example?=',
  `${'a'.repeat(10_000)}\r\nBcc: bob@evil.example`,
  '\u{1f600}'.repeat(500),
];

test('a subject adds no header, whatever name it mentions', async (t) => {
  const server = await mailServer(t);
  const mailer = new SmtpMailer(
    { url: server.url, isLoopback: true, issuer: 'https://id.example.com', from: 'id@example.com' },
    systemClock,
  );
  t.teardown(() => mailer.close());
  for (const subject of hostile) {
    await mailer.send(newMail({ subject }), options);
    const message = server.received.at(-1) as ReceivedMessage;
    t.deepEqual(message.to, ['ada@example.com']);
    t.deepEqual(await headersOf(message), HEADERS, subject);
    const { subject: read = '' } = await PostalMime.parse(message.data);
    t.notRegex(read, /\p{Cc}/u);
  }
});

test('a text ends no message early, and reaches the reader as it is', async (t) => {
  const server = await mailServer(t);
  const mailer = new SmtpMailer(
    { url: server.url, isLoopback: true, issuer: 'https://id.example.com', from: 'id@example.com' },
    systemClock,
  );
  t.teardown(() => mailer.close());
  const text = 'Hi\r\n.\r\nMAIL FROM:<evil@evil.example>\r\n..\r\nGr\u00fc\u00dfe \u{1f600}\r\n';
  await mailer.send(newMail({ text, html: '<img src="file:///etc/passwd"><img src="http://127.0.0.1:1/x">' }), options);
  t.is(server.received.length, 1);
  const read = await PostalMime.parse(server.received[0]?.data ?? '');
  t.is(read.text?.trim(), text.trim().replaceAll('\r\n', '\n'));
  t.deepEqual(read.attachments, []);
});

const senders = [
  ['id@example.com', '', 'id@example.com'],
  ['Latchkey <id@example.com>', 'Latchkey', 'id@example.com'],
  [
    'Gr\u00fc\u00dfe & Co. (Ltd.) <id@xn--bcher-kva.example>',
    'Gr\u00fc\u00dfe & Co. (Ltd.)',
    'id@xn--bcher-kva.example',
  ],
  ["O'Brien: Ltd; <id@example.com>", "O'Brien: Ltd;", 'id@example.com'],
  ['=?utf-8?q?x?= <id@example.com>', '=?utf-8?q?x?=', 'id@example.com'],
] as const;

test('the sender is the one of the setting, its name in any script', async (t) => {
  const server = await startMailServer();
  t.teardown(server.stop);
  for (const [from, name, address] of senders) {
    const mailer = new SmtpMailer(
      { url: server.url, isLoopback: true, issuer: 'https://id.example.com', from },
      systemClock,
    );
    await mailer.send(newMail({}), options);
    mailer.close();
    const message = server.received.at(-1) as ReceivedMessage;
    t.is(server.senders.at(-1), address);
    t.deepEqual(await headersOf(message), HEADERS);
    const { from: read } = await PostalMime.parse(message.data);
    t.is(read?.address, address);
    if (!name.startsWith('=?')) t.is(read?.name, name);
  }
});
