/** The part of the list that the admin command causes or prepares; some of it people do themselves, with their account or their clients. */

const administrator = { administrator: 'the admin command did it' } as const;
/** Of clients that no administrator made. */
const makers = {
  ...administrator,
  developer: 'whoever it belongs to did it at /developer',
  registration: 'the app itself did it (RFC 7591, RFC 7592)',
} as const;
const person = { ...administrator, user: 'the person did it at /account' } as const;

export const administratorsActs = {
  'account.created': {
    names: ['accountId'],
    outcome: 'success',
    meaning: 'An account was made. Of an invitation, `detail` is its id.',
    keeper: 'account',
    reasons: {
      ...administrator,
      invitation: 'whoever was invited accepted',
      registration: 'somebody registered, and proved the address',
    },
  },
  'account.invited': {
    names: ['detail'],
    outcome: 'success',
    meaning: 'Somebody was invited to make an account; `detail` is the id of the invitation.',
    keeper: 'administration',
    reasons: administrator,
  },
  'account.invitation_withdrawn': {
    names: ['detail'],
    outcome: 'success',
    meaning: 'An invitation was withdrawn: its link stopped working.',
    keeper: 'administration',
    reasons: administrator,
  },
  'account.approved': {
    names: ['accountId'],
    outcome: 'success',
    meaning: 'An account that waited for it was let in.',
    keeper: 'account',
    reasons: administrator,
  },
  'account.rejected': {
    names: ['accountId'],
    outcome: 'success',
    meaning: 'An account that waited to be let in was deleted instead, with its events.',
    keeper: 'administration',
    reasons: administrator,
  },
  'account.updated': {
    names: ['accountId', 'detail'],
    outcome: 'success',
    meaning:
      'E-mail address, names, claims or expiry of an account were changed; `detail` names the fields: `pendingEmail` is a new address that waits to be proven. Its sessions and grants go on, unless its expiry had passed.',
    keeper: 'account',
    reasons: { ...person, not_me: 'by the link of a notice: it has the address again that the notice went to' },
  },
  'account.password_set': {
    names: ['accountId'],
    outcome: 'success',
    meaning: 'The password of an account was set.',
    keeper: 'account',
    reasons: { ...person, reset: 'by a mailed link' },
  },
  'account.disabled': {
    names: ['accountId'],
    outcome: 'success',
    meaning:
      'An account was disabled; its sessions and grants ended. `detail` is the reason that was given, if one was.',
    keeper: 'account',
    reasons: administrator,
  },
  'account.enabled': {
    names: ['accountId'],
    outcome: 'success',
    meaning: 'A disabled account may sign in again.',
    keeper: 'account',
    reasons: administrator,
  },
  'account.role_granted': {
    names: ['accountId', 'detail'],
    outcome: 'success',
    meaning: 'An account got a role; `detail` names it.',
    keeper: 'account',
    reasons: administrator,
  },
  'account.role_revoked': {
    names: ['accountId', 'detail'],
    outcome: 'success',
    meaning: 'A role of an account was taken back; `detail` names it. Its sessions and grants go on.',
    keeper: 'account',
    reasons: administrator,
  },
  'account.sessions_ended': {
    names: ['accountId'],
    outcome: 'success',
    meaning: 'All sessions of an account ended.',
    keeper: 'account',
    reasons: {
      ...person,
      reset: 'a new password was chosen by a mailed link',
      not_me: 'a notice was answered with "This was not me": the password does not count any more, too',
    },
  },
  'account.factors_reset': {
    names: ['accountId'],
    outcome: 'success',
    meaning:
      'Second factors, recovery codes and remembered devices of an account were removed, and its sessions and grants ended. The person is told by mail.',
    keeper: 'account',
    reasons: administrator,
  },
  'account.deleted': {
    names: ['accountId'],
    outcome: 'success',
    meaning: 'An account was deleted, with its events.',
    keeper: 'administration',
    reasons: person,
  },
  'client.created': {
    names: ['clientId'],
    outcome: 'success',
    meaning: 'A client was registered.',
    keeper: 'client',
    reasons: makers,
  },
  'client.updated': {
    names: ['clientId'],
    outcome: 'success',
    meaning: 'The metadata of a client was changed.',
    keeper: 'client',
    reasons: makers,
  },
  'client.secret_rotated': {
    names: ['clientId'],
    outcome: 'success',
    meaning: 'A client got a new secret, or its older ones stopped working.',
    keeper: 'client',
    reasons: {
      administrator: 'a new secret; the one before goes on working',
      developer:
        'a new secret, by whoever the client belongs to at /developer; `detail` says for how long the one before goes on working',
      at_once: 'a new secret; the ones before stopped working',
      finished: 'no new secret; the ones before stopped working',
    },
  },
  'client.removed': {
    names: ['clientId'],
    outcome: 'success',
    meaning: 'A client was removed, with all that was granted to it and its events.',
    keeper: 'administration',
    reasons: makers,
  },
  'registration_token.created': {
    names: ['detail'],
    outcome: 'success',
    meaning: 'An initial access token was made, by which apps can register themselves; `detail` is its id.',
    keeper: 'administration',
    reasons: administrator,
  },
  'registration_token.revoked': {
    names: ['detail'],
    outcome: 'success',
    meaning: 'An initial access token was revoked: nothing more can be registered by it.',
    keeper: 'administration',
    reasons: administrator,
  },
  'client.blocked': {
    names: ['clientId'],
    outcome: 'success',
    meaning:
      'An address was blocked: no metadata document there is a client. What was granted to it ended, and its events are gone.',
    keeper: 'administration',
    reasons: administrator,
  },
  'client.unblocked': {
    names: ['clientId'],
    outcome: 'success',
    meaning: 'An address is not blocked any more: a metadata document there may be a client again.',
    keeper: 'administration',
    reasons: administrator,
  },
  'resource.created': {
    names: ['resource'],
    outcome: 'success',
    meaning: 'A protected resource was declared.',
    keeper: 'administration',
    reasons: administrator,
  },
  'resource.updated': {
    names: ['resource'],
    outcome: 'success',
    meaning: 'A protected resource was changed.',
    keeper: 'administration',
    reasons: administrator,
  },
  'resource.removed': {
    names: ['resource'],
    outcome: 'success',
    meaning: 'A protected resource was removed.',
    keeper: 'administration',
    reasons: administrator,
  },
  'scope.created': {
    names: ['detail'],
    outcome: 'success',
    meaning: "A scope of the organisation's own was made.",
    keeper: 'administration',
    reasons: administrator,
  },
  'scope.removed': {
    names: ['detail'],
    outcome: 'success',
    meaning: "A scope of the organisation's own was removed.",
    keeper: 'administration',
    reasons: administrator,
  },
  'keys.rotated': {
    names: [],
    outcome: 'success',
    meaning: 'A new signing key was made.',
    keeper: 'administration',
    reasons: {
      administrator: 'it signs once everybody can have fetched it',
      now: 'it signs at once',
    },
  },
  'storage.migrated': {
    names: ['detail'],
    outcome: 'success',
    meaning: 'The database was opened for migration.',
    keeper: 'log',
    reasons: administrator,
  },
  'storage.purged': {
    names: ['detail'],
    outcome: 'success',
    meaning: 'Expired records were deleted by command.',
    keeper: 'log',
    reasons: administrator,
  },
  'storage.re_encrypted': {
    names: ['detail'],
    outcome: 'success',
    meaning: 'Records were encrypted under the first of the secret keys.',
    keeper: 'log',
    reasons: administrator,
  },
  'storage.copied': {
    names: ['detail'],
    outcome: 'success',
    meaning: 'The database was copied to another.',
    keeper: 'log',
    reasons: administrator,
  },
} as const;
