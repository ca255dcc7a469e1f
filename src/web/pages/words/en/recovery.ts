/** Getting back in without the password. */
export const recoveryWords = {
  recovery: {
    forgot: 'Forgot your password?',
    heading: 'Reset your password',
    lead: 'Say which account is yours. A link with which you choose a new password is sent to its e-mail address.',
    submit: 'Send the link',
    problemHeading: 'The link was not sent yet',
    sent: {
      heading: 'Look at your e-mail',
      explanation: 'The link works once, within an hour, and the newest one alone.',
      again: 'Enter it again',
    },
    off: {
      heading: 'No links are sent here',
      explanation: 'This service sends no e-mail. Ask the people who run it to set a new password for you.',
    },
  },
  reset: {
    heading: 'Choose a new password',
    account: 'For the account',
    submit: 'Save the password',
    problemHeading: 'The password is not changed yet',
    done: {
      heading: 'Your password is changed',
      explanation: 'You are signed out everywhere. Sign in with the new password.',
      signIn: 'Sign in',
      toAccount: 'To your account',
    },
  },
};
