export const linkWords = {
  gone: {
    heading: 'This link no longer works',
    explanation: 'It was used already, a newer one was sent, or too much time has passed.',
    again: {
      confirm_registration: 'Register again',
      accept_invitation: 'Sign in',
      reset_password: 'Get a new link',
      change_email: 'Change the address again',
      not_me: 'Choose a new password',
    },
    hints: {
      confirm_registration: undefined,
      accept_invitation: 'If you have no account yet, ask whoever invited you for a new invitation.',
      reset_password: 'If you have just chosen a new password with it, that one counts: sign in with it.',
      change_email: undefined,
      not_me:
        'If you have just used it, choose the new password on the page that it led to, or get a link to choose one. If no page came, wait half a minute, open this link again and press the button once more. There may be a newer mail, too.',
    },
  },
  invitation: {
    heading: 'You are invited',
    explanation: 'Choose a password, and the account is yours.',
    email: 'E-mail address',
    submit: 'Make the account',
    signIn: 'Sign in',
    problemHeading: 'There is no account yet',
    done: { heading: 'The account is yours', explanation: 'Sign in with this e-mail address and your password.' },
    taken: {
      heading: 'There is an account already',
      explanation: 'This e-mail address has one. Sign in with it; the invitation is not needed.',
    },
  },
  notMe: {
    heading: 'Was this not you?',
    explanation: 'If what the mail tells was not you, press the button. This is what happens:',
    everybodyOut: 'Everybody is signed out of your account on every device, you too, and apps lose their access.',
    passwordEnds: 'Your password no longer works: somebody else may know it.',
    addressBack: (address: string) => `Your account has the e-mail address ${address} again.`,
    next: 'On the next page you choose a new password. That page is good for 15 minutes.',
    submit: 'This was not me',
    wasMe: 'If it was you, close this page: nothing has happened.',
    done: {
      heading: 'Your account is locked for everybody else',
      explanation: 'Everybody is signed out, and the old password no longer works. Choose a new one now.',
      addressBack: 'Your account has this e-mail address again.',
      factors:
        'Your second factors are as they were, but a passkey that was added since the mail does not sign in alone any more. If one is not yours, or you cannot use yours, ask the people who run the service to reset them: until then nobody gets in by it without your new password.',
      byPasskey:
        'You prove who you are with a passkey, which this page does not take. Sign in with it, and choose a new password at your account. If you do not have it any more, ask the people who run the service to reset it.',
      signIn: 'Sign in',
    },
    code: { label: 'Code from your authenticator app', advice: 'Six digits.' },
    recoveryCode: {
      label: 'Recovery code',
      advice: 'One of those that you were shown when you set up your second factor.',
    },
    useRecoveryCode: 'Use a recovery code instead',
    useCode: 'Use a code from the app instead',
  },
};
