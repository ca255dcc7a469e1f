/** Access tokens where they are used, and the proofs of DPoP. */

import { registrationTokenCauses } from '../client-registrations.ts';
import { type Explanations, rfc } from '../explanation.ts';

const sync = 'Set the clock by NTP.';

export const accessTokenErrors: Explanations = {
  invalid_token: {
    summary: 'The access token is not good here. Refresh it, and try once more.',
    causes: {
      ...registrationTokenCauses,
      'no access token provided': {
        'token-missing': {
          why: 'Userinfo was called without an access token. A proxy may have taken the `Authorization` header off.',
          fix: 'Send `Authorization: Bearer …`.',
        },
      },
      'invalid token provided': {
        'token-unknown': {
          why: 'Userinfo does not know the token, or it has expired, or it was revoked.',
          fix: 'Refresh it.',
        },
        'session-ended': {
          why: 'The user signed out, or an administrator ended what the token was issued under.',
          fix: 'Let the user sign in.',
        },
        'token-key-differs': {
          why: 'The token is bound to a DPoP key, and the proof is of another key, absent, or was used before.',
          fix: 'Make a new proof with the key of the token for each request.',
        },
      },
      'this access token is for an API; a refresh whose scope names OpenID scopes alone, such as openid, gives one for userinfo':
        {
          'token-for-api': {
            why: 'The token was issued for an API: `resource` was in the request, or the only one that was granted. Userinfo takes only those that were issued for none.',
            fix: 'Refresh with `scope=openid` and without `resource`, or read the claims from the ID token. For an app that always calls userinfo, `client update --no-granted-resource CLIENT_ID`.',
          },
        },
      'This is not an access token that the issuer trusted by this API has signed.': {
        'api-not-a-jwt': {
          why: 'An API: the token is opaque (`not_a_jwt` in its log). The request named no `resource`, or the resource has the format `opaque`.',
          fix: 'Ask for a token with the API’s `resource`; `resource update --format jwt IDENTIFIER`; or let the API introspect.',
        },
        'api-not-trusted': {
          why: 'An API: the token is signed by another issuer, or was changed on its way.',
          fix: 'Compare `iss` of the token with the issuer that the API is set to.',
        },
      },
      'This is a token of another kind: send an access token, not an ID token.': {
        'api-wrong-type': {
          why: 'An API got an ID token, or an access token of another `typ` than it demands.',
          fix: 'Send `access_token`, never `id_token`. An API that knows no `at+jwt`: `resource update --token-typ JWT IDENTIFIER`.',
        },
      },
      'The access token comes from another issuer.': {
        'api-wrong-issuer': {
          why: 'An API: `iss` is not the issuer that the API is set to, character by character.',
          fix: 'Copy the issuer from the discovery document into the API’s settings.',
        },
      },
      'The access token is meant for another API: request one for the resource identifier of this API.': {
        'api-wrong-audience': {
          why: 'An API: `aud` is not its resource identifier. A slash at the end counts.',
          fix: 'Use one spelling for `resource`, for `resource create` and for the API’s `audience`.',
        },
      },
      'The access token has expired: request a new one.': {
        'api-expired': { why: 'An API: `exp` is past.', fix: 'Refresh. If tokens are always expired, set the clocks.' },
      },
      'The access token is not valid yet.': {
        'api-not-yet-valid': { why: 'An API: the token is from the future, by its clock.', fix: sync },
      },
      'The access token lacks a claim that it must have.': {
        'api-claims-incomplete': {
          why: 'An API: the token has no `sub`, `client_id`, `jti`, `iat` or `exp` (RFC 9068 2.2).',
          fix: 'It does not come from Latchkey: compare its issuer.',
        },
      },
      'The access token is bound to a key and cannot be used as a plain bearer token here.': {
        'api-sender-constrained': {
          why: 'An API that takes bearer tokens got one that is bound to a DPoP key.',
          fix: 'Register a client without `dpop_bound_access_tokens` for it, and send no proof to /token.',
        },
      },
    },
    sections: [rfc(6750, '3.1'), rfc(9068, '4'), rfc(9449, '7.1')],
  },
  insufficient_user_authentication: {
    summary: 'The access token is good, and the user has not signed in strongly or recently enough for this request.',
    causes: {
      'A stronger sign-in is needed: request one with the acr_values of this challenge.': {
        'api-level-too-low': {
          why: 'An API: `acr` of the token is none of the levels that this request needs.',
          fix: 'Send the user to /auth with the `acr_values` of the challenge, and call again with the token of that.',
        },
      },
      'A more recent sign-in is needed: request one with the max_age of this challenge.': {
        'api-sign-in-too-old': {
          why: 'An API: `auth_time` of the token is longer ago than this request allows.',
          fix: 'Send the user to /auth with the `max_age` of the challenge, and call again with the token of that.',
        },
      },
    },
    sections: [rfc(9470, '3'), rfc(9470, '4')],
  },
  insufficient_scope: {
    summary: 'The access token is good, and not for this: it lacks a scope. The challenge names what is needed.',
    causes: {
      'access token missing openid scope': {
        'openid-missing': {
          why: 'Userinfo was called with a token of a request without `openid`.',
          fix: 'Ask for `openid` at /auth.',
        },
      },
      'access token missing requested scope': {
        'scope-missing': {
          why: 'Userinfo was called with a parameter `scope` that the token does not have.',
          fix: 'Leave the parameter out: the token’s own scopes decide.',
        },
      },
      'this access token is for an API; a refresh whose scope names OpenID scopes alone, such as openid, gives one for userinfo':
        {
          'token-for-api': {
            why: 'The token was issued for an API that has opaque tokens, and has no `openid`.',
            fix: 'Refresh with `scope=openid` and without `resource`, or read the claims from the ID token. For an app that always calls userinfo, `client update --no-granted-resource CLIENT_ID`.',
          },
        },
      'The access token lacks a scope that this request needs.': {
        'api-scope-missing': {
          why: 'An API needs a scope that the user did not allow, or that the client did not ask for.',
          fix: 'Send the user to /auth with the scope that the challenge names.',
        },
      },
    },
    sections: [rfc(6750, '3.1')],
  },
  invalid_dpop_proof: {
    summary: 'The DPoP proof in the header is malformed, old, or for another request. Make a new one for each request.',
    causes: {
      'invalid DPoP key binding': {
        'proof-malformed': {
          why: 'The proof is no JWT, lacks `typ: dpop+jwt` or its `jwk`, has an algorithm that discovery does not list, or its signature is wrong.',
          fix: 'Sign it with ES256 or Ed25519, and put the public key into the header.',
        },
      },
      'DPoP proof must have a iat number property': {
        'proof-without-time': { why: 'The proof has no `iat`.', fix: 'Add the time in seconds.' },
      },
      'DPoP proof must have a jti string property': {
        'proof-without-id': { why: 'The proof has no `jti`.', fix: 'Add a random one.' },
      },
      'DPoP proof nonce must be a string': {
        'proof-nonce-type': { why: '`nonce` is a number or an object.', fix: 'Copy the header `DPoP-Nonce` as text.' },
      },
      'DPoP proof htm mismatch': {
        'proof-method': { why: '`htm` is not the method of the request.', fix: 'Write it in capitals: `POST`.' },
      },
      'DPoP proof htu mismatch': {
        'proof-address': {
          why: '`htu` is not the address of the endpoint, as discovery has it.',
          fix: 'Take it from discovery, without query and fragment.',
        },
      },
      'DPoP proof ath mismatch': {
        'proof-token': {
          why: '`ath` is not the hash of the access token that comes with it.',
          fix: 'base64url of the SHA-256 hash of the token.',
        },
      },
    },
    sections: [rfc(9449, '4.3'), rfc(9449, '5')],
  },
  use_dpop_nonce: {
    summary:
      'The DPoP proof is to be made again, with the nonce that the header `DPoP-Nonce` of this answer holds. Libraries do it unasked.',
    causes: {
      'DPoP proof iat is not recent enough, use a DPoP nonce instead': {
        'clock-differs': {
          why: 'The time of the proof is more than five minutes off: the clock of the device is wrong.',
          fix: `Repeat the request with the nonce; then the clock does not matter. ${sync}`,
        },
      },
      'invalid nonce in DPoP proof': {
        'nonce-old': {
          why: 'The nonce is too old, or comes from another issuer.',
          fix: 'Keep the last nonce of each issuer, and repeat the request with the new one.',
        },
      },
    },
    sections: [rfc(9449, '8')],
  },
};
