/** Codes of oidc-provider for what Latchkey does not offer: nobody gets them, but whoever looks one up finds it. */
import { type Explanation, type Explanations, openid, rfc, type Section } from '../explanation.ts';

const notOffered = (feature: string, ...sections: readonly Section[]): Explanation => ({
  summary: `It belongs to ${feature}, which Latchkey does not offer.`,
  causes: {},
  sections,
});

const devices = notOffered('the device flow', rfc(8628, '3.5'));
const backchannel = notOffered('backchannel sign-in (CIBA)', openid('OpenID Connect CIBA', { section: '13' }));
const statements = notOffered('software statements', rfc(7591, '3.2.2'));
const credentials = notOffered('the issuing of credentials', openid('OpenID for Verifiable Credential Issuance'));
const attestation = notOffered('the attestation of clients');

export const switchedOffErrors: Explanations = {
  authorization_pending: devices,
  slow_down: devices,
  expired_token: devices,
  expired_login_hint_token: backchannel,
  invalid_binding_message: backchannel,
  invalid_user_code: backchannel,
  missing_user_code: backchannel,
  transaction_failed: backchannel,
  unknown_user_id: backchannel,
  invalid_software_statement: statements,
  unapproved_software_statement: statements,
  invalid_authorization_details: notOffered('rich authorization requests', rfc(9396, '5')),
  invalid_credential_request: credentials,
  credential_request_denied: credentials,
  invalid_nonce: credentials,
  invalid_proof: credentials,
  unknown_credential_configuration: credentials,
  unknown_credential_identifier: credentials,
  invalid_client_attestation: attestation,
  use_attestation_challenge: attestation,
  use_fresh_attestation: attestation,
  request_not_supported: {
    summary:
      'Request objects cannot be sent. Latchkey takes signed ones, by value and pushed, and says `invalid_request_object` of those that are not good.',
    causes: {},
    sections: [openid('OpenID Connect Core', { section: '3.1.2.6', anchor: 'AuthError' }), rfc(9101, '6.2')],
  },
  unsupported_token_type: {
    summary:
      'A token of this kind cannot be introspected or revoked. Latchkey introspects and revokes all of its own, JWT access tokens too, and so does not send this.',
    causes: {},
    sections: [rfc(7009, '2.2.1')],
  },
};
