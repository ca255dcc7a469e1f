/** Hands mails to a server (RFC 5321). */
import { Readable } from 'node:stream';
import nodemailer, { type SendMailOptions } from 'nodemailer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { Clock } from '../../src/ports/clock.ts';
import {
  type Mail,
  type Mailer,
  MailNotSent,
  MailRejected,
  MailUnanswered,
  type SendOptions,
} from '../../src/ports/mailer.ts';
import { IS_ASCII, mailDomainOf, messageOf } from './message.ts';

const SECOND = 1000;
/** RFC 5321 4.5.3.2.6: after the final dot a server may take its time, and whoever goes away then makes it deliver twice. */
const ANSWERED_WITHIN = 600 * SECOND;
const timeouts = {
  dnsTimeout: 10 * SECOND,
  connectionTimeout: 10 * SECOND,
  greetingTimeout: 10 * SECOND,
  socketTimeout: ANSWERED_WITHIN,
};
/** Until its message is out, however slowly the server talks. Whoever leases a mail does so for longer. */
const OUT_WITHIN = 60 * SECOND;
const REACHED_WITHIN = 2 * SECOND;
/** RFC 6409, RFC 8314 3.3. */
const SUBMISSION_PORT = 587;
const SUBMISSIONS_PORT = 465;
/** As many as are sent at once: none waits for the answer to another one. */
const MOST_CONNECTIONS = 10;
/** Shorter than mail servers and firewalls keep a connection that says nothing. */
const KEPT_WITHIN = 5 * SECOND;

export interface SmtpSettings {
  /** smtp: or smtps:, with user and password if the server wants them. */
  readonly url: string;
  readonly from: string;
  /** The server is on this machine, so that a password needs no TLS. */
  readonly isLoopback: boolean;
  readonly issuer: string;
}

