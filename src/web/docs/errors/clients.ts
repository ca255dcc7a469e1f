/** Who the client is, and what it is registered for. */

import { registeredMetadataCauses, registeredUriCauses } from '../client-registrations.ts';
import { type Explanations, openid, rfc } from '../explanation.ts';

export const clientErrors: Explanations = {
  invalid_client: {
    summary:
      'The client is unknown here, or did not prove who it is. The answer does not say which of the two, because that would help those who guess; the log line of the request, and `audit read`, do.',
    causes: {
      'client authentication failed': {
        'secret-wrong': {
          why: 'The secret is wrong: mistyped, cut off, of another installation, or replaced since.',
          fix: '`client rotate-secret CLIENT_ID` makes a new one, and the old one stays good until you retire it. Look for a line break at the end of a file.',
        },
        'client-unknown': {
          why: 'There is no client with this `client_id` at this issuer.',
          fix: '`client list` lists them.',
        },
        'other-method': {
          why: 'The client is registered for another way of proving itself: it has a secret and sends only its `client_id`, or it has a key pair and sends a secret. (A secret is taken in the header and in the body alike.)',
          fix: 'Compare `token_endpoint_auth_method` of `client show CLIENT_ID` with what your library sends.',
        },
        'assertion-signature': {
          why: 'The assertion is not signed by a key that is registered in `jwks`, or that `jwks_uri` serves.',
          fix: 'Register the public key, with the `kid` that the assertion names.',
        },
        'assertion-expired': {
          why: 'The assertion has expired, or its `iat` or `nbf` lies ahead. Clocks may differ by 15 seconds.',
          fix: 'Set the clock by NTP, and make an assertion for each request.',
        },
        'assertion-too-long': {
          why: 'The assertion is good for longer than a day.',
          fix: 'Let it expire after a minute.',
        },
        'assertion-type': {
          why: 'The JWT was signed for something else: its `typ` says so, or it holds `response_type`, `redirect_uri` or `scope` as a request object does.',
          fix: 'Sign an assertion of its own, with `client-authentication+jwt` or `JWT` as `typ`, or none.',
        },
        'assertion-reused': {
          why: 'The `jti` of the assertion was seen before.',
          fix: 'Make an assertion with a new `jti` for each request, retries too.',
        },
      },
      'client authentication failed: the audience (aud) of the assertion must be {issuer}': {
        'assertion-audience': {
          why: 'The assertion names the token endpoint, or something else, as its audience.',
          fix: 'Name the issuer. For a library that cannot: `client update CLIENT_ID --allow-endpoint-audience`.',
        },
        'assertion-audience-list': {
          why: 'The client is held to the FAPI 2.0 profile, and its audience is a list.',
          fix: 'Write the issuer as one text (FAPI 2.0 Security Profile 5.3.2.1).',
        },
      },
      'the client did not authenticate': {
        'no-authentication': {
          why: 'The request carries no `client_id` and nothing that proves one. A proxy may have taken the `Authorization` header off.',
          fix: 'Send the client’s authentication; a public client sends its `client_id` in the body.',
        },
      },
      'client is invalid': {
        'client-unknown-to-browser': {
          why: 'At the authorization or sign-out endpoint: there is no client with this `client_id`. The user sees a page, and the app is told nothing.',
          fix: 'Compare the `client_id` with `client list`, and the address with the issuer: it may be that of another stage.',
        },
      },
      'the client_id metadata document cannot be used: {why}': {
        'metadata-document-unusable': {
          why: 'The `client_id` is an address, and what is there makes no client: the description names the members that are wrong, and the rule where it is about a URI. Values of the document are left out of it. What is inside of the provider’s network is not fetched. Whoever wanted to sign in did nothing wrong.',
          fix: 'You wanted to sign in: try again after a minute, and if this page comes again, tell whoever makes the app. You make the app: serve JSON of at most 5 KB as `application/json` within two seconds, without a redirect, with the address as its `client_id`; `token_endpoint_auth_method` is `none` or `private_key_jwt`. docs/metadata-documents.md has the rules and an example.',
        },
      },
      'the client_id metadata document could not be used a moment ago: it is fetched again {when}': {
        'metadata-document-tried': {
          why: 'The document at the `client_id` was of no use within the last minute, or its server did not answer some seconds ago. The error of that attempt says why.',
          fix: 'You wanted to sign in: wait a minute and start again from the app. You make the app: correct the document first.',
        },
      },
      'unrecognized id_token_hint audience': {
        'hint-of-unknown-client': {
          why: 'At sign-out: the ID token was issued to a client that is gone.',
          fix: 'Send no hint. The user can sign out on the page that says this.',
        },
      },
    },
    sections: [
      rfc(6749, '5.2'),
      rfc(7523, '3'),
      openid('OpenID Connect Core', { section: '9', anchor: 'ClientAuthentication' }),
    ],
  },
  invalid_redirect_uri: {
    summary:
      'The request names a redirect URI that is not registered for the client. Nothing is sent to such an address, so the user sees a page.',
    causes: {
      "redirect_uri did not match any of the client's registered redirect_uris": {
        'redirect-uri-differs': {
          why: 'The two differ in a character: a slash at the end, `http` for `https`, `www.`, a port, upper and lower case, a query, or `localhost` for `127.0.0.1`. There are no wildcards.',
          fix: 'Copy the address of the request, and `client update CLIENT_ID --redirect-uri URI` with all that it shall have. Behind a proxy, look whether the app knows its public address.',
        },
      },
      ...registeredUriCauses,
    },
    sections: [rfc(6749, '3.1.2.4'), rfc(9700, '2.1'), rfc(7591, '3.2.2')],
  },
  invalid_client_metadata: {
    summary:
      'The metadata of the client breaks a rule. In an answer to a registration `problems` names each member. Elsewhere the client was stored before the rule held, and nobody can use it until an administrator changes it; `client show CLIENT_ID` says the same.',
    causes: {
      ...registeredMetadataCauses,
      '{member} is not offered: {reason}': {
        'metadata-not-offered': {
          why: 'The client was stored before the member was refused: it promises what nothing here keeps.',
          fix: 'Take the member away: `client update --metadata FILE CLIENT_ID`, with `null` for it in the file.',
        },
      },
      'under the FAPI 2.0 profile {demand}': {
        'metadata-against-fapi': {
          why: 'The client is registered with `--fapi-profile 2.0`, and a member contradicts the profile.',
          fix: 'Change the member that is named (for ID tokens, `client update --id-token-alg ES256 CLIENT_ID`), or set `fapi_profile` to `null` by `--metadata FILE`.',
        },
      },
      '{member} {problem}': {
        'metadata-breaks-rule': {
          why: 'The client was stored when another rule held, or where it does: a development installation takes `http` addresses of its own machine, one in production does not. Several problems stand beside each other, with `;` between them.',
          fix: 'Change each member that is named: `client update CLIENT_ID`, by its flag or by `--metadata FILE` (`null` takes a member away).',
        },
      },
    },
    sections: [rfc(7591, '2'), rfc(7591, '3.2.2')],
  },
  unauthorized_client: {
    summary:
      'The client may not use this grant or response type. Latchkey says `invalid_request` there, with a description that names what is not registered.',
    causes: {},
    sections: [rfc(6749, '5.2')],
  },
};
