/** The part of the list that people cause with their second factors at /account. */

export const factorEvents = {
  'account.factor_added': {
    names: ['accountId'],
    outcome: 'success',
    meaning: 'A second factor was added to an account, after it was proven once. Remembered devices count for nothing.',
    keeper: 'account',
    reasons: { authenticator_app: 'an authenticator app', passkey: 'a passkey' },
  },
  'account.factor_removed': {
    names: ['accountId'],
    outcome: 'success',
    meaning:
      'The person removed a second factor at /account; with the last one, the recovery codes as well. Remembered devices count for nothing.',
    keeper: 'account',
    reasons: { authenticator_app: 'an authenticator app', passkey: 'a passkey' },
  },
  'account.recovery_codes_made': {
    names: ['accountId'],
    outcome: 'success',
    meaning: 'Ten recovery codes were made and shown once; any that there were before stopped working.',
    keeper: 'account',
    reasons: {
      first_factor: 'they came with the first second factor',
      user: 'the person asked for new ones at /account',
    },
  },
  'account.proof_given': {
    names: ['accountId'],
    outcome: 'success',
    meaning: 'At /account, the person proved more than their sign-in had, for a change of their second factors.',
    keeper: 'account',
    reasons: { recovery_code: 'by a recovery code, which is used up' },
  },
  'account.proof_failed': {
    names: ['accountId'],
    outcome: 'failure',
    meaning: 'Somebody who is signed in at /account did not prove more than their sign-in had.',
    keeper: 'account',
    reasons: {
      wrong_recovery_code: 'the recovery code is wrong, or was used before',
      too_many_attempts: 'a budget for attempts was used up: nothing was checked',
    },
  },
  'account.devices_forgotten': {
    names: ['accountId'],
    outcome: 'success',
    meaning: 'At /account, the person had browsers forgotten that needed no second factor.',
    keeper: 'account',
    reasons: { one: 'one of them', all: 'all of them' },
  },
} as const;
