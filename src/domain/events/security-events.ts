/** The closed list of security events: each with its meaning, who keeps it, what it names, and every reason it can have. */

/** Whose record an event is kept in: the account's, the client's (refusals), or the installation's. */
export type EventKeeper = 'account' | 'client' | 'installation';

interface EventRule {
  readonly outcome: 'success' | 'failure';
  readonly meaning: string;
  readonly keeper: EventKeeper;
  readonly reasons: Readonly<Record<string, string>>;
}

const administrator = { administrator: 'the admin command did it' } as const;

/** OAuth's error codes, as far as the endpoints answer with them. */
const refusals = {
  access_denied: 'the user, or a rule, said no',
  address_not_allowed: 'the address is outside of the ranges that the setting or the client allows',
  consent_required: 'the user would have to allow it, and may not be asked',
  interaction_required: 'the user would have to do something, and may not be asked',
  invalid_client: 'the client is unknown or did not prove who it is',
  invalid_dpop_proof: 'the DPoP proof is missing, wrong or used',
  invalid_grant: 'the code or token is unknown, expired, used, or belongs to another client',
  invalid_request: 'the request is malformed, or says two things at once',
  invalid_request_object: 'the request object does not verify',
  invalid_request_uri: 'the pushed request is unknown, expired or used',
  invalid_scope: 'the client may not ask for that scope',
  invalid_target: 'the client may not ask for that resource',
  invalid_token: 'the access token is unknown, expired or revoked',
  login_required: 'the user would have to sign in, and may not be asked',
  other_browser: 'the sign-in was begun in another browser',
  other: 'any other code of oidc-provider',
  unauthorized_client: 'the client may not use that grant or response type',
  unmet_authentication_requirements: 'the sign-in was not as strong as demanded',
  unsupported_grant_type: 'there is no such grant type',
  unsupported_response_type: 'there is no such response type',
  use_dpop_nonce: 'the DPoP proof lacks the nonce that is in force',
} as const;

