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
  /** The same for each copy of a mail: mail programs show one of them (RFC 5322 3.6.4). */
  readonly id: string;
  /** Awaited before the message goes out: from then on it may arrive although nobody says so. It throws where it must not go out. */
  readonly beforeMessage: () => Promise<void>;
  /** Gives up, unless the whole message has gone out: then its answer is waited for. */
  readonly stopping: AbortSignal;
  /** Gives up. */
  readonly signal: AbortSignal;
}

export interface Mailer {
  /**
   * Resolves when the server has accepted it. A message is out within a minute, and its answer there within ten more.
   * Throws `MailRejected` when it never will be, `MailUnanswered` when it may have been; any other error is worth another try.
   */
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

/** `no_smtputf8`: the server cannot be told a mailbox that is not ASCII. */
export type Rejection = 'rejected' | 'no_smtputf8';

export class MailRejected extends MailNotSent {
  override readonly name = 'MailRejected';
  override readonly code = 'mail_rejected';
  readonly rejection: Rejection;

  constructor(reason: string, rejection: Rejection = 'rejected') {
    super(reason);
    this.rejection = rejection;
  }
}

/** All of it went out, and no answer came. */
export class MailUnanswered extends MailNotSent {
  override readonly name = 'MailUnanswered';
  override readonly code = 'mail_unanswered';
}
