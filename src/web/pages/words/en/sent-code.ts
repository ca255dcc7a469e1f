/** The step of a sign-in that asks for a code which was sent, and adding a factor inside of a sign-in. */
export const sentCodeWords = {
  sentCode: {
    heading: 'Enter the code that we sent',
    leads: {
      mail: (address: string, minutes: string) =>
        `A code is on its way to ${address}. It is good for ${minutes} minutes, and in this browser only.`,
      phone: (number: string, minutes: string) =>
        `A code is on its way to the telephone ${number}. It is good for ${minutes} minutes, and in this browser only.`,
    },
    send: { mail: 'Send me a code by e-mail', phone: 'Send me a code to my telephone' },
    sendAgain: 'Send a new code',
    notSent: 'No code was sent yet.',
    nextIn: (wait: string) => `A new code can be sent in ${wait}.`,
    code: 'Code',
    submit: 'Confirm',
    others: 'Confirm in another way',
    problems: {
      code_missing: 'Enter the code.',
      code_wrong: 'This code is not right. Check it, or have a new one sent.',
      code_gone: 'This code is not good any more. Have a new one sent.',
      code_not_sent: 'The code could not be sent. Try again in a minute, or confirm in another way.',
      too_many_attempts: (wait: string) => `Too many attempts. Wait ${wait}, then try again.`,
    },
  },
  enrolment: {
    heading: 'Add a second factor',
    lead: (app: string) =>
      `To go on to ${app} your account needs a second factor. Add an authenticator app now: it takes a minute, and from then on nobody gets in by your password alone.`,
    problems: {
      code_missing: 'Enter the code that the app shows.',
      code_wrong:
        'This code is not right. Wait for the next one and enter that. If it happens again, check that the time of your device is set automatically.',
    },
    forNow: 'No app at hand? A code that we send lets you in this time.',
    added: 'Your second factor is added',
    forTheDay:
      'From now on you are asked for it when you sign in. Recovery codes are for the day on which you lose it.',
    codesWereShown:
      'Your recovery codes were shown on the page before. If you did not keep them, make new ones on the page of your account.',
    goOn: (app: string) => `Go on to ${app}`,
  },
};
