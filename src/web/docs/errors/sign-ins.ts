/** Why a sign-in ended without a code, or never began. */
import { type Explanations, openid, rfc } from '../explanation.ts';

const authenticationError = openid('OpenID Connect Core', { section: '3.1.2.6', anchor: 'AuthError' });

const silent = 'Try again without `prompt=none`, in the foreground, when the user wants to go on.';

export const signInErrors: Explanations = {
  access_denied: {
    summary: 'Somebody who may decide it said no: the user, or a rule that an administrator made.',
    causes: {
      '': {
        'account-cancelled': {
          why: 'Somebody left the sign-in to the page /account before its end. The page says that nothing was changed.',
          fix: 'No fault.',
        },
        'everything-refused': {
          why: 'The request has no `openid`, and the user has left out all that it asks for: on the page of this sign-in, or before.',
          fix: 'No fault. `prompt=consent` asks once more: send it when the user comes to want what was refused.',
        },
      },
      'the user denied the request': {
        'user-denied': {
          why: 'The user pressed “Deny” on the consent page, or went back to the app from the sign-in page or from the terms of service.',
          fix: 'No fault: show that nobody is signed in, and a button to try again. Ask for fewer scopes if it happens often.',
        },
      },
      'the account may not use this app': {
        'not-in-group': {
          why: 'The client is limited to certain groups (`allowed_groups`), and the account is in none of them. The user was told.',
          fix: 'Put the account into a group, or `client update CLIENT_ID --allowed-group GROUP`.',
        },
      },
      'the account is in none of the groups that may use this client': {
        'not-in-group-silent': {
          why: 'The same, for a request with `prompt=none`.',
          fix: 'Put the account into a group, or `client update CLIENT_ID --allowed-group GROUP`.',
        },
      },
      'requests from this address are not allowed': {
        'address-not-allowed': {
          why: 'The request came from outside of the ranges of the setting `ALLOWED_IPS` or of the client’s `allowed_ips` (status 403).',
          fix: 'Add the range. If the address is that of your proxy, set `TRUSTED_PROXIES`.',
        },
      },
    },
    sections: [rfc(6749, '4.1.2.1')],
  },
  registration_closed: {
    summary:
      'Somebody opened the page to register where nobody makes an account for themselves (status 403). The person reads it.',
    causes: {
      '': {
        'registration-off': {
          why: '`ACCOUNT_REGISTRATION` is `invited` or `off`, or no mail can be sent (`SMTP_URL`): an address is proven by mail alone.',
          fix: 'Make the account (`account create`), or change the setting. No page links to this one then.',
        },
      },
    },
    sections: [],
  },
  login_required: {
    summary:
      'The user would have to sign in, and the request does not let them, or the account that it demands did not sign in.',
    causes: {
      'End-User authentication is required': {
        'no-session': {
          why: 'A request with `prompt=none`, and this browser has no session here: the user never signed in, signed out, or the browser keeps cookies from frames of other sites.',
          fix: silent,
        },
      },
      'login prompt was not resolved': {
        'max-age-zero': {
          why: 'A request with `prompt=none` and `max_age=0`, which says that the user must sign in now.',
          fix: silent,
        },
      },
      'End-User authentication could not be obtained': {
        'session-too-old': {
          why: 'A request with `prompt=none`, and the last sign-in is longer ago than `max_age` allows.',
          fix: silent,
        },
      },
      'the account of this session can no longer sign in': {
        'account-gone': {
          why: 'A request with `prompt=none`, and the account was disabled or deleted since.',
          fix: 'End your own session of this user.',
        },
      },
      'the sign-in is not as strong as demanded': {
        'level-not-reached': {
          why: 'A request with `prompt=none`, and its `acr_values`, an essential `acr`, the client (`minimum_acr`) or the API demands more than the user has signed in with.',
          fix: silent,
        },
      },
      'a second factor is required of this account': {
        'second-factor-missing': {
          why: 'A request with `prompt=none`, the setting `REQUIRE_SECOND_FACTOR` covers the account, and its user has signed in with a password alone.',
          fix: silent,
        },
      },
      'another account is demanded than the one that is signed in': {
        'other-account': {
          why: 'A request with `prompt=none`, whose `id_token_hint` or `sub` in `claims` names another user than the one who is signed in.',
          fix: 'End your own session of this user, and let the user sign in.',
        },
      },
      'the demanded account did not sign in': {
        'other-account-kept': {
          why: '`id_token_hint` or `sub` in `claims` demands one account, and the user went back without signing in with it.',
          fix: 'Leave the hint out where any account will do; send `login_hint` where one is only likely.',
        },
      },
    },
    sections: [authenticationError],
  },
  consent_required: {
    summary: 'The user would have to allow something, and the request has `prompt=none`.',
    causes: {
      'requested scopes not granted': {
        'scopes-not-granted': {
          why: 'The request asks for a scope, of OpenID Connect or of an API, that the user has not allowed this client yet.',
          fix: `${silent} For an app of your own, \`client update CLIENT_ID --first-party\` asks nobody.`,
        },
      },
      'requested claims not granted': {
        'claims-not-granted': {
          why: 'The parameter `claims` asks for a claim that the user has not allowed this client yet.',
          fix: silent,
        },
      },
      'scopes that the client requires were refused': {
        'required-scopes-refused': {
          why: 'A scope of an API is by now among the `required_scopes` of the client, and its user has refused it before.',
          fix: silent,
        },
      },
      'claims of scopes not granted': {
        'scope-grew': {
          why: 'A scope of your organisation releases more claims than when the user allowed it.',
          fix: silent,
        },
      },
    },
    sections: [authenticationError],
  },
  interaction_required: {
    summary: 'The user would have to see a page, and the request has `prompt=none`.',
    causes: {
      'native clients require End-User interaction': {
        'native-client': {
          why: 'The client is a native app, which cannot prove who it is. It gets nothing without the user (RFC 8252 8.6).',
          fix: 'Keep the refresh token on the device instead of signing in silently.',
        },
      },
      'the user has to accept the terms of service': {
        'terms-not-accepted': {
          why: 'A request with `prompt=none`, and the user has not accepted the terms in their current version (`TERMS_VERSION`).',
          fix: silent,
        },
      },
    },
    sections: [authenticationError, rfc(8252, '8.6')],
  },
  unmet_authentication_requirements: {
    summary: 'The request demands a way of signing in that is not offered, or that was not reached.',
    causes: {
      'the demanded level is not offered': {
        'level-not-offered': {
          why: 'An essential `acr` in `claims` names no level that discovery lists in `acr_values_supported`.',
          fix: 'Demand one of these, or send `acr_values`, of which those that are not known are ignored.',
        },
      },
    },
    sections: [
      openid('OpenID Connect Core: Unmet Authentication Requirements'),
      openid('OpenID Connect Core', { section: '5.5.1.1', anchor: 'acrSemantics' }),
    ],
  },
  cookies_blocked: {
    summary:
      'A page of ours came back without the cookie by which browsers are told apart. It is no code of OAuth, and the app is told nothing.',
    causes: {
      '': {
        'no-cookies': {
          why: 'The browser sent no cookies: it blocks them, the page is in a frame, or the link was opened in another browser.',
          fix: 'Open the page in the browser’s own window. A proxy must pass `Cookie` and `Set-Cookie` on, and the address must be the issuer’s.',
        },
        'cookie-missing': {
          why: 'The page of a form outside of a sign-in gives the browser a cookie, and the form came back without it (status 403).',
          fix: 'Do not put these pages into a frame. A proxy in front must pass `Set-Cookie` and `Cookie` on.',
        },
      },
    },
    sections: [rfc(6265, '4.1.2')],
  },
  sign_in_expired: {
    summary:
      'A page of a sign-in that is over: the page says that it is no longer valid. It is no code of OAuth, and the app is told nothing.',
    causes: {
      '': {
        'left-open': {
          why: 'The page was left open for more than 20 minutes, or the browser’s back button led to a sign-in that had ended.',
          fix: 'Begin again at the app. With `initiate_login_uri` or `client_uri` in its metadata, the page has a link that leads there.',
        },
        'at-account': {
          why: 'A sign-in to the page /account came back a second time, too late, or to another browser than the one that began it.',
          fix: 'Open /account again.',
        },
        bookmarked: {
          why: 'The address of the sign-in page was bookmarked, sent to somebody, or loaded by a program that reads links in advance.',
          fix: 'Link to the app, never to the sign-in page.',
        },
      },
    },
    sections: [],
  },
  unsupported_response_type: {
    summary: 'The request asks for another flow than the code flow.',
    causes: {
      'unsupported response_type requested': {
        'response-type': {
          why: 'The `response_type` is not `code`. The implicit and the hybrid flow are not offered (RFC 9700 2.1.2).',
          fix: 'Set the library to the code flow with PKCE, in browsers too.',
        },
      },
    },
    sections: [rfc(6749, '4.1.2.1'), rfc(9700, '2.1.2')],
  },
  unsupported_response_mode: {
    summary: 'The request asks for an answer in a form that is not offered.',
    causes: {
      'unsupported response_mode requested': {
        'response-mode': {
          why: 'The `response_mode` is none of those that discovery lists in `response_modes_supported`.',
          fix: 'Leave it out: the answer comes in the query.',
        },
      },
    },
    sections: [openid('OpenID Connect Core', { section: '3.1.2.1', anchor: 'AuthRequest' })],
  },
};
