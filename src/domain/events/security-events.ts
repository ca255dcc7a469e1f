/** The closed list of security events: each with its meaning, who keeps it, what it names, and every reason it can have. */
import type { EventRecord } from '../../ports/events.ts';
import { administratorsActs } from './administrators-acts.ts';
import { factorEvents } from './factor-events.ts';
import { mailRequests } from './mail-requests.ts';
import { refusals } from './refusals.ts';
import { signInEvents } from './sign-in-events.ts';

/**
 * Whose record an event is kept in, besides its line in the log: the account's, the client's (refusals), or that of
 * administrators' acts; `log` is not kept.
 */
export type EventKeeper = 'account' | 'client' | 'administration' | 'log';

export interface EventRule {
  readonly outcome: 'success' | 'failure';
  readonly meaning: string;
  readonly keeper: EventKeeper;
  /** The fields that it always has, beside those of every event; it may have others. */
  readonly names: readonly (keyof EventRecord)[];
  readonly reasons: Readonly<Record<string, string>>;
  /** Strangers can cause it, as often as they like, unless its subject says that the client had proved who it is. */
  readonly isByAnybody?: true;
  /** One a minute is kept of an owner and an address. */
  readonly isRepetitive?: true;
}

export const securityEvents = {
  ...signInEvents,
  'registration.begun': {
    names: ['clientId', 'signInId'],
    outcome: 'success',
    meaning: 'Somebody filled in the form to register. What the page says is the same for every reason.',
    keeper: 'account',
    reasons: {
      known_address: 'an account has the address: its owner was told by mail',
      new_address: 'no account has the address: a link was mailed to it',
    },
    isByAnybody: true,
    isRepetitive: true,
  },
  'registration.failed': {
    names: ['clientId'],
    outcome: 'failure',
    meaning: 'Somebody who registers got no account.',
    keeper: 'account',
    reasons: {
      address_taken: 'the address was proven, and an account has it by now',
      too_many_codes: 'a code was typed after five since the latest mail: it was not compared',
      wrong_code: 'the code is wrong or too old, or there is none',
    },
    isByAnybody: true,
  },
  'registration.throttled': {
    names: ['clientId'],
    outcome: 'failure',
    meaning: 'Somebody who registers has to wait: the password was not hashed, and nothing was mailed.',
    keeper: 'client',
    reasons: {
      busy: 'too many passwords were being checked',
      too_many_attempts: 'a budget of the address or its network was used up',
    },
    isByAnybody: true,
    isRepetitive: true,
  },
  'consent.given': {
    names: ['accountId', 'clientId', 'signInId'],
    outcome: 'success',
    meaning: 'A user allowed a client what it asked for, or a part of it: `detail` counts what was left out.',
    keeper: 'account',
    reasons: { user: 'on the consent page' },
  },
  'consent.denied': {
    names: ['clientId', 'signInId'],
    outcome: 'failure',
    meaning: 'A user cancelled a sign-in or denied a client what it asked for, at once or by leaving out all of it.',
    keeper: 'account',
    reasons: {
      user: 'on the consent page',
      terms: 'on the page that asks for the terms',
      cancelled: 'on the sign-in page: written to the log alone, for nobody is known yet',
    },
  },
  'terms.accepted': {
    names: ['accountId', 'clientId', 'signInId', 'detail'],
    outcome: 'success',
    meaning: 'A user accepted the terms of service; `detail` is their version.',
    keeper: 'account',
    reasons: { user: 'on the page of a sign-in' },
  },
  'consent.withdrawn': {
    names: ['accountId', 'clientId'],
    outcome: 'success',
    meaning: 'A remembered consent was forgotten, and what stood on it ended.',
    keeper: 'account',
    reasons: { administrator: 'the admin command did it', user: 'the person did it at /account' },
  },
  'code.replayed': {
    names: ['accountId', 'clientId', 'signInId'],
    outcome: 'failure',
    meaning: 'An authorization code was presented again (RFC 6749 4.1.2): what came from it ended.',
    keeper: 'account',
    reasons: { used: 'it had been exchanged' },
  },
  'refresh.replayed': {
    names: ['accountId', 'clientId', 'signInId'],
    outcome: 'failure',
    meaning: 'A refresh token was presented again after its use (RFC 9700 4.14.2): its family ended.',
    keeper: 'account',
    reasons: { used: 'a later token had been issued in its place' },
  },
  'refresh.answered_again': {
    names: ['accountId', 'clientId', 'signInId'],
    outcome: 'success',
    meaning: 'A refresh token was presented again within the reuse interval and got the response of the first time.',
    keeper: 'account',
    reasons: {
      under_way: 'the first request was still under way',
      within_interval: 'the first response had been stored: it may have been lost',
    },
    isRepetitive: true,
  },
  'grant.replayed': {
    names: ['accountId', 'clientId', 'signInId'],
    outcome: 'failure',
    meaning: 'Another grant that is good once, a device code, was presented again: what came from it ended.',
    keeper: 'account',
    reasons: { used: 'it had been exchanged' },
  },
  'grant.revoked': {
    names: [],
    outcome: 'success',
    meaning: 'What a user allowed a client ended, with every code and token issued under it.',
    keeper: 'account',
    reasons: {
      administrator: 'the admin command did it: for an account, a client, both, or one grant',
      replay: 'a code or refresh token was presented twice',
      signed_out: 'the user signed out',
      token_revoked: 'the client revoked a token (RFC 7009)',
      user: 'the person revoked the access of a client at /account',
    },
  },
  'session.ended': {
    names: ['accountId'],
    outcome: 'success',
    meaning:
      'A session ended before its time. Ended at /account, the grants that were made in it ended too, those with `offline_access` as well; `detail` counts them.',
    keeper: 'account',
    reasons: {
      signed_out: 'the user signed out',
      other_account: 'another account signed in in its place',
      user: 'the person ended it at /account',
      all_others: 'the person ended all sessions but their own at /account: one event for them all',
    },
  },
  'client.authentication_failed': {
    names: ['endpoint'],
    outcome: 'failure',
    meaning: 'A client did not prove who it is.',
    keeper: 'client',
    reasons: {
      not_proven: 'wrong secret, assertion or method',
      unknown_client: 'there is no such client: written to the log alone',
    },
    isByAnybody: true,
  },
  'client.authentication_throttled': {
    names: ['endpoint', 'clientId'],
    outcome: 'failure',
    meaning: 'A client failed to prove who it is too often from one network: nothing was checked.',
    keeper: 'client',
    reasons: { too_many_attempts: 'the budget of client and network was used up' },
    isByAnybody: true,
    isRepetitive: true,
  },
  'request.refused': {
    names: ['endpoint'],
    outcome: 'failure',
    meaning: 'An endpoint refused a request.',
    keeper: 'client',
    reasons: refusals,
    isByAnybody: true,
  },
  'request.throttled': {
    names: ['endpoint'],
    outcome: 'failure',
    meaning:
      'An address, its network, a known device, an account or a client left more behind, or had more fetched, than its budget allows.',
    keeper: 'client',
    reasons: {
      authorization: 'a sign-in begun at /auth, or a session of nobody',
      client_assertion: 'an assertion or a DPoP proof of a client that is known by a metadata document',
      mailed_link:
        'a form that mails a link, for a new password or to a new address, or a code: nothing was looked up or mailed',
      metadata_document: 'a client_id whose metadata document had to be fetched: it was not',
      pushed_authorization_request: 'at /request, or a device code',
      registration: 'an app that registers itself without an initial access token',
    },
    isByAnybody: true,
    isRepetitive: true,
  },
  'mail.dropped': {
    names: ['detail'],
    outcome: 'failure',
    meaning:
      'A mail was given up. `detail` says which text it was, and what the server answered to which command; never whom it was for.',
    keeper: 'log',
    reasons: {
      rejected: 'the mail server said that there is no such mailbox, or the address is none',
      no_smtputf8: 'its mailbox is not ASCII, and the mail server does not take such ones (no SMTPUTF8)',
      unanswered: 'it was handed over twice, and the mail server never said whether it took it: it may have arrived',
      too_late: 'it could not be sent for as long as it would have been of use',
    },
  },
  ...mailRequests,
  ...factorEvents,
  ...administratorsActs,
} as const satisfies Readonly<Record<string, EventRule>>;

