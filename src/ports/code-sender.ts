/** How codes reach people other than by mail: through a gateway of the operator's. */

export interface CodeMessage {
  /** Of this message: whoever gets it twice knows it by that. */
  readonly id: string;
  readonly channel: 'sms';
  /** A telephone number, as the account has it (OIDC Core 5.1, phone_number). */
  readonly destination: string;
  readonly code: string;
  /** As BCP 47 has it. */
  readonly language: string;
  readonly accountId: string;
  /** Of the app that somebody signs in to. */
  readonly appName?: string | undefined;
  /** Milliseconds since the epoch: later it is of no use. */
  readonly expiresAt: number;
}

/**
 * `rejected`: it answered, and did not take it; `unreachable`: nobody answered; `timed_out`: not in time;
 * `address_not_allowed`: it is at an internal address.
 */
export type CodeFailure = 'rejected' | 'unreachable' | 'timed_out' | 'address_not_allowed';

export interface CodeSender {
  /** Resolves when it was taken. Throws `CodeNotSent`, after five seconds at most. */
  send(message: CodeMessage): Promise<void>;
}

export class CodeNotSent extends Error {
  override readonly name = 'CodeNotSent';
  readonly code = 'code_not_sent';
  readonly failure: CodeFailure;
  /** For the log: a status or the code of an error. Never the gateway's own words. */
  readonly detail: string;

  constructor(failure: CodeFailure, detail = '') {
    super(`a code could not be handed over: ${[failure, detail].join(' ').trim()}`);
    this.failure = failure;
    this.detail = detail;
  }
}
