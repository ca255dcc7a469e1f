/** At /developer: why something was refused to a client, for who develops it. */
import type { ReasonOf } from '../../../../domain/events/security-events.ts';

/** One sentence for each reason of each of the events: none can be left out. */
type Sentences = {
  readonly [Name in
    | 'request.refused'
    | 'request.throttled'
    | 'client.authentication_failed'
    | 'client.authentication_throttled']: Readonly<Record<Exclude<ReasonOf<Name>, 'unknown_client'>, string>>;
};

export const developerRefusals = {
  'request.refused': {
    address_not_allowed: 'The request came from a network address that may not call.',
    consent_required: 'The person would have had to allow it, and was not to be asked.',
    cross_site: 'A form was not sent from our own page.',
    interaction_expired: 'The sign-in was finished before, or left open for too long.',
    invalid_client: 'There was no such client at that moment.',
    invalid_client_metadata: 'The metadata breaks a rule.',
    invalid_dpop_proof: 'The DPoP proof was missing, wrong or used before.',
    invalid_grant: 'The code or token was unknown, expired, used before, or of another client.',
    invalid_redirect_uri: 'The redirect URI is none that is registered.',
    invalid_request: 'The request was malformed, or said two things at once.',
    invalid_request_uri: 'The pushed request was unknown, expired or used before.',
    invalid_scope: 'The client may not ask for that scope.',
    invalid_target: 'The client may not ask for that resource.',
    invalid_token: 'The access token was unknown, expired or revoked.',
    login_required: 'The person would have had to sign in, and was not to be asked.',
    not_in_allowed_group: 'The person is in none of the groups that may use the client.',
    other_browser: 'The sign-in had been begun in another browser.',
    other: 'The request was refused for another reason.',
    stronger_sign_in_needed: 'The sign-in was not as strong as it has to be by now.',
    unmet_authentication_requirements: 'The sign-in was not as strong as the request demanded.',
    unsupported_grant_type: 'There is no such grant type.',
    unsupported_response_type: 'There is no such response type.',
    use_dpop_nonce: 'The DPoP proof did not have the nonce that was in force.',
  },
  'request.throttled': {
    authorization: 'Too many sign-ins were begun from one network.',
    client_assertion: 'Too many assertions of clients with a metadata document came from one network.',
    mailed_link: 'A form that mails a link was sent too often.',
    metadata_document: 'The metadata document had to be fetched, and too many were fetched for one network.',
    pushed_authorization_request: 'Too many requests were pushed.',
    registration: 'Too many apps registered themselves from one network.',
  },
  'client.authentication_failed': {
    not_proven: 'The client did not prove who it is: wrong secret, wrong assertion, or another method than registered.',
  },
  'client.authentication_throttled': {
    too_many_attempts: 'The client failed to prove who it is too often from one network: nothing was checked.',
  },
} satisfies Sentences;