export const securityEvents = {
  'sign_in.succeeded': {
    outcome: 'success',
    meaning: 'A user proved who they are.',
    keeper: 'account',
    reasons: { password: 'by password', session: 'the session of an earlier sign-in answered, no page was shown' },
  },
  'sign_in.failed': {
    outcome: 'failure',
    meaning: 'A user did not prove who they are. What the page says is the same for every reason.',
    keeper: 'account',
    reasons: {
      account_disabled: 'the account is disabled, whatever the password',
      busy: 'too many passwords were being checked; nothing was checked',
      unknown_account: 'no account has that e-mail address or username',
      wrong_password: 'the password is wrong, or the account has none',
    },
  },
  'sign_in.throttled': {
    outcome: 'failure',
    meaning: 'A budget for attempts was used up: the password was not checked.',
    keeper: 'account',
    reasons: { too_many_attempts: 'of the account, the address, its network or the device' },
  },
  'consent.given': {
    outcome: 'success',
    meaning: 'A user allowed a client what it asked for.',
    keeper: 'account',
    reasons: { user: 'on the consent page' },
  },
  'consent.denied': {
    outcome: 'failure',
    meaning: 'A user cancelled a sign-in or denied a client what it asked for.',
    keeper: 'account',
    reasons: { user: 'on the consent page', cancelled: 'on the sign-in page, before anybody signed in' },
  },
  'consent.withdrawn': {
    outcome: 'success',
    meaning: 'A remembered consent was forgotten, and what stood on it ended.',
    keeper: 'account',
    reasons: administrator,
  },
  'code.replayed': {
    outcome: 'failure',
    meaning: 'An authorization code was presented again (RFC 6749 4.1.2): what came from it ended.',
    keeper: 'account',
    reasons: { used: 'it had been exchanged' },
  },
  'refresh.replayed': {
    outcome: 'failure',
    meaning: 'A refresh token was presented again after its use (RFC 9700 4.14.2): its family ended.',
    keeper: 'account',
    reasons: { used: 'a later token had been issued in its place' },
  },
  'refresh.answered_again': {
    outcome: 'success',
    meaning: 'A refresh token was presented again within the reuse interval and got the response of the first time.',
    keeper: 'account',
    reasons: {
      under_way: 'the first request was still under way',
      within_interval: 'the first response had been stored: it may have been lost',
    },
  },
  'grant.replayed': {
    outcome: 'failure',
    meaning: 'Something that may be used once was presented again, and no account is known to it.',
    keeper: 'client',
    reasons: { used: 'a pushed request or client assertion had been used' },
  },
  'grant.revoked': {
    outcome: 'success',
    meaning: 'What a user allowed a client ended, with every code and token issued under it.',
    keeper: 'account',
    reasons: {
      administrator: 'the admin command did it',
      replay: 'a code or refresh token was presented twice',
      signed_out: 'the user signed out',
      token_revoked: 'the client revoked a token (RFC 7009)',
    },
  },
  'session.ended': {
    outcome: 'success',
    meaning: 'A session ended before its time.',
    keeper: 'account',
    reasons: { signed_out: 'the user signed out', other_account: 'another account signed in in its place' },
  },
  'client.authentication_failed': {
    outcome: 'failure',
    meaning: 'A client did not prove who it is.',
    keeper: 'client',
    reasons: { invalid_client: 'wrong secret, assertion or method, or no such client' },
  },
  'client.authentication_throttled': {
    outcome: 'failure',
    meaning: 'A client failed to prove who it is too often from one network: nothing was checked.',
    keeper: 'client',
    reasons: { too_many_attempts: 'the budget of client and network was used up' },
  },
  'request.refused': {
    outcome: 'failure',
    meaning: 'An endpoint refused a request.',
    keeper: 'client',
    reasons: refusals,
  },
  'request.throttled': {
    outcome: 'failure',
    meaning: 'A network sent more requests than its budget.',
    keeper: 'client',
    reasons: { authorization: 'at /auth, without a session', pushed_authorization_request: 'at /request' },
  },

  'account.created': { outcome: 'success', meaning: 'An account was made.', keeper: 'account', reasons: administrator },
  'account.password_set': {
    outcome: 'success',
    meaning: 'The password of an account was set.',
    keeper: 'account',
    reasons: administrator,
  },
  'account.disabled': {
    outcome: 'success',
    meaning: 'An account was disabled; its sessions and grants ended.',
    keeper: 'account',
    reasons: administrator,
  },
  'account.enabled': {
    outcome: 'success',
    meaning: 'A disabled account may sign in again.',
    keeper: 'account',
    reasons: administrator,
  },
  'account.sessions_ended': {
    outcome: 'success',
    meaning: 'All sessions of an account ended.',
    keeper: 'account',
    reasons: administrator,
  },
  'account.deleted': {
    outcome: 'success',
    meaning: 'An account was deleted, with its events.',
    keeper: 'installation',
    reasons: administrator,
  },
  'client.created': {
    outcome: 'success',
    meaning: 'A client was registered.',
    keeper: 'installation',
    reasons: administrator,
  },
  'client.updated': {
    outcome: 'success',
    meaning: 'The metadata of a client was changed.',
    keeper: 'installation',
    reasons: administrator,
  },
  'client.secret_rotated': {
    outcome: 'success',
    meaning: 'A client got a new secret, or its older ones stopped working.',
    keeper: 'installation',
    reasons: {
      administrator: 'a new secret; the one before goes on working',
      at_once: 'a new secret; the ones before stopped working',
      finished: 'no new secret; the ones before stopped working',
    },
  },
  'client.removed': {
    outcome: 'success',
    meaning: 'A client was removed, with all that was granted to it and its events.',
    keeper: 'installation',
    reasons: administrator,
  },
  'resource.created': {
    outcome: 'success',
    meaning: 'A protected resource was declared.',
    keeper: 'installation',
    reasons: administrator,
  },
  'resource.updated': {
    outcome: 'success',
    meaning: 'A protected resource was changed.',
    keeper: 'installation',
    reasons: administrator,
  },
  'resource.removed': {
    outcome: 'success',
    meaning: 'A protected resource was removed.',
    keeper: 'installation',
    reasons: administrator,
  },
  'keys.rotated': {
    outcome: 'success',
    meaning: 'A new signing key was made.',
    keeper: 'installation',
    reasons: {
      administrator: 'it signs once everybody can have fetched it',
      now: 'it signs at once',
    },
  },
  'storage.migrated': {
    outcome: 'success',
    meaning: 'The database was opened for migration.',
    keeper: 'installation',
    reasons: administrator,
  },
  'storage.purged': {
    outcome: 'success',
    meaning: 'Expired records were deleted by command.',
    keeper: 'installation',
    reasons: administrator,
  },
  'storage.re_encrypted': {
    outcome: 'success',
    meaning: 'Records were encrypted under the first of the secret keys.',
    keeper: 'installation',
    reasons: administrator,
  },
  'storage.copied': {
    outcome: 'success',
    meaning: 'The database was copied to another.',
    keeper: 'installation',
    reasons: administrator,
  },
} as const satisfies Readonly<Record<string, EventRule>>;

export type SecurityEventName = keyof typeof securityEvents;

export type ReasonOf<Name extends SecurityEventName> = keyof (typeof securityEvents)[Name]['reasons'] & string;

/** What an event is about, as far as the request around it does not say it already. */
export interface EventSubject {
  readonly accountId?: string | undefined;
  readonly clientId?: string | undefined;
  /** What was typed where no account is known: it leaves as a keyed reference only. */
  readonly typedLogin?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly resource?: string | undefined;
  readonly detail?: string | undefined;
}

export interface SecurityEvent extends EventSubject {
  readonly event: SecurityEventName;
  readonly reason: string;
}

export function securityEvent<Name extends SecurityEventName>(
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
