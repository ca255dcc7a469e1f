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
        'If you have just used it, choose the new password on the page that it led to, or get a link to choose one. There may be a newer mail, too.',
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
};
