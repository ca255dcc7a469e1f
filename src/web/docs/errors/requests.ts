/** `invalid_request`, at whichever endpoint. */

import { registrationBodyCauses } from '../client-registrations.ts';
import { type Cause, type Explanations, rfc } from '../explanation.ts';
import { authorizationRequestCauses } from './authorization-requests.ts';

type Causes = Readonly<Record<string, Readonly<Record<string, Cause>>>>;

/** At the token, introspection, revocation and pushed request endpoints. */
const clientCauses: Causes = {
  'requested grant type is not allowed for this client': {
    'grant-type-not-registered': {
      why: 'The client is not registered for this `grant_type`.',
      fix: 'Register it for the grant type (`client show CLIENT_ID` lists what it has), or make a client of the right `--type`.',
    },
  },
  'client authentication must only be provided using one mechanism': {
    'several-authentications': {
      why: 'The request proves the client twice: in the `Authorization` header and in the body, or by a secret and an assertion.',
      fix: 'Leave one out. Some libraries need to be told which: the header is `client_secret_basic`, the body `client_secret_post`.',
    },
  },
  'client_id mismatch': {
    'client-id-differs': {
      why: 'The body names another client than the `Authorization` header or the assertion.',
      fix: 'Send one `client_id`.',
    },
  },
  'client_secret must be provided in the Authorization header': {
    'basic-without-secret': {
      why: 'The `Authorization` header holds an id and no secret. The setting of the secret is empty, as a rule.',
      fix: 'Set the secret. A public client sends no header, and its `client_id` in the body.',
    },
  },
  'invalid authorization header value format': {
    'header-malformed': {
      why: 'The `Authorization` header is not a scheme, one space and a value: at the token endpoint `Basic` and base64 of `id:secret`, at userinfo `Bearer` and the token.',
      fix: 'Look for a line break, a second space, quotes or a missing colon.',
    },
  },
  'client_id and client_secret in the authorization header are not properly encoded': {
    'basic-not-encoded': {
      why: 'Id or secret hold a `%` that is no percent-encoding. Both are encoded before they are joined by the colon (RFC 6749 2.3.1).',
      fix: 'Encode id and secret as form values, then join them, then apply base64.',
    },
  },
  'invalid client_assertion format': {
    'assertion-malformed': {
      why: '`client_assertion` is no JWT.',
      fix: 'Send a signed JWT in compact form: three parts between dots.',
    },
  },
  'client_assertion_type must be provided': {
    'assertion-type-missing': {
      why: 'There is a `client_assertion` without its type.',
      fix: 'Send `client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer` beside it.',
    },
  },
  'client_assertion_type must have value urn:ietf:params:oauth:client-assertion-type:jwt-bearer': {
    'assertion-type-unknown': { why: 'The type of the assertion is another one.', fix: 'Send exactly this value.' },
  },
  'only application/x-www-form-urlencoded content-type bodies are supported on {method} {path}': {
    'body-no-form': {
      why: 'The body is JSON, or a form of another kind. OAuth’s endpoints take URL-encoded forms only.',
      fix: 'Send `Content-Type: application/x-www-form-urlencoded`.',
    },
  },
  'failed to parse the request body': {
    'body-unreadable': {
      why: 'The body is larger than 56 KiB, compressed, or broke off.',
      fix: 'Send it whole, as it is, and no more than the endpoint needs.',
    },
  },
  'code_verifier must be a string with a minimum length of 43 characters': {
    'verifier-short': {
      why: 'The PKCE verifier is shorter than the standard allows.',
      fix: 'Make it from 32 random bytes in base64url: 43 characters.',
    },
  },
  'code_verifier must be a string with a maximum length of 128 characters': {
    'verifier-long': {
      why: 'The PKCE verifier is longer than the standard allows.',
      fix: 'Make it from 32 random bytes in base64url: 43 characters.',
    },
  },
  'origin {origin} not allowed for client: {client}': {
    'origin-not-allowed': {
      why: 'A browser page of this origin calls the endpoint, and the client is not registered for it.',
      fix: '`client update CLIENT_ID --cors-origin https://app.example.com` with scheme, host and port, and without a slash at the end.',
    },
  },
};

