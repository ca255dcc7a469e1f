/** Requests that come as a signed JWT or by reference, and what of them is not offered. */
import { type Cause, type Explanations, openid, rfc } from '../explanation.ts';

type Causes = Readonly<Record<string, Readonly<Record<string, Cause>>>>;

const authenticationError = openid('OpenID Connect Core', { section: '3.1.2.6', anchor: 'AuthError' });

const malformed: Causes = {
  'could not parse Request Object': {
    'object-malformed': {
      why: '`request` is no JWT: cut off, encoded twice, or plain JSON.',
      fix: 'Send a signed JWT in compact form: three parts between dots.',
    },
    'object-encrypted': {
      why: 'The request object is encrypted (five parts). Nothing that a client sends is decrypted here.',
      fix: 'Sign it alone. To keep it out of the browser, push it to /request.',
    },
  },
  'Request Object must not contain request or request_uri properties': {
    'object-in-object': { why: 'A request object leads to another.', fix: 'Leave both out of it (RFC 9101 4).' },
  },
  'a parameter in the request object is not a text': {
    'object-parameter-odd': {
      why: 'A parameter in it is a number, an object, `true`, `false` or `null`.',
      fix: 'Write parameters as texts, and leave out what has no value. `max_age` may be a number, `claims` an object, `resource` a list.',
    },
  },
};

const ofOtherType: Causes = {
  'the type (typ) of the request object must be oauth-authz-req+jwt': {
    'object-type': {
      why: 'The header says that the JWT is something else: a client assertion, an access token, a sign-out.',
      fix: 'Write `oauth-authz-req+jwt` into `typ`, or leave it out.',
    },
  },
};

const contradictions: Causes = {
  'request response_type must equal the one in request parameters': {
    'object-response-type': {
      why: 'The `response_type` beside the request object is not the one in it.',
      fix: 'Send `client_id` and `request` alone; what else stands beside the object does not count.',
    },
  },
  'request client_id must equal the one in request parameters': {
    'object-client-beside': {
      why: 'The `client_id` beside the request object is not the one in it.',
      fix: 'Send one `client_id` in both places.',
    },
  },
  "request client_id must equal the authenticated client's client_id": {
    'object-client-missing': {
      why: 'A pushed request object holds no `client_id`, or that of another client.',
      fix: 'Put the `client_id` into it.',
    },
  },
};

const distrusted: Causes = {
  'unsupported signed request alg': {
    'object-unsigned': { why: 'The request object is not signed (`alg: none`).', fix: 'Sign it with a key of `jwks`.' },
    'object-alg': {
      why: 'It is signed with the client secret (`HS256`), or by another algorithm that is not offered.',
      fix: 'Take one of `request_object_signing_alg_values_supported` in discovery.',
    },
  },
  'the preregistered alg must be used in request or request_uri': {
    'object-alg-registered': {
      why: 'The client is registered for another algorithm: `request_object_signing_alg`.',
      fix: 'Sign with that, or change the member: `client update --metadata FILE CLIENT_ID`.',
    },
  },
  'could not validate Request Object': {
    'object-signature': {
      why: 'No key of the client’s `jwks` or `jwks_uri` has signed it.',
      fix: 'Register the public key, with the `kid` that the object names.',
    },
    'object-without-keys': {
      why: 'The client has no keys.',
      fix: 'Register `jwks` or `jwks_uri`. A client with a secret may have them too.',
    },
  },
  'Request Object claims are invalid': {
    'object-expired': {
      why: 'Its `exp` is past. Clocks may differ by 15 seconds.',
      fix: 'Make an object for each request, and set the clock by NTP.',
    },
    'object-not-yet-valid': { why: 'Its `nbf` lies ahead.', fix: 'Set the clock by NTP.' },
    'object-audience': {
      why: 'Its `aud` is not the issuer: absent, or the authorization endpoint.',
      fix: 'Name the issuer as discovery has it, character by character.',
    },
    'object-issuer': { why: 'Its `iss` is absent, or not the `client_id`.', fix: 'Write the `client_id` there.' },
  },
  'the request object has expired': {
    'object-pushed-expired': {
      why: 'A pushed request object has just run out: it cannot be kept until the browser comes.',
      fix: 'Push it as soon as it is signed, and let it be good for a minute.',
    },
  },
};

/** FAPI 2.0 Message Signing 5.3.1. */
const underFapi: Causes = {
  'the request object has no {claim}': {
    'object-fapi-claims': {
      why: 'The client is held to the FAPI 2.0 profile (`--fapi-profile`), and its request object lacks `exp` or `nbf`.',
      fix: 'Add both.',
    },
  },
  'the request object must expire within an hour after its nbf': {
    'object-fapi-lifetime': {
      why: 'The client is held to the FAPI 2.0 profile, and the object is good for longer than an hour, or for no time.',
      fix: 'Let it expire a minute after its `nbf`.',
    },
  },
  'the request object must be signed by PS256, ES256, Ed25519, EdDSA': {
    'object-fapi-alg': {
      why: 'The client is held to the FAPI 2.0 profile, which does without `RS256`.',
      fix: 'Sign with `PS256` (the same RSA key will do) or `ES256`.',
    },
  },
};

export const requestObjectErrors: Explanations = {
  invalid_request_object: {
    summary:
      'The request object (`request`, a signed JWT) cannot be read, is not trusted, or contradicts what stands beside it.',
    causes: { ...malformed, ...ofOtherType, ...contradictions, ...distrusted, ...underFapi },
    sections: [rfc(9101, '6'), rfc(9126, '3'), authenticationError],
  },
  invalid_request_uri: {
    summary: 'The `request_uri` of an authorization request leads to no pushed request that is still good.',
    causes: {
      'request_uri is invalid, expired, or was already used': {
        'pushed-request-gone': {
          why: 'The pushed request is older than 60 seconds, was used for a sign-in already, was pushed by another client, or never existed.',
          fix: 'Push a new request for each sign-in, right before the redirect. The browser’s back button must not lead to the old address.',
        },
      },
    },
    sections: [rfc(9126, '4'), rfc(9101, '6.2')],
  },
  request_uri_not_supported: {
    summary: 'The `request_uri` is not one that this provider gave out. Request objects are fetched from nowhere.',
    causes: {
      '': {
        'request-uri-foreign': {
          why: 'The `request_uri` is an address of yours.',
          fix: 'Push the request to /request and send the `request_uri` of the answer.',
        },
        'request-uri-pushed': {
          why: 'A request that is pushed to /request has a `request_uri` itself.',
          fix: 'Send to /request what the request is, and its `request_uri` to /auth alone.',
        },
      },
    },
    sections: [authenticationError, rfc(9126, '2.2')],
  },
  registration_not_supported: {
    summary:
      'The request has the parameter `registration`, for clients that register with the request. It is not offered.',
    causes: {
      '': {
        'registration-parameter': {
          why: 'The library expects a self-issued provider.',
          fix: 'Register the client (`client create`) and leave the parameter out.',
        },
      },
    },
    sections: [authenticationError],
  },
};
