/** What the page /account shows to whoever may not change something just now, or not that way. */
import type { Explanations } from '../explanation.ts';

export const accountErrors: Explanations = {
  account_signed_out: {
    summary:
      'A form of the page /account, or of /developer, was sent by a browser in which that account is not signed in there any more (status 403). It is no code of OAuth.',
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
  account_stronger_proof: {
    summary:
      'At /account second factors were to be changed after a sign-in that was weaker than what would change (status 403). It is no code of OAuth.',
    causes: {
      '': {
        'password-alone': {
          why: 'The account has a second factor, and the person proved only the password, or a weaker factor than the one that would be changed: in a remembered browser, or by an authenticator app where a passkey is concerned. Else whoever has the weaker one would get rid of the stronger one.',
          fix: 'Sign in with that factor, by the button of the page, or enter a recovery code there. Where everything is lost: `account reset-factors ACCOUNT`.',
        },
        'recovery-code-wrong': {
          why: 'The recovery code that was entered there is wrong, was used before, or was replaced by new ones (status 400), or there were too many attempts (status 429).',
          fix: 'Enter another one, after the time that the page names.',
        },
      },
    },
    sections: [],
  },
  account_factor_unknown: {
    summary:
      'At /account a second factor was to be removed that the account does not have, or recovery codes were to be made for none (status 404). It is no code of OAuth.',
    causes: {
      '': {
        'no-own-factor': {
          why: 'What was sent names no second factor of this account: it was removed before, is of another account, or was made up.',
          fix: 'Open /account again: it lists those that there are.',
        },
      },
    },
    sections: [],
  },
  account_factor_required: {
    summary:
      'At /account the last second factor was to be removed of an account that must have one (status 409). It is no code of OAuth.',
    causes: {
      '': {
        'last-one': {
          why: '`REQUIRE_SECOND_FACTOR` covers the account: by everybody, by a role or by a group.',
          fix: 'Add another factor first. An administrator can remove them all: `account reset-factors ACCOUNT`.',
        },
      },
    },
    sections: [],
  },
  account_factors_full: {
    summary: 'At /account a sixth authenticator app was to be added (status 409). It is no code of OAuth.',
    causes: {
      '': {
        'five-apps': {
          why: 'An account has five authenticator apps at most.',
          fix: 'Remove one that is not used any more.',
        },
      },
    },
    sections: [],
  },
  account_device_unknown: {
    summary: 'At /account a remembered device was to be forgotten that is none (status 404). It is no code of OAuth.',
    causes: {
      '': {
        'no-own-device': {
          why: 'What was sent names no remembered device of this account: it was forgotten before, its 30 days are over, it is of another account, or it was made up.',
          fix: 'None. /account lists those that are remembered.',
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
