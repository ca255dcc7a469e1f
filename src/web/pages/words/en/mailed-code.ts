/** Signing in by a mailed code instead of the password. */
export const mailedCodeWords = {
  mailedCode: {
    use: 'Sign in with a mailed code',
    heading: 'Sign in with a mailed code',
    lead: 'Say which account is yours. A code with which you sign in without the password is sent to its e-mail address.',
    send: 'Send the code',
    enterHeading: 'Enter the code',
    explanation: (login: string) => `A code was asked for, for the account “${login}”. Enter it here, in this browser.`,
    code: 'Code from the mail',
    codeAdvice: 'Eight digits, good for ten minutes. Never tell them to anybody.',
    sendAgain: 'Send another code',
    correct: 'This is not my account: enter it again',
    usePassword: 'Use my password instead',
    again: {
      sent: 'Another code is on its way. Codes from before no longer work.',
      later: 'The last code was sent a moment ago. Another one is sent after half a minute.',
    },
    problems: {
      missing_login: 'Enter your e-mail address or your username.',
      missing_code: 'Enter the code.',
      code_wrong: 'This code is not right. Look at the newest mail.',
      code_gone: 'This code is too old, or was entered wrong too often. Send another one.',
      too_many_attempts: (wait: string) => `Too many attempts. Wait ${wait}, then try again.`,
    },
  },
};
