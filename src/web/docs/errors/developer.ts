/** What the pages at /developer show to whoever may not do something there, or not any more. */
import type { Explanations } from '../explanation.ts';

export const developerErrors: Explanations = {
  developer_role_missing: {
    summary:
      'Somebody opened /developer whose account has neither of the roles that it takes (status 403). It is no code of OAuth.',
    causes: {
      '': {
        'no-role': {
          why: 'The account has neither the role `developer` nor the role `admin`, or has lost it since the page was opened: that holds at once.',
          fix: 'An administrator grants it: `account grant-role ACCOUNT developer`.',
        },
      },
    },
    sections: [],
  },
  developer_client_unknown: {
    summary: 'At /developer a client was asked for that is none of the account’s (status 404). It is no code of OAuth.',
    causes: {
      '': {
        'no-own-client': {
          why: 'There is no client of that id, or it is somebody else’s: of another developer, or one that an administrator registered. The page says the same of each.',
          fix: 'Open /developer again: it lists the clients that there are. `client show CLIENT` tells an administrator whose one is.',
        },
      },
    },
    sections: [],
  },
  developer_client_made: {
    summary: 'The form of a new client was sent a second time (status 409). It is no code of OAuth.',
    causes: {
      '': {
        'sent-twice': {
          why: 'The page was loaded again after the form was sent, or its button was pressed twice: the client was registered the first time, and its secret was shown then.',
          fix: 'Open the client. Where the secret was not kept, make a new one there.',
        },
        'client-gone': {
          why: 'The client that the form made was removed since, or the form was sent again with another name. A form makes one client, and none once that is gone.',
          fix: 'Open /developer, and begin a new client there.',
        },
      },
    },
    sections: [],
  },
  developer_secret_rotated: {
    summary:
      'The form for a new secret was sent when the client had got another one since it was opened (status 409). It is no code of OAuth.',
    causes: {
      '': {
        'sent-twice': {
          why: 'The page was loaded again after the form was sent, or the secret was rotated in another tab or by an administrator. No secret was made, so that the one that was shown last goes on working.',
          fix: 'Open the client again, and make a new secret there if none of those that were shown was kept.',
        },
      },
    },
    sections: [],
  },
  developer_client_without_secret: {
    summary:
      'The form for a new secret was sent when the client had none any more (status 409). It is no code of OAuth.',
    causes: {
      '': {
        'made-public': {
          why: 'Since the page was opened, in another tab or by an administrator, the client became one that authenticates without a secret.',
          fix: 'Open the client again. Where it is to have a secret, choose so in its settings: saving them makes one.',
        },
      },
    },
    sections: [],
  },
  developer_clients_full: {
    summary:
      'A client was to be registered at /developer by an account that has 50 already (status 409). It is no code of OAuth.',
    causes: {
      '': {
        'fifty-clients': {
          why: 'One account has 50 clients at most, or several were registered at once that would have been more.',
          fix: 'Remove one that nothing uses any more. An administrator can register more: `client create`.',
        },
      },
    },
    sections: [],
  },
};
