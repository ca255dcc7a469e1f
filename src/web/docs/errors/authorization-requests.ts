/** What is wrong with an authorization request, in the query of /auth or pushed to /request. */
import type { Cause } from '../explanation.ts';

type Causes = Readonly<Record<string, Readonly<Record<string, Cause>>>>;

const pkce: Causes = {
  'code_challenge is missing: PKCE with S256 is required unless the metadata of the client has require_pkce: false, for software that cannot send it (client update --no-pkce)':
    {
      'pkce-missing': {
        why: 'The request has no `code_challenge`. Clients use PKCE, confidential ones too, unless an administrator says otherwise for one of them.',
        fix: 'Switch PKCE on in your library: it sends `code_challenge` and `code_challenge_method=S256`. If it has no such thing and the client has a secret, an administrator can do without: `npm run -s admin -- client update --no-pkce CLIENT_ID`.',
      },
    },
  'code_challenge is missing: PKCE with S256 is required of every public client': {
    'pkce-missing-public': {
      why: 'The request has no `code_challenge`, and the client has no secret: PKCE alone binds the code to the app that requested it (RFC 9700 2.1.1).',
      fix: 'Switch PKCE on in your library. There is no way around it for a public client.',
    },
  },
  'code_challenge is missing: PKCE with S256 is required of every native app': {
    'pkce-missing-native': {
      why: 'The request has no `code_challenge`, and the client is registered as a native app: other apps of the device can receive its redirect (RFC 8252 6).',
      fix: 'Switch PKCE on in your library. There is no way around it for a native app.',
    },
  },
  'code_challenge_method must be provided': {
    'pkce-method-missing': {
      why: 'There is a `code_challenge`, but no method. The default of the standard, `plain`, is not offered.',
      fix: 'Send `code_challenge_method=S256`.',
    },
  },
  'not supported value of code_challenge_method': {
    'pkce-method-unknown': {
      why: 'The method is not `S256`. `plain` protects nothing and is not offered.',
      fix: 'Send `code_challenge_method=S256`, and as the challenge the base64url of the SHA-256 hash of the verifier.',
    },
  },
  'code_challenge must be provided with code_challenge_method': {
    'pkce-challenge-missing': {
      why: 'There is a `code_challenge_method`, but no challenge.',
      fix: 'Send both, or let your library do it.',
    },
  },
  'code_challenge must be a string with a minimum length of 43 characters': {
    'pkce-challenge-short': {
      why: 'A challenge is a SHA-256 hash in base64url: 43 characters.',
      fix: 'Hash the verifier, and encode the raw bytes of the hash, not its hexadecimal text.',
    },
  },
  'code_challenge contains invalid characters': {
    'pkce-challenge-base64': {
      why: 'The challenge is base64 with `+`, `/` or `=`, not base64url.',
      fix: 'Write `-` for `+` and `_` for `/`, and leave `=` out.',
    },
  },
};