const userinfoCauses: Causes = {
  'scope contains invalid characters': {
    'userinfo-scope': {
      why: 'Userinfo was called with a parameter `scope` that is malformed.',
      fix: 'Leave the parameter out: the token’s own scopes decide.',
    },
  },
  'access tokens must not be provided via query parameter': {
    'token-in-query': {
      why: 'The access token is in the address, where logs keep it (RFC 9700 4.3.2).',
      fix: 'Send it in the `Authorization` header.',
    },
  },
  'access token must only be provided using one mechanism': {
    'token-twice': { why: 'The access token comes in the header and in the body.', fix: 'Send it in the header only.' },
  },
  'authorization header scheme must be `Bearer`': {
    'scheme-unknown': { why: 'The header has another scheme, often `Basic`.', fix: 'Send `Authorization: Bearer …`.' },
  },
  'authorization header scheme must be `DPoP` when DPoP is used': {
    'scheme-no-dpop': {
      why: 'There is a `DPoP` proof, and the token is sent as a bearer token.',
      fix: 'Send `Authorization: DPoP …`.',
    },
  },
  '`DPoP` header not provided': {
    'proof-missing': {
      why: 'The token is sent with the scheme `DPoP` and without a proof.',
      fix: 'Send a fresh proof in the `DPoP` header, with the hash of the token as `ath`.',
    },
  },
};

const signOutCauses: Causes = {
  'could not decode id_token_hint': {
    'sign-out-hint-malformed': {
      why: 'At sign-out, `id_token_hint` is no JWT. Often it is the access token.',
      fix: 'Send the ID token.',
    },
  },
  'client_id does not match the provided id_token_hint': {
    'sign-out-other-client': {
      why: 'At sign-out, `client_id` names another client than the ID token was issued to.',
      fix: 'Send the ID token of the same client, or one of the two.',
    },
  },
  'post_logout_redirect_uri not registered': {
    'sign-out-address': {
      why: 'The address to return to after signing out is not registered. It counts character by character.',
      fix: '`client update CLIENT_ID --post-logout-redirect-uri URI`. The user can sign out on the page that says this.',
    },
  },
  'could not find logout details': {
    'sign-out-stale': {
      why: 'The question whether to sign out was answered in another browser, or after its session had ended.',
      fix: 'Begin at the sign-out endpoint again.',
    },
  },
  'xsrf token invalid': {
    'sign-out-forged': {
      why: 'The answer to the question whether to sign out did not come from our page, or came from an older one.',
      fix: 'Send people to the sign-out endpoint; nothing can be posted to it from elsewhere.',
    },
  },
};

/** Of a POST to /auth or to the sign-out endpoint, which is answered with the same request by GET. */
const postedCauses: Causes = {
  'what is sent here by POST makes an address of at most 6144 bytes; send longer ones as pushed authorization requests (RFC 9126)':
    {
      'posted-too-long': {
        why: 'An authorization request by POST goes on as an address, and this one is longer than browsers and proxies carry safely. What counts is its length as a GET, escaped as in an address.',
        fix: 'Push it: send the same form to /request with the client’s authentication, and only `client_id` and `request_uri` to /auth.',
      },
    },
  'what is sent here by POST makes an address of at most 6144 bytes; signing out works without id_token_hint too, with client_id':
    {
      'posted-sign-out-too-long': {
        why: 'A sign-out by POST goes on as an address, and this one is too long. What counts is its length as a GET, escaped as in an address.',
        fix: 'Leave `id_token_hint` out and send `client_id`, or shorten `state`. The user is asked in either case.',
      },
    },
  'the parameters of a POST are in its body, and none in its address': {
    'posted-query': {
      why: 'A POST to /auth or to the sign-out endpoint has a query.',
      fix: 'Put all parameters into the body, or all into the query of a GET.',
    },
  },
  'the parameter posted is for addresses of ours': {
    'posted-reserved': {
      why: '`posted` holds what we have encrypted, and came in a form.',
      fix: 'Send the parameters of the standard alone.',
    },
  },
  'this address could be used for a minute: go back to the app and begin again': {
    'posted-expired': {
      why: 'A request by POST held an ID token or a request object, and goes on encrypted, for a minute. The page was loaded again later, or its address was changed.',
      fix: 'Begin at the app again.',
    },
  },
};

