/** The page /account, and the link that proves a new e-mail address. */
export const account = {
  account: {
    heading: 'Your account',
    signedInAs: 'Signed in as',
    signOut: 'Sign out',
    saved: 'Done.',
    proof: {
      fresh: (minutes: string) =>
        `Changes are possible for ${minutes} minutes after you entered your password. Later you enter it again first.`,
      stale: (minutes: string) =>
        `You entered your password more than ${minutes} minutes ago. Before a change, you enter it again.`,
    },
    prove: 'Enter your password to go on',
    profile: {
      heading: 'Profile',
      name: 'Full name',
      changeName: 'Save the name',
      email: 'E-mail address',
      confirmed: 'confirmed',
      unconfirmed: 'not confirmed',
      newEmail: 'New e-mail address',
      advice: 'We mail a link there. The address you have now stays yours until you press the button behind that link.',
      changeEmail: 'Change the e-mail address',
      pending: (address: string) =>
        `We wait for ${address} to be confirmed. The link in the mail is good for 24 hours; until then nothing changes but that your address counts as not confirmed.`,
      cancel: 'Keep the address I have',
      byAdministrator:
        'This service sends no mails. Ask the people who manage your account to change the e-mail address.',
    },
    password: {
      label: 'New password',
      heading: 'Password',
      explanation:
        'A new password ends all your sessions, here and on every other device: you sign in again everywhere.',
      submit: 'Change the password',
    },
    closing: {
      heading: 'Close the account',
      explanation: 'Your account is deleted at once, with all that is kept about you here. Nobody can bring it back.',
      understood: 'I understand that my account is deleted for good.',
      submit: 'Close my account',
    },
    messages: {
      password_changed: {
        heading: 'Your password was changed',
        explanation:
          'All your sessions have ended, here too. Sign in again with the new password wherever you use this account.',
        button: 'Sign in',
      },
      closed: {
        heading: 'Your account is closed',
        explanation:
          'It was deleted, with all that was kept about you here. Apps that you used may have data of their own.',
        button: 'To the start page',
      },
      address_changed: {
        heading: 'Your new e-mail address is confirmed',
        explanation: 'From now on you sign in with it, and mails go there.',
        button: 'To your account',
      },
      address_taken: {
        heading: 'This e-mail address belongs to another account',
        explanation:
          'So your account keeps the address that it has. If the other account is yours too, sign in with it.',
        button: 'To your account',
      },
      signed_out: {
        heading: 'You are not signed in here any more',
        explanation: 'Nothing was done just now. Sign in to see how your account stands, and begin again.',
        button: 'Sign in',
      },
      cancelled: {
        heading: 'You did not sign in',
        explanation: 'Nothing was changed.',
        button: 'To your account',
      },
    },
  },
  /** Where one tells its owner what has just happened. */
  mailNotice: 'A mail that says so is on its way to you.',
  newAddress: {
    heading: 'Is this your new e-mail address?',
    explanation: (address: string) => `Press the button to make ${address} the e-mail address of your account.`,
    confirm: 'Yes, use this address',
  },
};
