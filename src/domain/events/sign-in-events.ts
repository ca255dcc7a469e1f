/** The part of the list that people cause by signing in. */

export const signInEvents = {
  'sign_in.succeeded': {
    names: ['accountId', 'clientId', 'signInId'],
    outcome: 'success',
    meaning: 'A user proved who they are.',
    keeper: 'account',
    reasons: {
      mailed_code: 'by a code that was mailed to the address of the account, in place of the password',
      passkey: 'by a passkey alone, which was unlocked for it',
      password: 'by password',
      second_factor: 'by a second factor, after the first one in the same sign-in or in the session that it raises',
      registration: 'by registering: the address was proven, and the password typed in this browser',
    },
  },
  'sign_in.silent': {
    names: ['accountId', 'clientId', 'signInId'],
    outcome: 'success',
    meaning: 'A client got a code for a user who had signed in before. There are too many of these to keep.',
    keeper: 'log',
    reasons: { session: 'the session of an earlier sign-in answered' },
  },
  'sign_in.failed': {
    names: ['clientId', 'signInId'],
    outcome: 'failure',
    meaning:
      'A user did not prove who they are, or may not sign in. What the page says is the same for every reason but `busy` and `awaits_approval`.',
    keeper: 'account',
    reasons: {
      account_disabled: 'the account is disabled, whatever the password, or with the right passkey',
      account_expired: 'the account has expired, whatever the password, or with the right passkey',
      awaits_approval:
        'the password or the passkey is right, and an administrator has not let the account in yet; after a password the page says so',
      busy: 'too many passwords were being checked; nothing was checked',
      passkey_cloned:
        'the passkey is right, and its counter did not grow: somebody may have a copy of it (WebAuthn 6.1.1)',
      passkey_doubtful:
        'the passkey is right, and was added since a notice that its owner has answered: it signs nobody in alone',
      passkey_reused: 'the passkey is right, and what it had signed was used before',
      passkey_unknown: 'no account has that passkey, or another account than the one it is said to be of',
      passkey_unverified: 'the passkey is right, and was not unlocked by a PIN, a fingerprint or the like',
      unknown_account: 'no account has that e-mail address or username',
      wrong_code: 'the code of an authenticator app, or one that was sent, is wrong, too old, or was used before',
      wrong_mailed_code: 'a mailed code, in place of the password, is wrong, too old or used up',
      wrong_passkey: 'the signature is wrong, or was made for another address, purpose or sign-in',
      wrong_password: 'the password is wrong, or the account has none',
      wrong_recovery_code: 'the recovery code is wrong, or was used before',
    },
    isByAnybody: true,
  },
  'sign_in.refused': {
    names: ['accountId', 'clientId', 'signInId'],
    outcome: 'failure',
    meaning: 'A user proved who they are, and the client gets nothing for them all the same.',
    keeper: 'account',
    reasons: { other_account: 'the client demands another account' },
  },
  'sign_in.throttled': {
    names: ['clientId', 'signInId'],
    outcome: 'failure',
    meaning: 'A budget for attempts was used up: nothing was checked.',
    keeper: 'account',
    reasons: { too_many_attempts: 'of the account, the address, its network or the device' },
    isByAnybody: true,
    isRepetitive: true,
  },
} as const;
