/** A real mail server on loopback, which keeps what it was told. */
import type { AddressInfo, Socket } from 'node:net';
import type { ExecutionContext } from 'ava';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { SendOptions } from '../../src/ports/mailer.ts';

export interface ReceivedMessage {
  /** MAIL FROM and RCPT TO, as they came. */
  readonly from: string;
  readonly to: readonly string[];
  /** Header and body. */
  readonly data: string;
  readonly isSecure: boolean;
  readonly user: string | undefined;
}

export interface MailServer {
  readonly url: string;
  readonly port: number;
  readonly received: readonly ReceivedMessage[];
  /** What was between the brackets of each RCPT TO and MAIL FROM, byte by byte: the server itself reads domains. */
  readonly recipients: readonly string[];
  readonly senders: readonly string[];
  stop(): Promise<void>;
}

const COMMANDS = /^(MAIL FROM|RCPT TO):<(.*)>/gm;

export interface MailServerOptions extends SMTPServerOptions {
  /** A free one unless given. */
  readonly port?: number;
  /** What it answers to every RCPT TO, in place of 250. */
  readonly refusal?: number;
}

export async function startMailServer({ port = 0, refusal, ...options }: MailServerOptions = {}): Promise<MailServer> {
  const received: ReceivedMessage[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: options.key === undefined ? ['STARTTLS'] : [],
    closeTimeout: 10,
    onAuth: ({ username }, _, done) => done(null, { user: username ?? '' }),
    onRcptTo(_address, _session, done) {
      if (refusal === undefined) return done();
      done(Object.assign(new Error('no such mailbox here'), { responseCode: refusal }));
    },
    onData(stream, { envelope, secure, user }, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = envelope;
        received.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          data: Buffer.concat(chunks).toString(),
          isSecure: secure,
          user,
        });
        done();
      });
    },
    ...options,
  });
  const [recipients, senders]: [string[], string[]] = [[], []];
  server.server.on('connection', (socket: Socket) => {
    socket.on('data', (chunk) => {
      for (const [, command, path = ''] of chunk.toString().matchAll(COMMANDS))
        (command === 'RCPT TO' ? recipients : senders).push(path);
    });
  });
  // Clients that break off are what some tests are about.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: actual } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${actual}`,
    port: actual,
    received,
    recipients,
    senders,
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

export async function mailServer(t: ExecutionContext, options?: MailServerOptions): Promise<MailServer> {
  const server = await startMailServer(options);
  t.teardown(server.stop);
  return server;
}

/** Of one mail that is sent without a queue. */
export const sendOptions = (more: Partial<SendOptions> = {}): SendOptions => ({
  kind: 'reset_password',
  id: 'an-id',
  beforeMessage: () => Promise.resolve(),
  stopping: new AbortController().signal,
  signal: new AbortController().signal,
  ...more,
});

/** What an installation needs to send its mails there. */
export const mailSettings = ({ url }: Pick<MailServer, 'url'>) => ({
  SMTP_URL: url,
  MAIL_FROM: 'Latchkey <id@example.com>',
});
