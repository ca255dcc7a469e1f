/**
 * Members that are known and promise what nothing here enforces. Stored, they would tell a client that it is protected, or served,
 * as it is not (RFC 7591 3.2.1: what is registered is what the response says).
 */

export interface RefusedMember {
  /** Why, and what there is instead. */
  readonly reason: string;
  /** The value that asks for nothing: it says what holds anyway. Clients send it, and oidc-provider stores some as its defaults. */
  readonly harmless?: unknown;
}

type Row = readonly [reason: string, ...names: (string | readonly [name: string, harmless: unknown])[]];

const rows: readonly Row[] = [
  ['nothing is fetched for a request: push it (RFC 9126)', ['request_uris', []]],
  ['userinfo answers with JSON, not with a JWT', 'userinfo_signed_response_alg'],
  ['introspection answers with JSON, not with a JWT', 'introspection_signed_response_alg'],
  [
    'nothing is encrypted for a client, and nothing that it sends is decrypted',
    ...['id_token', 'userinfo', 'introspection', 'authorization'].flatMap((what) => [
      `${what}_encrypted_response_alg`,
      `${what}_encrypted_response_enc`,
    ]),
    'request_object_encryption_alg',
    'request_object_encryption_enc',
  ],
  ['every client knows an account by the same sub', ['subject_type', 'public'], 'sector_identifier_uri'],
  [
    'no frame is loaded at a sign-out: register backchannel_logout_uri',
    'frontchannel_logout_uri',
    ['frontchannel_logout_session_required', false],
  ],
  [
    'certificates of clients are not looked at: private_key_jwt authenticates a client, and dpop_bound_access_tokens binds its tokens',
    ['tls_client_certificate_bound_access_tokens', false],
    ['use_mtls_endpoint_aliases', false],
    ...['subject_dn', 'san_dns', 'san_uri', 'san_ip', 'san_email'].map((name) => `tls_client_auth_${name}`),
  ],
  ['a request has scopes and resources, no authorization_details', ['authorization_details_types', []]],
  [
    'nobody is asked to sign in by a back channel (CIBA)',
    'backchannel_token_delivery_mode',
    'backchannel_client_notification_endpoint',
    'backchannel_authentication_request_signing_alg',
    ['backchannel_user_code_parameter', false],
  ],
  ['the signature of a software statement is not checked', 'software_statement'],
  ['it belongs to the response of a registration', 'registration_access_token', 'registration_client_uri'],
  // OpenID Connect Relying Party Metadata Choices 1.0
  [
    'it offers a choice: register the one value, by the name of its own member',
    ...['id_token', 'userinfo', 'introspection', 'authorization', 'request_object'].flatMap((what) => [
      `${what}_signing_alg_values_supported`,
      `${what}_encryption_alg_values_supported`,
      `${what}_encryption_enc_values_supported`,
    ]),
    'backchannel_authentication_request_signing_alg_values_supported',
    'subject_types_supported',
    'token_endpoint_auth_methods_supported',
    'token_endpoint_auth_signing_alg_values_supported',
  ],
];

export const refusedMembers: ReadonlyMap<string, RefusedMember> = new Map(
  rows.flatMap(([reason, ...names]) =>
    names.map((entry): [string, RefusedMember] =>
      typeof entry === 'string' ? [entry, { reason }] : [entry[0], { reason, harmless: entry[1] }],
    ),
  ),
);

/**
 * What a client that registers itself may ask for in vain: its registration goes on without. Conforming clients of OpenID Connect register
 * `request_uris` (OIDC Registration 2), and a request that names one is refused by itself.
 */
export const leftOutOfRegistrations: ReadonlySet<string> = new Set(['request_uris']);
