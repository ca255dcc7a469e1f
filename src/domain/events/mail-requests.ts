/** What somebody asks to be mailed before anybody knows who they are. */
export const mailRequests = {
  'recovery.requested': {
    names: [],
    outcome: 'success',
    meaning: 'Somebody asked for a link to choose a new password. What the page says is the same for every reason.',
    keeper: 'log',
    reasons: {
      link_mailed: 'the account got its link',
      not_usable: 'the account is disabled, has expired, or waits for an administrator',
      too_many_mails: 'its address, or the network that asks, got as many mails as it may',
      unknown_account: 'no account has that e-mail address or username',
    },
    isByAnybody: true,
  },
  'code.requested': {
    names: ['clientId', 'signInId'],
    outcome: 'success',
    meaning: 'Somebody asked for a code in place of the password. What the page says is the same for every reason.',
    keeper: 'log',
    reasons: {
      mailed: 'the account got its code',
      not_usable: 'the account is disabled, has expired, or waits for an administrator',
      too_many_mails: 'its address, or the network that asks, got as many codes as it may',
      unknown_account: 'no account has that e-mail address or username',
    },
    isByAnybody: true,
  },
} as const;
