/** How the mail server is spoken to: under TLS where it can be, with a password only there, and never for ever. */
import { createServer } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import test, { type ExecutionContext } from 'ava';
import { SmtpMailer } from '../../adapters/mail/smtp.ts';
import { systemClock } from '../../src/ports/clock.ts';
import { MailNotSent, MailRejected } from '../../src/ports/mailer.ts';
import { mailServer, sendOptions } from '../support/mail-server.ts';
import { selfSigned } from '../support/self-signed.ts';

const FROM = 'Latchkey <id@example.com>';
const mail = { to: 'ada@example.com', subject: 'Hello', text: 'Hi', html: '' };
const options = sendOptions();
/** Without those of other tests: two with one name are taken for each other now and then. */
const authorities = getCACertificates('default');

function mailerFor(t: ExecutionContext, url: string, isLoopback = true): SmtpMailer {
  const mailer = new SmtpMailer({ issuer: 'https://id.example.com', isLoopback, url, from: FROM }, systemClock);
  t.teardown(() => mailer.close());
  return mailer;
}

/** What the log may say of it. */
async function failureOf(mailer: SmtpMailer): Promise<MailNotSent> {
  try {
    await mailer.send(mail, options);
  } catch (error) {
    if (error instanceof MailNotSent) return error;
    throw error;
  }
  throw new Error('it was sent');
}

test.serial(
  'STARTTLS is used where it is offered, with a certificate that is trusted, or nothing is sent',
  async (t) => {
    const { certificate, key } = selfSigned('rsa');
    const server = await mailServer(t, { key, cert: certificate });
    const url = `smtp://ada%40example.com:p%23%3A%C3%BC@localhost:${server.port}`;
    t.false((await failureOf(mailerFor(t, url))) instanceof MailRejected);
    t.deepEqual(server.received, []);
    t.false(await mailerFor(t, url).isReachable());

    setDefaultCACertificates([...authorities, certificate]);
    await mailerFor(t, url).send(mail, options);
    t.deepEqual(
      server.received.map(({ isSecure, user }) => [isSecure, user]),
      [[true, 'ada@example.com']],
    );
    t.true(await mailerFor(t, url).isReachable());
  },
);

test.serial('smtps speaks TLS from the first byte', async (t) => {
  const { certificate, key } = selfSigned('rsa');
  const server = await mailServer(t, { key, cert: certificate, secure: true });
  setDefaultCACertificates([...authorities, certificate]);
  await mailerFor(t, `smtps://localhost:${server.port}`).send(mail, options);
  t.deepEqual(
    server.received.map(({ isSecure }) => isSecure),
    [true],
  );
});

test('user and password arrive as they are, decoded once', async (t) => {
  const seen: unknown[] = [];
  const server = await mailServer(t, {
    allowInsecureAuth: true,
    onAuth({ username, password }, _, done) {
      seen.push(username, password);
      done(null, { user: username ?? '' });
    },
  });
  await mailerFor(t, `smtp://u%2525:p%40%2F%3A%C3%BC%20x@127.0.0.1:${server.port}`).send(mail, options);
  t.deepEqual(seen, ['u%25', 'p@/:\u00fc x']);
});

test('a password goes without TLS to this machine alone', async (t) => {
  const server = await mailServer(t, { allowInsecureAuth: true, onAuth: (_auth, _session, done) => done(null, {}) });
  await failureOf(mailerFor(t, `smtp://ada:hunter2@127.0.0.1:${server.port}`, false));
  t.deepEqual(server.received, []);
});

test('a server that is down, or says nothing, is not reachable, which is told within seconds', async (t) => {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  t.teardown(() => silent.close());
  const { port } = silent.address() as { port: number };
  const closed = await mailServer(t);
  await closed.stop();
  const startedAt = performance.now();
  t.false(await mailerFor(t, `smtp://127.0.0.1:${port}`).isReachable());
  t.false(await mailerFor(t, closed.url).isReachable());
  t.true(performance.now() - startedAt < 10_000);
  t.regex((await failureOf(mailerFor(t, closed.url))).reason, /ECONNREFUSED|ESOCKET/);
  t.true(await mailerFor(t, (await mailServer(t)).url).isReachable());
});

test('sending gives up when it is told to', async (t) => {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  t.teardown(() => silent.close());
  const { port } = silent.address() as { port: number };
  const stopping = new AbortController();
  const sending = mailerFor(t, `smtp://127.0.0.1:${port}`).send(mail, { ...options, stopping: stopping.signal });
  stopping.abort();
  await t.throwsAsync(sending, { instanceOf: MailNotSent });
});

test('many mails go over few connections, each with its own recipient', async (t) => {
  let connections = 0;
  const server = await mailServer(t, {
    onConnect(_session, done) {
      connections += 1;
      done();
    },
  });
  const mailer = mailerFor(t, server.url);
  await Promise.all(Array.from({ length: 30 }, (_, n) => mailer.send({ ...mail, to: `${n}@example.com` }, options)));
  t.true(connections <= 10);
  t.true(server.received.every(({ to }) => to.length === 1));
  t.is(new Set(server.received.map(({ to }) => to[0])).size, 30);
});
