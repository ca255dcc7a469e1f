/** Members that specifications register, with what enforces them here. */

export interface Member {
  /** `client`: also a client that registers itself. `provider`: made here, and taken from an administrator only where it says so. */
  readonly setBy: 'client' | 'administrator' | 'provider';
  readonly meaning: string;
  /** What holds where it is left out. */
  readonly byDefault: string;
  /** Our file, or the rule that oidc-provider enforces. */
  readonly enforcedBy: string;
  /** RFC 7591 2.2: in several languages, those of the pages. */
  readonly isTagged?: true;
  /** A list that bounds: left out, it allows all that there is. */
  readonly isAllByDefault?: true;
  /** Without the code flow nothing comes of it. */
  readonly isOfCodeFlow?: true;
  /** oidc-provider does not know it, and keeps it because we say so. Each of our own is so. */
  readonly isUnknownToProvider?: true;
  /** An administrator may bring it along when the client is created: a migration. */
  readonly isBroughtAlong?: true;
}

const namesAndLinks = 'src/web/pages/names-and-links.ts';

export const protocolMembers = {
  redirect_uris: {
    setBy: 'client',
    meaning: 'where codes are sent, compared as exact strings; the port of a loopback address of a native app is free',
    byDefault: 'none; one at least where users sign in',
    enforcedBy: 'src/domain/clients/metadata/uris.ts, RFC 9700 2.1',
    isOfCodeFlow: true,
  },
  post_logout_redirect_uris: {
    setBy: 'client',
    meaning: 'where a browser may go after signing out, compared as exact strings',
    byDefault: 'none',
    enforcedBy: 'src/domain/clients/metadata/uris.ts, OIDC RP-Initiated Logout 2',
    isOfCodeFlow: true,
  },
  application_type: {
    setBy: 'client',
    meaning: '`web` or `native`: which URIs it may register',
    byDefault:
      '`web`; `native` of a client that describes itself, in a registration or a metadata document, where one of its redirect URIs is a loopback address or of a private-use scheme',
    enforcedBy: 'src/domain/clients/metadata/uris.ts, RFC 8252 7',
  },
  token_endpoint_auth_method: {
    setBy: 'client',
    meaning:
      'how it authenticates, wherever it does: by its secret (`client_secret_basic` and `client_secret_post` allow both), `private_key_jwt`, or `none`',
    byDefault: '`client_secret_basic`',
    enforcedBy: 'RFC 6749 2.3',
  },
  token_endpoint_auth_signing_alg: {
    setBy: 'client',
    meaning: 'the one algorithm of its assertions (`private_key_jwt`)',
    byDefault: 'each that discovery lists',
    enforcedBy: 'OIDC Core 9',
  },
  grant_types: {
    setBy: 'client',
    meaning: 'the grants that it may use',
    byDefault: '`authorization_code`; by flags also `refresh_token`',
    enforcedBy: 'RFC 7591 2',
  },
  response_types: {
    setBy: 'client',
    meaning: '`code`, or none for a client that no user signs in to',
    byDefault: '`code` where its grants have the code',
    enforcedBy: 'RFC 7591 2',
  },
  response_modes: {
    setBy: 'client',
    meaning: 'the only response modes that it may request',
    byDefault: 'each that discovery lists',
    enforcedBy: 'OAuth 2.0 Multiple Response Types 2.1',
    isAllByDefault: true,
    isOfCodeFlow: true,
  },
  scope: {
    setBy: 'client',
    meaning:
      'the only OIDC scopes that it may request, with the claims of no others; a request without `scope` is for these. Of a client that describes itself scopes of APIs are left out: it may request those of every resource that it may have. That it names `roles` is for administrators to set',
    byDefault: 'every scope but `roles`, which is left out of its requests; a request without any is an error',
    enforcedBy: 'src/provider/policy/registration.ts, src/provider/policy/requested-scope.ts',
    isAllByDefault: true,
  },
  jwks: {
    setBy: 'client',
    meaning: 'its public keys, for `private_key_jwt`; never together with `jwks_uri`',
    byDefault: 'none',
    enforcedBy: 'RFC 7523 3',
  },
  jwks_uri: {
    setBy: 'client',
    meaning: 'where its public keys are',
    byDefault: 'none',
    enforcedBy: 'src/provider/options/protocol.ts, RFC 7523 3',
  },
  id_token_signed_response_alg: {
    setBy: 'client',
    meaning: 'how its ID tokens and logout tokens are signed',
    byDefault: '`RS256`',
    enforcedBy: 'OIDC Registration 2',
    isOfCodeFlow: true,
  },
  default_max_age: {
    setBy: 'client',
    meaning: 'how old a sign-in may be, in seconds, where a request says nothing',
    byDefault: 'any age',
    enforcedBy: 'OIDC Core 3.1.2.1',
    isOfCodeFlow: true,
  },
  require_auth_time: {
    setBy: 'client',
    meaning: 'its ID tokens have `auth_time` whatever a request says',
    byDefault: '`false`',
    enforcedBy: 'OIDC Core 2',
    isOfCodeFlow: true,
  },
  default_acr_values: {
    setBy: 'client',
    meaning:
      'taken for `acr_values` where a request has none: its users sign in with one of these levels, or a higher one',
    byDefault: 'none',
    enforcedBy: 'OIDC Registration 2',
    isOfCodeFlow: true,
  },
  initiate_login_uri: {
    setBy: 'client',
    meaning:
      'where it lets a sign-in begin (OIDC Core 4): /account leads there, and a page from which a sign-in cannot go on',
    byDefault: 'such a page leads to `client_uri`',
    enforcedBy: namesAndLinks,
    isOfCodeFlow: true,
  },
  backchannel_logout_uri: {
    setBy: 'client',
    meaning: 'where a logout token is sent when a session of it ends',
    byDefault: 'none is sent',
    enforcedBy: 'OIDC Back-Channel Logout 2.5',
    isOfCodeFlow: true,
  },
  backchannel_logout_session_required: {
    setBy: 'client',
    meaning: 'its logout tokens and ID tokens have `sid`',
    byDefault: '`false`',
    enforcedBy: 'OIDC Back-Channel Logout 2.2',
    isOfCodeFlow: true,
  },
  require_pushed_authorization_requests: {
    setBy: 'client',
    meaning: 'a request that was not pushed is an error',
    byDefault: '`false`',
    enforcedBy: 'RFC 9126 6',
    isOfCodeFlow: true,
  },
  require_signed_request_object: {
    setBy: 'client',
    meaning: 'a request that is not signed is an error; needs `jwks` or `jwks_uri`',
    byDefault: '`false`',
    enforcedBy: 'RFC 9101 10.5',
    isOfCodeFlow: true,
  },
  request_object_signing_alg: {
    setBy: 'client',
    meaning: 'the one algorithm of its signed requests',
    byDefault: 'each that discovery lists',
    enforcedBy: 'RFC 9101 10.4',
    isOfCodeFlow: true,
  },
  authorization_signed_response_alg: {
    setBy: 'client',
    meaning: 'how signed answers to it are signed (JARM)',
    byDefault: '`RS256`',
    enforcedBy: 'JARM 3',
    isOfCodeFlow: true,
  },
  dpop_bound_access_tokens: {
    setBy: 'client',
    meaning: 'a token request without a DPoP proof is an error',
    byDefault: '`false`',
    enforcedBy: 'RFC 9449 5.2',
  },
} as const satisfies Readonly<Record<string, Member>>;

