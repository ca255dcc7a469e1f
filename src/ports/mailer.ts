/** How mails leave: by a server, or in development as files. */

export interface Mail {
  /** An address as accounts have it. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface SendOptions {
  /** Which of our texts it is: names its file. */
  readonly kind: string;
  /** Gives up. */
  readonly signal: AbortSignal;
}

export interface Mailer {
  /** Resolves when the server has accepted it, within a minute. Throws `MailRejected` when it never will; any other error is worth another try. */
  send(mail: Mail, options: SendOptions): Promise<void>;
  /** Whether it can be reached now, told within two seconds; never throws. */
  isReachable(): Promise<boolean>;
  close(): void;
}

export class MailNotSent extends Error {
  override readonly name: string = 'MailNotSent';
  readonly code: string = 'mail_not_sent';
  /** For the log: what failed, by codes. Not the server's own words, which quote addresses. */
  readonly reason: string;

  constructor(reason: string) {
    super(`a mail could not be sent: ${reason}`);
    this.reason = reason;
  }
}

export class MailRejected extends MailNotSent {
  override readonly name = 'MailRejected';
  override readonly code = 'mail_rejected';
}
