/** How mails leave: a server, or files in development. */

export interface Mail {
  /** An address as accounts have it. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface Mailer {
  /** Resolves when the server has accepted it. Throws `MailRejected` when it never will; any other error is worth another try. */
  send(mail: Mail): Promise<void>;
  /** Whether it can be reached now; never throws. */
  isReachable(): Promise<boolean>;
  close(): void;
}

export class MailRejected extends Error {
  override readonly name = 'MailRejected';
  readonly code = 'mail_rejected';
}