function connectionOptions({ url, isLoopback, issuer }: SmtpSettings) {
  const { protocol, hostname, port, username, password } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const secure = protocol === 'smtps:';
  const auth = { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
  return {
    ...timeouts,
    name: mailDomainOf(issuer),
    host,
    port: Number(port) || (secure ? SUBMISSIONS_PORT : SUBMISSION_PORT),
    secure,
    // STARTTLS is used wherever it is offered; a password goes over the network under TLS or not at all.
    requireTLS: !secure && username !== '' && !isLoopback,
    ...(username !== '' && { auth }),
  };
}

/** What a server says of the mailbox, and nothing else, is for good (RFC 3463 3.2): all the rest somebody can put right. */
const ABOUT_THE_MAILBOX: readonly string[] = ['5.1.1', '5.1.2', '5.1.3', '5.1.6', '5.1.10'];
/** RFC 5321 4.2.2, 4.2.3. Many servers say no more than that. */
const NO_SUCH_MAILBOX: readonly number[] = [550, 551, 553];
const OFFERS_UNICODE = /^250[ -]SMTPUTF8\b/im;
const ABOUT_US = /^5\.[57]\./;
const SAYS_RELAYING = /relay/i;
const ENHANCED = /^\d{3}[ -](?<enhanced>\d\.\d{1,3}\.\d{1,3})\b/;

interface SmtpError {
  readonly code?: string;
  readonly command?: string;
  readonly responseCode?: number;
  readonly response?: string;
}

function isForGood({ command = '', responseCode = 0, response = '' }: SmtpError): boolean {
  if (responseCode < 500 || responseCode > 599) return false;
  const enhanced = ENHANCED.exec(response)?.groups?.enhanced ?? '';
  if (command !== 'RCPT TO' && command !== 'DATA') return false;
  if (ABOUT_THE_MAILBOX.includes(enhanced)) return true;
  if (command !== 'RCPT TO' || !NO_SUCH_MAILBOX.includes(responseCode)) return false;
  return !(ABOUT_US.test(enhanced) || SAYS_RELAYING.test(response));
}

function failureOf(error: unknown, isOut: boolean): MailNotSent {
  if (error instanceof MailNotSent) return error;
  const { code, command, responseCode } = error as SmtpError;
  const reason = [command, responseCode || code].filter((part) => part !== undefined).join(' ') || 'unknown';
  if (isForGood(error as SmtpError)) return new MailRejected(reason);
  return isOut && !responseCode ? new MailUnanswered(reason) : new MailNotSent(reason);
}

/** The deadlines of one mail: one until its message is out, another for the answer. */
class Deadlines {
  readonly #late = new AbortController();
  readonly signal: AbortSignal;
  #timer = setTimeout(() => this.#late.abort(), OUT_WITHIN);
  #isOut = false;

  constructor({ stopping, signal }: Pick<SendOptions, 'stopping' | 'signal'>) {
    const stop = () => {
      if (!this.#isOut) this.#late.abort();
    };
    stopping.addEventListener('abort', stop, { signal: this.#late.signal });
    if (stopping.aborted) stop();
    this.signal = AbortSignal.any([signal, this.#late.signal]);
  }

  get isOut(): boolean {
    return this.#isOut;
  }

  messageIsOut(): void {
    this.#isOut = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#late.abort(), ANSWERED_WITHIN);
  }

  end(): void {
    clearTimeout(this.#timer);
    // Forgets the listener as well.
    this.#late.abort();
  }
}

/** What the plugin below needs to know of a mail. */
interface OnItsWay {
  readonly envelope: { readonly from: string; readonly to: readonly string[] };
  readonly beforeMessage: () => Promise<void>;
  readonly messageIsOut: () => void;
}

async function* onItsWay(message: Readable, { beforeMessage, messageIsOut }: OnItsWay) {
  await beforeMessage();
  yield* message;
  // The final dot is what comes next.
  messageIsOut();
}

export class SmtpMailer implements Mailer {
  readonly #transport: ReturnType<typeof createPool>;
  readonly #settings: SmtpSettings;
  readonly #clock: Clock;

  constructor(settings: SmtpSettings, clock: Clock) {
    this.#transport = createPool(settings);
    this.#settings = settings;
    this.#clock = clock;
  }

  async send(mail: Mail, { id, beforeMessage, stopping, signal }: SendOptions): Promise<void> {
    const message = messageOf(mail, { ...this.#settings, id, now: this.#clock.now() });
    const deadlines = new Deadlines({ stopping, signal });
    const messageIsOut = () => deadlines.messageIsOut();
    try {
      if (!IS_ASCII.test(message.to.address)) await this.#requireUnicode(deadlines.signal);
      await this.#transport.sendMail({
        ...message,
        signal: deadlines.signal,
        beforeMessage,
        messageIsOut,
      } as SendMailOptions);
    } catch (error) {
      throw failureOf(error, deadlines.isOut);
    } finally {
      deadlines.end();
    }
  }

  /** RFC 6531 3.1: a server that does not offer it must not be told such a mailbox. The library would tell it all the same. */
  async #requireUnicode(signal: AbortSignal): Promise<void> {
    const connection = new SMTPConnection(connectionOptions(this.#settings));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    connection.once('error', reject);
    connection.once('end', () => reject(new MailNotSent('CONN ended')));
    signal.addEventListener('abort', () => reject(new MailNotSent('CONN given up')), { once: true });
    connection.connect((error) => (error ? reject(error) : resolve()));
    try {
      await promise;
      // What is offered under TLS, where there is TLS.
      if (!OFFERS_UNICODE.test(connection.lastServerResponse || ''))
        throw new MailRejected('no SMTPUTF8', 'no_smtputf8');
    } finally {
      connection.close();
    }
  }

  async isReachable(): Promise<boolean> {
    const { promise: late, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), REACHED_WITHIN);
    const verified = this.#transport.verify().catch(() => false);
    return await Promise.race([verified, late]).finally(() => clearTimeout(timer));
  }

  close(): void {
    this.#transport.close();
  }
}

function createPool(settings: SmtpSettings) {
  const options = {
    ...connectionOptions(settings),
    pool: true as const,
    maxConnections: MOST_CONNECTIONS,
    idleTimeout: KEPT_WITHIN,
    // What happens after a lost connection is decided by whoever knows whether the message was out.
    maxRequeues: 0,
  };
  const transport = nodemailer.createTransport(options);
  transport.use('stream', (mail, done) => {
    const way = mail.data as unknown as OnItsWay;
    const { from, to } = way.envelope;
    // Otherwise it would quote mailboxes and write domains in Unicode: what the server is told is what we say, to the letter.
    mail.message.getEnvelope = () => ({ from, to: [...to] });
    const read = mail.message.createReadStream.bind(mail.message);
    mail.message.createReadStream = () => Readable.from(onItsWay(read(), way), { objectMode: false });
    done();
  });
  return transport;
}
