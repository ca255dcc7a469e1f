/** Which test of ours shows what a module of the OpenID conformance suite asks; `proof` is part of its title. */

export interface ModuleProof {
  readonly module: string;
  readonly file: string;
  readonly proof: string;
}

/** One line each: module | file | part of the title. */
const table = `
oidcc-server | code-flow | a sign-in ends in an ID token
oidcc-server | authorization-response | the ID token holds what the code flow promises
oidcc-response-type-missing | authorization-request | a response type that is missing
oidcc-idtoken-signature | authorization-response | an ID token is signed as the client registered it
oidcc-userinfo-get | userinfo | a token is taken in the header of a GET or POST
oidcc-userinfo-post-header | userinfo | a token is taken in the header of a GET or POST
oidcc-userinfo-post-body | userinfo | and in the body of a POST
oidcc-ensure-request-without-nonce-succeeds-for-code-flow | authorization-response | an ID token without nonce is fine
oidcc-scope-profile | claims | releases its claims at userinfo, and none of them in the ID token
oidcc-scope-email | claims | releases its claims at userinfo, and none of them in the ID token
oidcc-scope-address | claims | releases its claims at userinfo, and none of them in the ID token
oidcc-scope-phone | claims | releases its claims at userinfo, and none of them in the ID token
oidcc-scope-all | claims | all scopes together release the standard claims and the groups, in the right types
oidcc-alternate-happy-flow | authorization-response | the order of scopes and parameters does not matter
oidcc-display-page | authorization-request | parameters that only shape the page are taken
oidcc-display-popup | authorization-request | parameters that only shape the page are taken
oidcc-ui-locales | authorization-request | parameters that only shape the page are taken
oidcc-claims-locales | authorization-request | parameters that only shape the page are taken
oidcc-login-hint | prompts | a login hint is filled in
oidcc-prompt-login | prompts | prompt=login shows the sign-in page again
oidcc-prompt-none-not-logged-in | prompts | prompt=none without a session is login_required
oidcc-prompt-none-logged-in | prompts | prompt=none with a session and consent gives a code
oidcc-max-age-1 | max-age | max_age signs in again when the sign-in is older
oidcc-max-age-10000 | prompts | a long max_age is met by the session
oidcc-ensure-request-with-unknown-parameter-succeeds | authorization-request | what nobody knows is ignored
oidcc-id-token-hint | prompts | id_token_hint of the user who is signed in goes on at once
oidcc-ensure-request-with-acr-values-succeeds | prompts | acr_values are answered with the level
oidcc-codereuse | code-exchange | a code that is presented again ends everything
oidcc-codereuse-30seconds | code-exchange | a code that is presented again ends everything
oidcc-ensure-registered-redirect-uri | authorization-request | a redirect URI that is not registered
oidcc-server-client-secret-post | client-authentication | may send the secret in the header or the body
oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported | authorization-request | a request object by reference
oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported | request-objects | what the app has not signed is no request
oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported (form post) | request-objects | form_post inside an object alone
oidcc-claims-essential | claims | a claim that is asked for by name is released
oidcc-ensure-request-object-with-redirect-uri | authorization-request | a request object with another redirect URI
oidcc-refresh-token | refresh | a second client’s token is refused to the first
oidcc-refresh-token | refresh | a refreshed ID token speaks of the same sign-in
oidcc-ensure-request-with-valid-pkce-succeeds | code-flow | a sign-in ends in an ID token
oidcc-server (no PKCE) | code-exchange | an app without PKCE by its registration needs no verifier
oidcc-server (form post) | authorization-response | form_post hands the answer over
oidcc-prompt-none-not-logged-in (form post) | authorization-response | form_post carries errors too
oidcc-discovery-endpoint-verification | discovery | what certification looks for is there
oidcc-discovery-endpoint-verification | discovery | the key set holds public keys
oidcc-rp-initiated-logout-discovery-endpoint-verification | discovery | every endpoint that is published answers
oidcc-rp-initiated-logout | logout | a hint and a registered address lead back to the app
oidcc-rp-initiated-logout-no-state | logout | without a state nothing is added to the address
oidcc-rp-initiated-logout-bad-post-logout-redirect-uri | logout | an address that is not registered
oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri | logout | a registered address with a query added
oidcc-rp-initiated-logout-modified-id-token-hint | logout | a hint without a signature
oidcc-rp-initiated-logout-bad-id-token-hint | logout | a hint with another signature
oidcc-rp-initiated-logout-no-id-token-hint | logout | an address without saying which app asks
oidcc-rp-initiated-logout-no-params | logout | the user confirms and reads that they are signed out
oidcc-rp-initiated-logout-no-post-logout-redirect-uri | logout | a hint without an address
oidcc-rp-initiated-logout-only-state | logout | a state alone
oidcc-backchannel-logout-discovery-endpoint-verification | discovery | what certification looks for is there
oidcc-backchannel-rp-initiated-logout | backchannel-logout | the logout token says what the specification asks
oidcc-backchannel-rp-initiated-logout | backchannel-logout | an app that signs out asks for the others too
fapi2 happy-flow | high-security | the whole way
fapi2 refresh-token | high-security | its refresh token is not rotated
fapi2 user-rejects-authentication | authorization-response | a user who denies is sent back with access_denied
fapi2 ensure-authorization-request-without-state-success | authorization-response | an app that sends no state gets none
fapi2 ensure-authorization-request-with-long-state | authorization-response | a long state and a long nonce come back whole
fapi2 happy-flow (extra redirect query) | authorization-response | the query of a registered redirect URI is kept
fapi2 access-token-type-header-case-sensitivity | dpop | whatever the case of the scheme
fapi2 check-dpop-proof-nbf-exp | dpop | that has expired
fapi2 ensure-dpopproof-with-iat-10seconds | dpop | a clock that differs by ten seconds is tolerated
fapi2 ensure-mismatched-dpop-jkt-fails | high-security | a proof and a thumbprint that contradict each other
fapi2 ensure-token-endpoint-fails-with-mismatched-dpop-jkt | dpop | a code that is bound to a key is redeemed with that key alone
fapi2 ensure-dpopproof-at-par-endpoint-binding-success | high-security | a code that was pushed with a proof
fapi2 dpop-negative-tests | dpop | is refused
fapi2 ensure-unsigned-authorization-request-without-using-par-fails | high-security | a request that was not pushed is refused
fapi2 ensure-holder-of-key-required | high-security | without a proof there are no tokens
fapi2 ensure-authorization-code-is-bound-to-client | code-exchange | the code of one app is worth nothing to another
fapi2 ensure-token-endpoint-fails-with-expired-auth-code | expiry | a code lives a minute
fapi2 ensure-client-assertion-with-wrong-aud-fails | client-assertion | an assertion for any other audience is refused
fapi2 ensure-client-assertion-with-exp-is-5-minutes-in-past-fails | client-assertion | an assertion needs an expiry in the future
fapi2 par-ensure-jwt-client-assertions-nbf-8-seconds | client-assertion | a clock that differs by seconds is tolerated
fapi2 par-test-par-endpoint-url-as-audience-fails | pushed-requests | with the issuer as audience and no other
fapi2 par-ensure-reused-request-uri-prior-to-auth-completion-succeeds | pushed-requests | a request may be opened twice
fapi2 par-attempt-reuse-request_uri | pushed-requests | and pays out once
fapi2 par-attempt-to-use-expired-request_uri | expiry | a pushed request lives a minute
fapi2 par-attempt-to-use-request_uri-for-different-client | pushed-requests | a request of one client is worth nothing to another
fapi2 par-authorization-request-containing-request_uri-form-param | pushed-requests | a request_uri inside
fapi2 par-ensure-pkce-required | pushed-requests | no PKCE
fapi2 par-plain-pkce-rejected | pushed-requests | plain PKCE
fapi2 ensure-different-state-inside-and-outside-request-object | request-objects | what stands beside an object does not count
fapi2 ensure-request-object-with-multiple-aud-succeeds | request-objects | for several providers, us among them
fapi2 ensure-request-object-with-nbf-8-seconds-in-the-future-is-accepted | request-objects | of a clock that is 8 seconds ahead
fapi2 ensure-expired-request-object-fails | request-objects | that has expired
fapi2 ensure-request-object-with-bad-aud-fails | request-objects | for another provider
fapi2 ensure-request-object-signature-algorithm-is-not-none | request-objects | what the app has not signed is no request
fapi2 ensure-unsigned-request-at-par-endpoint-fails | request-objects | a client that must sign its requests is held to it
fapi2 par-authorization-request-containing-request_uri | request-objects | with a request_uri inside
fapi2 ensure-pkce-code-verifier-required | code-exchange | no verifier
fapi2 incorrect-pkce-code-verifier-rejected | code-exchange | another verifier
`;

export const moduleProofs: readonly ModuleProof[] = table
  .trim()
  .split('\n')
  .map((line) => {
    const [module = '', file = '', proof = ''] = line.split(' | ');
    return { module, file, proof };
  });
