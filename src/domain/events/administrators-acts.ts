/** The part of the list that the admin command causes. */

const administrator = { administrator: 'the admin command did it' } as const;

export const administratorsActs = {
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
    keeper: 'administration',
    reasons: administrator,
  },
  'client.created': {
    outcome: 'success',
    meaning: 'A client was registered.',
    keeper: 'administration',
    reasons: administrator,
  },
  'client.updated': {
    outcome: 'success',
    meaning: 'The metadata of a client was changed.',
    keeper: 'administration',
    reasons: administrator,
  },
  'client.secret_rotated': {
    outcome: 'success',
    meaning: 'A client got a new secret, or its older ones stopped working.',
    keeper: 'administration',
    reasons: {
      administrator: 'a new secret; the one before goes on working',
      at_once: 'a new secret; the ones before stopped working',
      finished: 'no new secret; the ones before stopped working',
    },
  },
  'client.removed': {
    outcome: 'success',
    meaning: 'A client was removed, with all that was granted to it and its events.',
    keeper: 'administration',
    reasons: administrator,
  },
  'resource.created': {
    outcome: 'success',
    meaning: 'A protected resource was declared.',
    keeper: 'administration',
    reasons: administrator,
  },
  'resource.updated': {
    outcome: 'success',
    meaning: 'A protected resource was changed.',
    keeper: 'administration',
    reasons: administrator,
  },
  'resource.removed': {
    outcome: 'success',
    meaning: 'A protected resource was removed.',
    keeper: 'administration',
    reasons: administrator,
  },
  'keys.rotated': {
    outcome: 'success',
    meaning: 'A new signing key was made.',
    keeper: 'administration',
    reasons: {
      administrator: 'it signs once everybody can have fetched it',
      now: 'it signs at once',
    },
  },
  'storage.migrated': {
    outcome: 'success',
    meaning: 'The database was opened for migration.',
    keeper: 'log',
    reasons: administrator,
  },
  'storage.purged': {
    outcome: 'success',
    meaning: 'Expired records were deleted by command.',
    keeper: 'log',
    reasons: administrator,
  },
  'storage.re_encrypted': {
    outcome: 'success',
    meaning: 'Records were encrypted under the first of the secret keys.',
    keeper: 'log',
    reasons: administrator,
  },
  'storage.copied': {
    outcome: 'success',
    meaning: 'The database was copied to another.',
    keeper: 'log',
    reasons: administrator,
  },
} as const;