export type SecurityEventName = keyof typeof securityEvents;

/** Those that are kept of accounts: their owners read them. */
export type AccountEventName = {
  readonly [Name in SecurityEventName]: (typeof securityEvents)[Name]['keeper'] extends 'account' ? Name : never;
}[SecurityEventName];

export type ReasonOf<Name extends SecurityEventName> = keyof (typeof securityEvents)[Name]['reasons'] & string;

/** What an event is about, as far as the request around it does not say it already. */
export interface EventSubject {
  readonly accountId?: string | undefined;
  readonly clientId?: string | undefined;
  /** What was typed where no account is known: it leaves as a keyed reference only. */
  readonly typedLogin?: string | undefined;
  readonly endpoint?: string | undefined;
  /** The client had proved who it is before this happened. */
  readonly isClientProven?: boolean | undefined;
  readonly resource?: string | undefined;
  readonly detail?: string | undefined;
}

export interface SecurityEvent extends EventSubject {
  readonly event: SecurityEventName;
  readonly reason: string;
}

export function eventRule(event: SecurityEventName): EventRule {
  return securityEvents[event];
}

function securityEvent<Name extends SecurityEventName>(
  event: Name,
  reason: ReasonOf<Name>,
  subject: EventSubject = {},
): SecurityEvent {
  return { event, reason, ...subject };
}

/** Notes that something happened: how the parts of a request get at the recorder. */
export type NoteEvent = <Name extends SecurityEventName>(
  event: Name,
  reason: ReasonOf<Name>,
  subject?: EventSubject,
) => void;

/** The events come into being in the order in which they are noted. */
export function noteInto(events: SecurityEvent[]): NoteEvent {
  return (event, reason, subject) => void events.push(securityEvent(event, reason, subject));
}
