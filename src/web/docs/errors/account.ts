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
  account_session_unknown: {
    summary:
      'At /account a session was to be ended that is none of the account’s (status 404). It is no code of OAuth.',
    causes: {
      '': {
        'no-own-session': {
          why: 'What was sent names no session of this account: it is of another account, was made up, or is so old that nothing is left of the session. One that ended a moment ago is no error.',
          fix: 'Open /account again: it lists the sessions that there are.',
        },
      },
    },
    sections: [],
  },
  account_app_unknown: {
    summary: 'At /account the access of an app was to be revoked that has none (status 404). It is no code of OAuth.',
    causes: {
      '': {
        'no-access': {
          why: 'The account has no grant of that client and remembers no consent: it was revoked before, by the person or an administrator, or the form was sent twice.',
          fix: 'None. /account lists the apps that have access.',
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
