/** Where security events are written: what happened, to whom, from where, and why. Never with a secret. */
import type { Log } from './log.ts';

/** Whose record an event is kept in. The last two are one each for the whole installation. */
export interface EventOwner {
  readonly kind: 'account' | 'client' | 'unknown accounts' | 'administration';
  readonly id?: string;
}

export interface EventRecord {
  /** When, in milliseconds since the epoch. */
  readonly at: number;
  /** From the closed list (domain/events/security-events.ts), as is the reason. */
  readonly event: string;
  readonly outcome: 'success' | 'failure';
  readonly reason: string;
  readonly accountId?: string;
  /** Stands for what was typed where no account is known: a keyed hash, equal for equal names. */
  readonly accountReference?: string;
  readonly clientId?: string;
  /** Identifier of a protected resource. */
  readonly resource?: string;
  /** The address that the request came from, `command line`, or `mail queue`. */
  readonly address?: string;
  readonly requestId?: string;
  /** One id from the authorization request over login, consent and tokens to the last refresh. */
  readonly signInId?: string;
  /** Name of the route. */
  readonly endpoint?: string;
  /** The reason in more words: oidc-provider's own, which clients do not see, or what an administrator's act was about. */
  readonly detail?: string;
}

export interface Event {
  readonly record: EventRecord;
  /** Absent: it is written to the log alone. */
  readonly owners?: readonly EventOwner[];
  /** Anybody can cause it: it is kept apart from what only the owner or an administrator causes, and flushes none of that. */
  readonly isByAnybody?: boolean;
  /** One a minute is kept of an owner, an address and what was typed; the log has them all. */
  readonly isRepetitive?: boolean;
}

export interface EventSink {
  /** What happened in one request, in its order. */
  record(events: readonly Event[]): void | Promise<void>;
}

/** The log gives each line its own time. */
export function eventLines(log: Log): EventSink {
  return {
    record(events) {
      for (const { record } of events) {
        const { at: _at, ...fields } = record;
        log.info(fields, 'security event');
      }
    },
  };
}
