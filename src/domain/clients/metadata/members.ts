/**
 * Every member of client metadata that we keep, with what enforces it. What promises something that nothing enforces is in
 * `refused-members.ts`. docs/client-metadata.md is made from both (`npm run docs:metadata`).
 */
import { informativeMembers, type Member, protocolMembers } from './standard-members.ts';

/** The pages come in them. */
export const taggedLanguages = ['en', 'de'] as const;
export type TaggedLanguage = (typeof taggedLanguages)[number];

const ownMembers = {
  require_pkce: {
    setBy: 'administrator',
    meaning: 'whether an authorization request needs a code challenge; `false` for confidential clients only',
    byDefault: '`true`',
    enforcedBy: 'src/provider/options/clients.ts',
    isOfCodeFlow: true,
  },
  cors_origins: {
    setBy: 'administrator',
    meaning: 'origins of browser pages that may call for the client',
    byDefault:
      'none where a policy bounds it; of a public web app the origins of its redirect URIs, of a native app `capacitor://localhost`, `ionic://localhost`, `http://localhost` and `https://localhost`, of a public one its loopback redirect URIs too; else none',
    enforcedBy: 'src/provider/options/clients.ts',
  },
  allowed_schemes: {
    setBy: 'administrator',
    meaning:
      'schemes without a dot that its redirect URIs may have, such as `exp`: for native apps. Another app on a device can take such a scheme for itself',
    byDefault: 'https, loopback addresses, and schemes like `com.example.app`',
    enforcedBy: 'src/domain/clients/metadata/uris.ts, RFC 8252 7.1',
    isOfCodeFlow: true,
  },
  first_party: {
    setBy: 'administrator',
    meaning: 'one of your own apps: people are not asked for consent',
    byDefault: '`false`',
    enforcedBy: 'src/provider/options/consent.ts',
    isOfCodeFlow: true,
  },
  required_scopes: {
    setBy: 'administrator',
    meaning: 'scopes that it does not work without: people who allow it anything cannot leave them out',
    byDefault: 'none but `openid`',
    enforcedBy: 'src/provider/policy/consent-question.ts',
    isOfCodeFlow: true,
  },
  resources: {
    setBy: 'administrator',
    meaning:
      'the only resources that it may request (RFC 8707). Without a user (`client_credentials`) a client that no administrator made may only where one decided its `grant_types` too, or its initial access token bounds them; a client of a metadata document never',
    byDefault: 'all, with the consent of a user; none for itself',
    enforcedBy: 'src/provider/options/resources.ts',
    isAllByDefault: true,
  },
  refresh_grace_seconds: {
    setBy: 'administrator',
    meaning: 'for how long a used refresh token is answered again, 0 to 60',
    byDefault: 'the setting `REFRESH_GRACE_SECONDS`',
    enforcedBy: 'src/provider/options/tokens.ts',
    isOfCodeFlow: true,
  },
  access_token_seconds: {
    setBy: 'administrator',
    meaning: 'how long its access tokens live, 60 to 86400; of this and what the resource has, the smaller holds',
    byDefault: 'as the resource has it; 600 for userinfo',
    enforcedBy: 'src/provider/options/lifetimes.ts',
  },
  refresh_token_idle_seconds: {
    setBy: 'administrator',
    meaning: 'how long a refresh token lives without use, 60 to 2592000',
    byDefault: '2592000: 30 days',
    enforcedBy: 'src/provider/options/lifetimes.ts',
    isOfCodeFlow: true,
  },
  refresh_token_max_seconds: {
    setBy: 'administrator',
    meaning: 'how long after a sign-in it can refresh at all, 60 to 31622400',
    byDefault: '31622400: 366 days',
    enforcedBy: 'src/provider/options/lifetimes.ts, src/provider/options/tokens.ts',
    isOfCodeFlow: true,
  },
  allowed_ips: {
    setBy: 'administrator',
    meaning: 'addresses and ranges from which alone it may call',
    byDefault: 'everywhere',
    enforcedBy: 'src/provider/adapter/clients.ts',
    isAllByDefault: true,
  },
  allowed_groups: {
    setBy: 'administrator',
    meaning: 'groups whose accounts alone may use it',
    byDefault: 'everybody',
    enforcedBy: 'src/provider/policy/allowed-groups.ts',
    isAllByDefault: true,
    isOfCodeFlow: true,
  },
  minimum_acr: {
    setBy: 'administrator',
    meaning: 'the level that people must have signed in with before it gets a code or refreshes a token',
    byDefault: 'any level',
    enforcedBy: 'src/provider/policy/demanded-level.ts, src/provider/options/issued-level.ts',
    isOfCodeFlow: true,
  },
  id_token_claims: {
    setBy: 'administrator',
    meaning: 'granted claims that its ID tokens hold too',
    byDefault: 'none',
    enforcedBy: 'src/provider/options/id-token-claims.ts',
    isOfCodeFlow: true,
  },
  allow_endpoint_audience: {
    setBy: 'administrator',
    meaning: 'its assertions may name the endpoint that they are sent to, not the issuer alone',
    byDefault: '`false`',
    enforcedBy: 'src/provider/options/clients.ts',
  },
  use_granted_resource: {
    setBy: 'administrator',
    meaning:
      'whether a token request that names no resource is for the one that was granted, else for userinfo (RFC 8707 2.2)',
    byDefault: '`true`',
    enforcedBy: 'src/provider/options/granted-resource.ts',
    isOfCodeFlow: true,
  },
  fapi_profile: {
    setBy: 'administrator',
    meaning: 'holds it to the FAPI Security Profile of that version',
    byDefault: 'none; `2.0` is the one there is',
    enforcedBy: 'src/domain/clients/metadata/fapi.ts, src/provider/options/fapi.ts',
  },
} as const satisfies Readonly<Record<string, Member>>;