const parameters: Causes = {
  "missing required parameter '{parameter}'": {
    'parameter-missing': {
      why: 'A parameter that this request needs is absent or empty. At /auth that may be `redirect_uri`: it is needed even where only one is registered.',
      fix: 'Send it. A value that your configuration leaves empty counts as absent.',
    },
  },
  "missing required parameters '{one}' and '{another}'": {
    'parameters-missing': { why: 'Several parameters are absent or empty.', fix: 'Send all of them.' },
  },
  "'{parameter}' parameter must not be provided twice": {
    'parameter-twice': {
      why: 'A parameter comes twice, in the query or in the body. Only `resource` may be repeated.',
      fix: 'Look for an address that has parameters already when your code appends its own.',
    },
  },
  "'{one}' and '{another}' parameters must not be provided twice": {
    'parameters-twice': {
      why: 'Several parameters come twice. Often a whole query was appended to one that was there.',
      fix: 'Send each once.',
    },
  },
  'requested response_type is not allowed for this client': {
    'response-type-not-registered': {
      why: 'The client is registered without the code flow, as one that only calls for itself.',
      fix: 'Register a client for the app: `client create --type web`, `spa` or `native`.',
    },
  },
  'requested response_mode is not allowed for this client or request': {
    'response-mode-not-registered': {
      why: 'The client is registered for certain response modes (its metadata `response_modes`), and this one is not among them.',
      fix: 'Send one of these, or change the member: `client update --metadata FILE CLIENT_ID`.',
    },
  },
  'unsupported prompt value requested': {
    'prompt-unknown': {
      why: '`prompt` holds a value that the discovery document does not list in `prompt_values_supported`.',
      fix: 'Leave it out, or send one that is listed. `create` is among them where people may register. To let a user switch, send `prompt=select_account`.',
    },
  },
  'prompt none must only be used alone': {
    'prompt-contradicts': {
      why: '`none` says that the user must see nothing, and stands beside a value that shows something.',
      fix: 'Send either `prompt=none` or the others.',
    },
  },
  'invalid max_age parameter value': {
    'max-age-malformed': { why: '`max_age` is no whole number of seconds.', fix: 'Send a number such as `3600`.' },
  },
  'openid scope must be requested when using the {parameter} parameter': {
    'openid-missing': {
      why: 'The parameter belongs to OpenID Connect, and the request asks for plain OAuth: its `scope` has no `openid`.',
      fix: 'Add `openid` to the scope, or leave the parameter out.',
    },
  },
  'openid scope must be requested for clients with {member}': {
    'openid-missing-for-client': {
      why: 'The client is registered with a member of OpenID Connect, such as `default_max_age`, and the `scope` has no `openid`.',
      fix: 'Add `openid` to the scope.',
    },
  },
  'the parameters of an authorization request hold at most 8192 bytes together; send long ones as a pushed request (RFC 9126)':
    {
      'request-too-large': {
        why: 'The address is longer than browsers and proxies carry safely. Often it is `state` or `claims` that grew.',
        fix: 'Keep what is long in your own session and send its key as `state`, or push the request to /request first.',
      },
    },
  'the parameters of an authorization request hold at most 8192 bytes together': {
    'pushed-request-too-large': {
      why: 'The pushed request is longer than what is stored of one.',
      fix: 'Keep what is long in your own session and send its key as `state`.',
    },
  },
  'a pushed request holds at most 12288 bytes': {
    'pushed-object-too-large': {
      why: 'The pushed request object is longer than what is stored of one.',
      fix: 'Leave out what is no parameter of the request, and keep what is long in your own session.',
    },
  },
  'Request Object must be used by this client': {
    'signing-required': {
      why: 'The client is registered with `require_signed_request_object`, and the request is a plain one.',
      fix: 'Send the parameters as a signed JWT, as `request`, to /auth or /request.',
    },
  },
  'the client must send a signed request object': {
    'signing-required-meanwhile': {
      why: 'The request was pushed as a plain one before the client had to sign.',
      fix: 'Push it again, as a signed request object.',
    },
  },
  'Pushed Authorization Request must be used': {
    'push-required': {
      why: 'The client is registered with `require_pushed_authorization_requests`, or held to the FAPI 2.0 profile (`--fapi-profile`), and the request came by the browser.',
      fix: 'Send the parameters to /request with the client’s authentication, and only `client_id` and `request_uri` to /auth.',
    },
  },
  "redirect_uri did not match any of the client's registered redirect_uris": {
    'pushed-redirect-uri': {
      why: 'A pushed request names a redirect URI that is not registered. At /auth this comes as `invalid_redirect_uri`.',
      fix: 'Compare it with `client show CLIENT_ID`, character by character.',
    },
  },
  'DPoP proof JWT Replay detected': {
    'pushed-proof-reused': {
      why: 'A pushed request comes with a DPoP proof whose `jti` was seen before.',
      fix: 'Make a new proof for each request, retries too.',
    },
  },
  'DPoP proof key thumbprint does not match dpop_jkt': {
    'dpop-jkt-differs': {
      why: 'A pushed request comes with the DPoP proof of another key than its `dpop_jkt` names.',
      fix: 'Use one key for the whole sign-in, or leave `dpop_jkt` out: the proof says it.',
    },
  },
};

const claimsAndHints: Causes = {
  'could not parse the claims parameter JSON': {
    'claims-malformed': { why: '`claims` is no JSON.', fix: 'Encode it once: JSON first, then percent-encoding.' },
  },
  'claims parameter should be a JSON object': {
    'claims-no-object': { why: '`claims` is JSON, but no object.', fix: 'Send `{"userinfo": {…}, "id_token": {…}}`.' },
  },
  'claims parameter should have userinfo or id_token properties': {
    'claims-empty': {
      why: '`claims` has neither of the two members that mean something.',
      fix: 'Put the names of the claims into `userinfo` or `id_token`.',
    },
  },
  'claims.{member} should be an object': {
    'claims-member-no-object': {
      why: '`userinfo` or `id_token` in `claims` is no object.',
      fix: 'Send `{"userinfo": {"nickname": null}}`: an object whose members are the claims.',
    },
  },
  'claims.{member} members must be null or objects': {
    'claims-member': {
      why: 'A claim is asked for with a value such as `true`.',
      fix: 'Write `null`, or an object such as `{"essential": true}`.',
    },
  },
  'claims: values must be a list': {
    'claims-values': { why: '`values` of a claim is no list.', fix: 'Write `"values": ["…"]`, or `"value": "…"`.' },
  },
  '{parameter} is nested deeper than 10 levels': {
    'nested-too-deep': {
      why: 'The JSON of `claims`, or of a JWT in the request, is nested deeper than any use of it.',
      fix: 'Look for a value that is encoded into itself.',
    },
  },
  'could not validate id_token_hint': {
    'hint-invalid': {
      why: 'The ID token was issued to another client, by another issuer, or is signed by a key that is gone. Or it is no ID token: an access token or a logout token is no hint. That it has expired, or that the client had another algorithm then, does not matter.',
      fix: 'Send the ID token of this client’s last sign-in as it came, or none.',
    },
  },
};

export const authorizationRequestCauses: Causes = { ...parameters, ...pkce, ...claimsAndHints };