const pageCauses: Causes = {
  'this address does not answer to that method': {
    'method-not-allowed': {
      why: 'The address exists, and takes other methods (status 405).',
      fix: 'The header `Allow` of the answer lists them. /token takes POST.',
    },
  },
  'the address is malformed': {
    'address-malformed': {
      why: 'The request line names no path, or one with a `%` that is no percent-encoding. A proxy may have rewritten it.',
      fix: 'Encode what is put into an address.',
    },
  },
  'the form must be application/x-www-form-urlencoded': {
    'form-type': {
      why: 'A page of the sign-in, /auth or the sign-out endpoint was posted to with JSON, or with a form of another kind (status 415).',
      fix: 'Send `Content-Type: application/x-www-form-urlencoded`. Pages are for browsers: programs use another grant than the code flow.',
    },
  },
  'the form must be UTF-8': {
    'form-charset': { why: 'Its `Content-Type` names another charset (status 415).', fix: 'Encode forms as UTF-8.' },
  },
  'the form must not be compressed': {
    'form-compressed': { why: 'It has a `Content-Encoding` (status 415).', fix: 'Send it as it is.' },
  },
  'the form is too large': {
    'form-too-large': { why: 'A posted form has more than 64 KiB (status 413).', fix: 'Post what the page holds.' },
  },
  'the form holds "{field}" twice': {
    'form-field-twice': { why: 'A field of a posted form comes twice.', fix: 'Post what the page holds.' },
  },
  'the form is not valid UTF-8': {
    'form-encoding': { why: 'A posted form holds bytes that are no text.', fix: 'Encode forms as UTF-8.' },
  },
  'this form was not sent from our own page': {
    'form-forged': {
      why: 'The form lacks the token of our page, or the browser says that another site sent it (status 403).',
      fix: 'Do not rebuild our forms or post to them. A proxy must pass `Origin` and `Sec-Fetch-Site` on.',
    },
  },
  'the parameter resource must be one absolute URI, such as acct:ada@example.com': {
    'webfinger-resource': {
      why: 'WebFinger was asked without `resource`, with two, or with one that is no URI.',
      fix: 'Send one, with its scheme.',
    },
  },
};

/** Of an API that uses `@latchkey/resource-server`. */
const apiCauses: Causes = {
  'Send exactly one access token, in one Authorization header and nowhere else.': {
    'api-several-tokens': {
      why: 'An API got several tokens, or one in the query.',
      fix: 'Send one, in the header.',
    },
  },
  'Write the Authorization header as the word Bearer, a space and the access token.': {
    'api-header-malformed': { why: 'An API cannot read the header.', fix: 'Send `Authorization: Bearer …`.' },
  },
};

export const requestErrors: Explanations = {
  invalid_request: {
    summary:
      'The request is malformed: something is missing, comes twice, contradicts itself, or is not allowed for this client. The description says what. Sending the same request again fails again.',
    causes: {
      ...authorizationRequestCauses,
      ...clientCauses,
      ...userinfoCauses,
      ...signOutCauses,
      ...postedCauses,
      ...pageCauses,
      ...apiCauses,
      ...registrationBodyCauses,
    },
    sections: [rfc(6749, '4.1.2.1'), rfc(6749, '5.2'), rfc(6750, '3.1'), rfc(7636, '4.4.1'), rfc(9126, '2.3')],
  },
};