const madeHere = {
  client_id: {
    setBy: 'provider',
    meaning: 'names the client; never changed',
    byDefault: 'made from its name and random bytes',
    enforcedBy: 'src/domain/clients/register.ts',
    isBroughtAlong: true,
  },
  client_secret: {
    setBy: 'provider',
    meaning: 'kept as a keyed hash, shown once; 128 bits at least',
    byDefault: '256 random bits, for clients that authenticate with one',
    enforcedBy: 'src/provider/overrides.ts',
    isBroughtAlong: true,
  },
  client_id_issued_at: {
    setBy: 'provider',
    meaning: 'when it was registered: tokens from before are of another client with the same `client_id`',
    byDefault: 'now',
    enforcedBy: 'src/provider/options/tokens.ts',
  },
  client_secret_expires_at: {
    setBy: 'provider',
    meaning: 'always `0`: a secret ends when it is rotated',
    byDefault: '`0`, beside a secret',
    enforcedBy: 'RFC 7591 3.2.1',
  },
} as const satisfies Readonly<Record<string, Member>>;

export const memberGroups = {
  'The protocol': protocolMembers,
  'What people and you see': informativeMembers,
  "Latchkey's own": ownMembers,
  'Made here': madeHere,
} as const satisfies Readonly<Record<string, Readonly<Record<string, Member>>>>;

export const members: ReadonlyMap<string, Member> = new Map(
  Object.values(memberGroups).flatMap((group) => Object.entries<Member>(group)),
);

const memberIn = [...members.keys()].map((name) => ({ name, form: new RegExp(`\\b${name}\\b`) }));

/** The first of them that an error of oidc-provider's is about. */
export const memberNamedIn = (text: string): string | undefined => memberIn.find(({ form }) => form.test(text))?.name;

/** Whether both texts are about one of them. */
export const nameTheSameMember = (text: string, other: string): boolean =>
  memberIn.some(({ form }) => form.test(text) && form.test(other));

/** What oidc-provider keeps of a client only because it is told to. */
export const membersUnknownToProvider: readonly string[] = [...members]
  .filter(([name, { isUnknownToProvider }]) => name in ownMembers || isUnknownToProvider === true)
  .map(([name]) => name);
