/** Hands mails to a server (RFC 5321). */
import type { Clock } from '../../src/ports/clock.ts';
import { type Mail, type Mailer, MailNotSent, MailRejected, type SendOptions } from '../../src/ports/mailer.ts';
import { messageOf } from './message.ts';

const SECOND = 1000;
const timeouts = {
  dnsTimeout: 10 * SECOND,
  connectionTimeout: 10 * SECOND,
  greetingTimeout: 10 * SECOND,
  socketTimeout: 30 * SECOND,
};
/** In all, however slowly the server talks. Whoever leases a mail does so for longer. */
const SENT_WITHIN = 60 * SECOND;
const REACHED_WITHIN = 2 * SECOND;
/** RFC 6409, RFC 8314 3.3. */
const SUBMISSION_PORT = 587;
const SUBMISSIONS_PORT = 465;
/** RFC 5321 4.2.1: 5yz answers are for good. Those to other commands are about us, and somebody will put that right. */
const ABOUT_THE_MAIL: readonly string[] = ['RCPT TO', 'DATA'];

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || host.startsWith('127.');

export interface SmtpSettings {
  /** smtp: or smtps:, with user and password if the server wants them. */
  readonly url: string;
  readonly from: string;
}

function connectionOptions(url: string) {
  const { protocol, hostname, port, username, password } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const secure = protocol === 'smtps:';
  const auth = { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
  return {
    host,
    port: Number(port) || (secure ? SUBMISSIONS_PORT : SUBMISSION_PORT),
    secure,
    // STARTTLS is used wherever it is offered; a password goes over the network under TLS or not at all.
    requireTLS: !secure && username !== '' && !isLoopback(host),
    ...(username !== '' && { auth }),
  };
}

function failureOf(error: unknown): MailNotSent {
  const { code, command, responseCode = 0 } = error as { code?: string; command?: string; responseCode?: number };
  const reason = [command, responseCode || code].filter((part) => part !== undefined).join(' ') || 'unknown';
  const isForGood = responseCode >= 500 && responseCode < 600 && ABOUT_THE_MAIL.includes(command ?? '');
  return isForGood ? new MailRejected(reason) : new MailNotSent(reason);
}

export class SmtpMailer implements Mailer {
  readonly #url: string;
  readonly #from: string;
  readonly #clock: Clock;
  #pool: ReturnType<typeof createPool> | undefined;

  constructor({ url, from }: SmtpSettings, clock: Clock) {
    this.#url = url;
    this.#from = from;
    this.#clock = clock;
  }

  async send(mail: Mail, { signal }: SendOptions): Promise<void> {
    const message = messageOf(mail, this.#from, this.#clock.now());
    const limit = AbortSignal.any([signal, AbortSignal.timeout(SENT_WITHIN)]);
    try {
      await (await this.#transport()).sendMail({ ...message, signal: limit });
    } catch (error) {
      throw failureOf(error);
    }
  }

  async isReachable(): Promise<boolean> {
    const { promise: late, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), REACHED_WITHIN);
    const verified = this.#transport()
      .then((transport) => transport.verify())
      .catch(() => false);
    return await Promise.race([verified, late]).finally(() => clearTimeout(timer));
  }

  close(): void {
    void this.#pool?.then((pool) => pool.close());
  }

  #transport(): ReturnType<typeof createPool> {
    this.#pool ??= createPool(this.#url);
    return this.#pool;
  }
}

/** Loaded with the first mail: a start should not wait for it. */
async function createPool(url: string) {
  const { default: nodemailer } = await import('nodemailer');
  const transport = nodemailer.createTransport({ pool: true, ...connectionOptions(url), ...timeouts });
  // Otherwise it would quote mailboxes and write domains in Unicode: what the server is told is what we say, to the letter.
  transport.use('stream', (mail, done) => {
    const envelope = mail.data.envelope as { readonly from: string; readonly to: string[] };
    mail.message.getEnvelope = () => ({ from: envelope.from, to: [...envelope.to] });
    done();
  });
  return transport;
}
