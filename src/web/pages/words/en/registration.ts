/** The words of registration. */
export const registration = {
  heading: (app: string) => `Create an account to use ${app}`,
  email: 'E-mail',
  name: 'Name (optional)',
  submit: 'Create account',
  haveAccount: 'You have an account?',
  toLogin: 'Sign in',
  noAccount: 'No account yet?',
  toRegister: 'Create one',
  toAccount: 'To your account',
  /** Before somebody registers who is signed in. */
  switching: (account: string) =>
    `You are signed in as ${account}. With a new account you are signed out of every app that uses this one in this browser.`,
  problemHeading: 'You have no account yet',
  waiting: {
    heading: 'Check your mail',
    explanation: (email: string) => `Open the mail to ${email} and follow its link, which is good for 24 hours.`,
    again: 'The mail is sent again, unless several went to this address within the last hour. The newest one counts.',
    codeHeading: 'You opened the link somewhere else?',
    codeExplanation: 'Then it showed you a code there. Type it here, in this browser.',
    code: 'Code',
    submit: 'Go on',
    toLogin: 'Sign in instead, or cancel',
    sendAgain: 'Send the mail again',
    correct: 'Correct the address',
    problemHeading: 'That did not work',
    problems: {
      missing_code: 'Type the code that the link showed you.',
      wrong_code: 'The code is wrong, or older than 15 minutes.',
      codes_used_up: 'Too many wrong codes. Have the mail sent again, and follow the new one.',
    },
  },
  confirm: {
    heading: 'Confirm your e-mail address',
    explanation: (email: string, app: string) =>
      `Somebody wants to register with ${email}, to use ${app}. If that is you, confirm it. If not, close this page: nothing happens.`,
    submit: 'That is me',
  },
  code: {
    heading: 'Your code',
    explanation: (app: string) =>
      `You began to register for ${app} in another browser. Type this code there, within 15 minutes.`,
    warning: 'Give it to nobody. If you did not begin to register, close this page.',
    otherwise: 'You do not have that browser any more?',
    otherwiseExplanation:
      'Then choose a password here, and it is the one of your account. The one that was typed there counts only if this code is typed in there first.',
    submit: 'Create account with this password',
  },
  outcomes: {
    made: {
      heading: 'Your account is ready',
      explanation: (email: string) => `You can sign in with ${email} and your password.`,
    },
    awaiting: {
      heading: 'An administrator has to let you in',
      explanation: (email: string) => `Your account is made. We write to ${email} when an administrator has decided.`,
    },
    gone: {
      heading: 'This account is not there any more',
      explanation: (email: string) => `The account with ${email} was made, but it was deleted or switched off since.`,
    },
    taken: {
      heading: 'There is an account with this address',
      explanation: (email: string) => `${email} has an account already, so none was made now. Sign in with it.`,
    },
  },
  closed: {
    heading: 'Nobody can register here',
    explanation: 'Accounts are made by the administrators of this service. Ask them for one.',
    signIn: 'Sign in',
  },
};