export const informativeMembers = {
  client_name: {
    setBy: 'client',
    meaning: 'the name that people see',
    byDefault: 'they see the `client_id`',
    enforcedBy: namesAndLinks,
    isTagged: true,
  },
  organization_name: {
    setBy: 'administrator',
    meaning: 'whose app it is: on the consent page (OpenID Federation 1.0, 5.2.2)',
    byDefault: 'people see the host of `client_uri` alone',
    enforcedBy: namesAndLinks,
    isTagged: true,
    isUnknownToProvider: true,
  },
  client_uri: {
    setBy: 'client',
    meaning: 'its home page: on the consent page, and the way back from pages on which nothing goes on',
    byDefault: 'no link',
    enforcedBy: namesAndLinks,
    isTagged: true,
  },
  logo_uri: {
    setBy: 'client',
    meaning: 'on the pages of a sign-in',
    byDefault: 'the first letter of its name',
    enforcedBy: namesAndLinks,
    isTagged: true,
  },
  policy_uri: {
    setBy: 'client',
    meaning: 'its privacy policy, a link of the consent page',
    byDefault: 'no link',
    enforcedBy: 'src/web/interactions/consent.ts',
    isTagged: true,
  },
  tos_uri: {
    setBy: 'client',
    meaning: 'its terms of service, a link of the consent page',
    byDefault: 'no link',
    enforcedBy: 'src/web/interactions/consent.ts',
    isTagged: true,
  },
  contacts: {
    setBy: 'client',
    meaning: 'e-mail addresses of who runs it, for you',
    byDefault: 'none',
    enforcedBy: 'informative',
  },
  software_id: {
    setBy: 'client',
    meaning: 'which software it is, for you',
    byDefault: 'none',
    enforcedBy: 'informative',
    isUnknownToProvider: true,
  },
  software_version: {
    setBy: 'client',
    meaning: 'and of which version',
    byDefault: 'none',
    enforcedBy: 'informative',
    isUnknownToProvider: true,
  },
} as const satisfies Readonly<Record<string, Member>>;
