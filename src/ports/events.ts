/** Where security events are written: what happened, to whom, from where, and why. Never with a secret. */
export interface EventRecord {
  /** When, in milliseconds since the epoch. */
  readonly at: number;
  /** From the closed list (domain/events/security-events.ts), as is the reason. */
  readonly event: string;
  readonly outcome: 'success' | 'failure';
  readonly reason: string;
  readonly accountId?: string;
  readonly clientId?: string;
  /** Stands for what was typed where no account is known: a keyed hash, equal for equal names. */
  readonly accountReference?: string;
  /** The address that the request came from, or `command line`. */
  readonly address?: string;
  readonly requestId?: string;
  /** One id from the authorization request over login, consent and tokens to the last refresh. */
  readonly signInId?: string;
  /** oidc-provider's name of the route. */
  readonly endpoint?: string;
  /** Identifier of a protected resource. */
  readonly resource?: string;
  /** What else an administrator's act was about: a key id, a count. */
  readonly detail?: string;
}

export interface EventSink {
  /** Records of one request, in the order in which they happened. */
  record(events: readonly EventRecord[]): void | Promise<void>;
}
