/** What the page /account shows to whoever may not change something just now, or not that way. */
import type { Explanations } from '../explanation.ts';

export const accountErrors: Explanations = {
  account_signed_out: {
    summary:
      'A form of the page /account was sent by a browser in which that account is not signed in there any more (status 403). It is no code of OAuth.',
    causes: {
      '': {
        'session-over': {
          why: 'The session has ended since the page was opened: by signing out, here or elsewhere, by a new password, or because the account was disabled or has expired. Sent twice, a form that ends the session ends here as well.',
          fix: 'Sign in again, and look at how the account stands.',
        },
        'other-account-since': {
          why: 'Another account has signed in in this browser since the page was opened: nothing is changed for either.',
          fix: 'Sign in with the account that is meant.',
        },
      },
    },
    sections: [],
  },
  address_taken: {
    summary:
      'Somebody has proven a new address, and another account has it by now (status 409). It is no code of OAuth.',
    causes: {
      '': {
        'taken-meanwhile': {
          why: 'Another account was made with that address, or changed to it, after the link was mailed.',
          fix: 'Use that account, or give it another address first: `account update ACCOUNT --email ADDRESS`.',
        },
      },
    },
    sections: [],
  },
};
