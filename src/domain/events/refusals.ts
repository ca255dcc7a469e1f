/** Why endpoints refuse: the error codes that they answer with, and a few reasons of ours. */

export const refusals = {
  address_not_allowed: 'the address is outside of the ranges that a setting or the client allows',
  consent_required: 'the user would have to allow it, and may not be asked',
  cross_site: 'a form of ours was not sent from our own page',
  interaction_expired: 'the sign-in was finished, or left open for too long',
  invalid_client: 'there is no such client',
  invalid_client_metadata: 'a client cannot be registered, or used, with that metadata: `detail` names the members',
  invalid_dpop_proof: 'the DPoP proof is missing, wrong or used',
  invalid_grant: 'the code or token is unknown, expired, used, or belongs to another client',
  invalid_redirect_uri: 'the client did not register that address, or may not register it',
  invalid_request: 'the request is malformed, or says two things at once',
  invalid_request_uri: 'the pushed request is unknown, expired or used',
  invalid_scope: 'the client may not ask for that scope',
  invalid_target: 'the client may not ask for that resource',
  invalid_token: 'the access token is unknown, expired or revoked; at a registration, the token for that',
  login_required: 'the user would have to sign in, and may not be asked',
  not_in_allowed_group: 'the account is in none of the groups that may use the client',
  other_browser: 'the sign-in was begun in another browser',
  other: 'any other code of oidc-provider: the detail says which',
  stronger_sign_in_needed: 'the code or token comes of a sign-in that is not as strong as demanded by now',
  unmet_authentication_requirements: 'the sign-in was not as strong as demanded',
  unsupported_grant_type: 'there is no such grant type',
  unsupported_response_type: 'there is no such response type',
  use_dpop_nonce: 'the DPoP proof lacks the nonce that is in force',
} as const;

/** The code of OAuth, where the list has it. */
export function refusalReason(error: string | undefined): {
  readonly reason: keyof typeof refusals;
  readonly isListed: boolean;
} {
  const isListed = error !== undefined && Object.hasOwn(refusals, error);
  return { reason: isListed ? (error as keyof typeof refusals) : 'other', isListed };
}
