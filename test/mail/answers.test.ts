/** What a server's answers mean: what is for good, what is worth another try, and what may have arrived. */
import { createServer, type Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { SmtpMailer } from '../../adapters/mail/smtp.ts';
import { systemClock } from '../../src/ports/clock.ts';
import { MailNotSent, MailRejected, MailUnanswered } from '../../src/ports/mailer.ts';
import { type MailServerOptions, mailServer, sendOptions } from '../support/mail-server.ts';

const issuer = 'https://id.example.com';
const mail = { to: 'ada@example.com', subject: 'Hello', text: 'Hi', html: '' };

function mailerFor(t: ExecutionContext, url: string, as = issuer): SmtpMailer {
  const mailer = new SmtpMailer({ url, isLoopback: true, from: 'Latchkey <id@example.com>', issuer: as }, systemClock);
  t.teardown(() => mailer.close());
  return mailer;
}

async function failureOf(mailer: SmtpMailer, to = mail.to): Promise<MailNotSent> {
  try {
    await mailer.send({ ...mail, to }, sendOptions());
  } catch (error) {
    if (error instanceof MailNotSent) return error;
    throw error;
  }
  throw new Error('it was sent');
}

const codes = [421, 450, 451, 452, 501, 530, 535, 550, 551, 552, 553, 554];
const enhanced = ['', '5.0.0', '5.1.1', '5.1.2', '5.1.3', '5.1.6', '5.1.7', '5.1.8', '5.1.10', '5.1.11', '5.2.2'];
const more = ['5.3.4', '5.5.1', '5.7.1', '5.7.26', '5.7.606'];
const aboutTheMailbox = ['5.1.1', '5.1.2', '5.1.3', '5.1.6', '5.1.10'];
const commands = ['MAIL', 'RCPT', 'DATA'] as const;
type Command = (typeof commands)[number];

function answering(command: Command, responseCode: number, text: string): MailServerOptions {
  const error = Object.assign(new Error(text), { responseCode });
  if (command === 'MAIL') return { onMailFrom: (_address, _session, done) => done(error) };
  if (command === 'RCPT') return { onRcptTo: (_address, _session, done) => done(error) };
  return { onData: (stream, _session, done) => void stream.resume().on('end', () => done(error)) };
}

function isForGood(command: Command, code: number, detail: string): boolean {
  if (code < 500 || command === 'MAIL') return false;
  if (aboutTheMailbox.includes(detail)) return true;
  return command === 'RCPT' && [550, 551, 553].includes(code) && !/^5\.[57]\./.test(detail);
}

for (const command of commands) {
  test(`at ${command}, what is said about the mailbox is for good, and all else is worth another try`, async (t) => {
    const wrong: string[] = [];
    for (const code of codes) {
      for (const detail of [...enhanced, ...more]) {
        const server = await mailServer(t, answering(command, code, `${detail} ada@example.com: not here`.trim()));
        const error = await failureOf(mailerFor(t, server.url));
        const expected = isForGood(command, code, detail) ? MailRejected : MailNotSent;
        if (error.constructor !== expected) wrong.push(`${code} ${detail} ${error.name}`);
        t.notRegex(`${error.message} ${error.stack}`, /ada@|not here/);
      }
    }
    t.deepEqual(wrong, []);
  });
}

test('a relay that is denied is a fault of the settings, whatever its code', async (t) => {
  for (const text of ['relay not permitted', 'Relaying denied', '5.7.1 Relay access denied', '5.4.1 unable to relay']) {
    for (const code of [550, 553, 554]) {
      const server = await mailServer(t, answering('RCPT', code, text));
      t.is((await failureOf(mailerFor(t, server.url))).constructor, MailNotSent, `${code} ${text}`);
    }
  }
});

test('a wrong password is for the operator to put right', async (t) => {
  const fail = Object.assign(new Error('ada@example.com: no'), { responseCode: 535 });
  const server = await mailServer(t, { allowInsecureAuth: true, onAuth: (_auth, _session, done) => done(fail) });
  const mailer = mailerFor(t, `smtp://ada:hunter2@127.0.0.1:${server.port}`);
  const error = await failureOf(mailer);
  t.is(error.constructor, MailNotSent);
  t.notRegex(`${error.reason} ${error.stack}`, /ada[@:]|hunter2/);
  t.false(await mailer.isReachable());
});

test('a server without SMTPUTF8 is told no mailbox that is not ASCII, and one with it is', async (t) => {
  const without = await mailServer(t, { hideSMTPUTF8: true });
  const error = await failureOf(mailerFor(t, without.url), 'jürgen@example.com');
  t.true(error instanceof MailRejected && error.rejection === 'no_smtputf8');
  t.deepEqual(without.recipients, []);
  await mailerFor(t, without.url).send({ ...mail, to: 'ada@bücher.example' }, sendOptions());
  t.deepEqual(without.recipients, ['ada@xn--bcher-kva.example']);
  const withIt = await mailServer(t);
  await mailerFor(t, withIt.url).send({ ...mail, to: 'jürgen@example.com' }, sendOptions());
  t.is(withIt.received.length, 1);
});

test('the server is greeted with the host of the issuer, and a mail is named by its id', async (t) => {
  for (const [as, name] of [
    [issuer, 'id.example.com'],
    ['http://localhost:3000', 'localhost'],
    ['https://192.0.2.1', '[192.0.2.1]'],
    ['https://[2001:db8::1]:8443', '[IPv6:2001:db8::1]'],
  ] as const) {
    const names: unknown[] = [];
    const server = await mailServer(t, {
      onMailFrom(_address, session, done) {
        names.push(session.hostNameAppearsAs);
        done();
      },
    });
    const mailer = mailerFor(t, server.url, as);
    for (const id of ['one', 'one', 'other']) await mailer.send(mail, sendOptions({ id }));
    t.is(String(names[0]).toLowerCase(), name.toLowerCase());
    t.deepEqual(
      server.received.map(({ data }) => /^Message-ID: <(.*)>\r$/im.exec(data)?.[1]),
      ['one', 'one', 'other'].map((id) => `${id}@${name}`),
    );
  }
});

/** Takes everything, and leaves the answer to the final dot to the test. */
async function waitingServer(t: ExecutionContext) {
  const dots: Socket[] = [];
  const { promise: dot, resolve: seeDot } = Promise.withResolvers<Socket>();
  const server = createServer((socket) => {
    let isData = false;
    socket.on('error', () => undefined);
    socket.write('220 x ESMTP\r\n');
    socket.on('data', (chunk) => {
      const text = chunk.toString();
      if (isData && text.endsWith('\r\n.\r\n')) {
        isData = false;
        dots.push(socket);
        return seeDot(socket);
      }
      if (isData) return;
      isData = text.startsWith('DATA');
      socket.write(isData ? '354 go\r\n' : '250 ok\r\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const { port } = server.address() as { port: number };
  return { url: `smtp://127.0.0.1:${port}`, dot, dots };
}

test('a message that is out is waited for when the process stops, and counts as sent when its answer comes', async (t) => {
  const { url, dot } = await waitingServer(t);
  const stopping = new AbortController();
  const sent = mailerFor(t, url).send(mail, sendOptions({ stopping: stopping.signal }));
  const socket = await dot;
  stopping.abort();
  socket.write('250 queued\r\n');
  await t.notThrowsAsync(sent);
});

for (const [name, end] of [
  ['is cut off', (socket: Socket) => socket.destroy()],
  ['ends', (socket: Socket) => socket.end()],
  ['ends within the answer', (socket: Socket) => socket.end('250 o')],
  ['is given up', (_: Socket, giveUp: () => void) => giveUp()],
] as const) {
  test(`where the connection ${name} after the final dot, the message may have arrived, and is not sent again at once`, async (t) => {
    const { url, dot, dots } = await waitingServer(t);
    const given = new AbortController();
    const sent = mailerFor(t, url).send(mail, sendOptions({ signal: given.signal }));
    end(await dot, () => given.abort());
    await t.throwsAsync(sent, { instanceOf: name === 'ends within the answer' ? MailNotSent : MailUnanswered });
    t.is(dots.length, 1);
  });
}

test('no message goes out before its sender has written that down', async (t) => {
  const { url, dots } = await waitingServer(t);
  const beforeMessage = () => Promise.reject(new MailNotSent('another process has it'));
  const error = await t.throwsAsync(mailerFor(t, url).send(mail, sendOptions({ beforeMessage })));
  t.is(error?.constructor, MailNotSent);
  t.deepEqual(dots, []);
});
