/** Client metadata in its wire spelling (RFC 7591 2), with our own members beside oidc-provider's. */
import type { ClientAuthor } from '../../../storage/records/clients.ts';
import { claimNameProblem, isReleasedClaim, isReservedClaim } from '../../accounts/claims.ts';
import { DomainError, type MemberProblem, type MemberProblemCode } from '../../domain-error.ts';
import { isLevel, levels } from '../../factors/levels.ts';
import { isInheritedName } from '../../inherited-names.ts';
import { privateKeyMembers } from '../../private-key-members.ts';
import { identifierProblem } from '../../resources/resources.ts';
import { isScopeName } from '../../scopes/names.ts';
import { hasInvisibleCharacter, hasVisibleCharacter } from '../../visible-text.ts';
import { fapiProblem, withFapiDefaults } from './fapi.ts';
import { lifetimeProblems } from './lifetimes.ts';
import { taggedNames, unenforcedProblems } from './member-rules.ts';
import { schemeProblem } from './schemes.ts';
import { impliedType } from './self-described.ts';
import { usesCodeFlow } from './sign-in.ts';
import {
  answerParameterProblem,
  isWebAddress,
  linkProblem,
  originProblem,
  shownUri,
  type UriProblem,
  type UriRules,
  uriProblem,
} from './uris.ts';

export type ClientMetadata = Readonly<Record<string, unknown>>;

/**
 * oidc-provider's own validation: synchronous, throws an Error with what is wrong as its message. It gets the metadata with a
 * `client_secret` when the client has one.
 */
export type ValidateClientMetadata = (metadata: ClientMetadata) => void;

/** Throws what is wrong with one member. */
export function refuseMember(member: string, text: string, code?: MemberProblemCode): never {
  const problem = { member, text, ...(code !== undefined && { code }) };
  throw new DomainError('client_metadata_invalid', { reason: text, problems: [problem] });
}

function memberProblem(member: string, uri: string, { code, text }: UriProblem): MemberProblem {
  // A password is not repeated.
  return { member, text: `${member}: ${text}`, code, ...(code !== 'uri_user' && { uri: shownUri(uri) }) };
}

function textsOf(metadata: ClientMetadata, name: string): readonly string[] {
  const value = metadata[name] ?? [];
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    return refuseMember(name, `${name} must be an array of strings`);
  }
  return value;
}

export function textOf(metadata: ClientMetadata, name: string): string | undefined {
  const value = metadata[name];
  if (value !== undefined && (typeof value !== 'string' || value === '')) {
    return refuseMember(name, `${name} must be a non-empty string`);
  }
  return value;
}

/** True for the methods that send a secret (RFC 6749 2.3.1). Those that need it in plain text at our side are not offered: we store hashes. */
export function needsSecret(metadata: ClientMetadata): boolean {
  // RFC 7591 2: the one where nothing is said, as in what was stored long ago.
  const method = metadata.token_endpoint_auth_method ?? 'client_secret_basic';
  return method === 'client_secret_basic' || method === 'client_secret_post';
}

/**
 * RFC 7591 2. The defaults are stored too, so that a client keeps them when ours change. `application_type` is guessed from the redirect
 * URIs, but never for an administrator, who means what was given.
 */
export function withDefaults(metadata: ClientMetadata, by: ClientAuthor = 'registration'): ClientMetadata {
  const grantTypes = metadata.grant_types ?? ['authorization_code'];
  const isOfCodeFlow = usesCodeFlow({ grant_types: grantTypes });
  const complete = {
    token_endpoint_auth_method: 'client_secret_basic',
    response_types: isOfCodeFlow ? ['code'] : [],
    redirect_uris: [],
    ...(by !== 'administrator' && impliedType(metadata)),
    ...metadata,
    grant_types: grantTypes,
  };
  // OIDC Registration 2
  return { ...(isOfCodeFlow && { id_token_signed_response_alg: 'RS256' }), ...withFapiDefaults(complete) };
}

const booleans = ['require_pkce', 'first_party', 'allow_endpoint_audience', 'use_granted_resource'] as const;
const wayBackUris = ['redirect_uris', 'post_logout_redirect_uris'] as const;
const httpsUris = ['backchannel_logout_uri', 'initiate_login_uri', 'jwks_uri'] as const;

export interface MetadataRules extends Pick<UriRules, 'allowsLoopbackHttp' | 'isLoopbackHost'> {
  /** An address, or a range such as 10.0.0.0/8. */
  readonly isAddressRange: (text: string) => boolean;
  /** What this service is called. */
  readonly brandName: string;
}

/** Throws what is wrong with one member, if anything is. */
type Check = () => void;

function uriChecks(metadata: ClientMetadata, { allowsLoopbackHttp, isLoopbackHost }: MetadataRules): readonly Check[] {
  const refuse = (name: string, uri: string, found: UriProblem | undefined): void => {
    if (found === undefined) return;
    const problem = memberProblem(name, uri, found);
    throw new DomainError('client_metadata_invalid', { reason: problem.text, problems: [problem] });
  };
  const isNative = metadata.application_type === 'native';
  const { allowed_schemes: schemes } = metadata;
  const appRules: UriRules = {
    allowsLoopbackHttp: allowsLoopbackHttp || isNative,
    isLoopbackHost,
    allowsPrivateScheme: isNative,
    allowedSchemes: Array.isArray(schemes) ? schemes : [],
  };
  const webRules: UriRules = { ...appRules, allowsLoopbackHttp, allowsPrivateScheme: false };
  const checkEach = (name: string, problemOf: (text: string) => UriProblem | undefined) => (): void => {
    for (const text of textsOf(metadata, name)) refuse(name, text, problemOf(text));
  };
  const checkOne = (name: string) => (): void => {
    const uri = textOf(metadata, name);
    if (uri !== undefined) refuse(name, uri, uriProblem(uri, webRules));
  };
  return [
    ...wayBackUris.map((name) => checkEach(name, (uri) => uriProblem(uri, appRules))),
    ...httpsUris.map(checkOne),
    checkEach('cors_origins', (origin) => originProblem(origin, appRules)),
  ];
}

function checkResources(metadata: ClientMetadata): void {
  for (const identifier of textsOf(metadata, 'resources')) {
    const problem = identifierProblem(identifier);
    if (problem !== undefined) refuseMember('resources', `resources: ${problem}`);
  }
}

function checkSchemes(metadata: ClientMetadata): void {
  for (const scheme of textsOf(metadata, 'allowed_schemes')) {
    const problem = schemeProblem(scheme);
    if (problem !== undefined) refuseMember('allowed_schemes', `allowed_schemes: ${problem}`);
  }
  if (metadata.allowed_schemes !== undefined && metadata.application_type !== 'native')
    refuseMember('allowed_schemes', 'allowed_schemes is for a native app (application_type)');
}

function checkKeys({ jwks }: ClientMetadata): void {
  if (jwks === undefined) return;
  const keys: unknown = typeof jwks === 'object' && jwks !== null && 'keys' in jwks ? jwks.keys : undefined;
  if (!Array.isArray(keys)) refuseMember('jwks', 'jwks must be an object with an array of keys', 'keys_malformed');
  for (const key of keys as readonly unknown[]) {
    if (typeof key !== 'object' || key === null) refuseMember('jwks', 'jwks must hold keys', 'keys_malformed');
    if (privateKeyMembers.some((member) => member in key))
      refuseMember('jwks', 'jwks must hold public keys only', 'keys_private');
  }
}

function checkAddresses(metadata: ClientMetadata, { isAddressRange }: MetadataRules): void {
  const ranges = textsOf(metadata, 'allowed_ips');
  // Would say either that nobody may, or that everybody may.
  if (metadata.allowed_ips !== undefined && ranges.length === 0)
    refuseMember('allowed_ips', 'allowed_ips must name an address');
  const wrong = ranges.find((range) => !isAddressRange(range));
  if (wrong !== undefined)
    refuseMember('allowed_ips', `allowed_ips: ${wrong} is not an address or a range such as 10.0.0.0/8`);
}

/** What people see, in one language or several (RFC 7591 2.2), and what is kept for administrators. */
function textChecks(metadata: ClientMetadata): readonly Check[] {
  const checkName = (name: string) => (): void => {
    const text = textOf(metadata, name);
    if (text !== undefined && !hasVisibleCharacter(text))
      refuseMember(name, `${name} must hold something that can be seen`, 'name_invisible');
  };
  const checkLink = (name: string) => (): void => {
    const uri = textOf(metadata, name);
    if (uri !== undefined && !isWebAddress(uri)) refuseMember(name, `${name} must be an address of the web`);
  };
  const isName = (member: string): boolean => /^(?:client|organization)_name(?:#|$)/.test(member);
  return [
    ...['client_name', 'organization_name', ...taggedNames.filter(isName)].map(checkName),
    ...taggedNames.filter((member) => !isName(member)).map(checkLink),
    ...['software_id', 'software_version'].map((name) => () => void textOf(metadata, name)),
  ];
}

/** As somebody would type it: with something unseen in it, it would be no group of anybody. */
export const isGroupName = (text: string): boolean =>
  text !== '' && text === text.trim() && !hasInvisibleCharacter(text.replaceAll(' ', ''));

function checkGroups(metadata: ClientMetadata): void {
  const groups = textsOf(metadata, 'allowed_groups');
  // Would say either that nobody may, or that everybody may.
  if (metadata.allowed_groups !== undefined && groups.length === 0)
    refuseMember('allowed_groups', 'allowed_groups must name a group');
  const wrong = groups.find((group) => !isGroupName(group));
  if (wrong !== undefined)
    refuseMember('allowed_groups', `allowed_groups: ${JSON.stringify(wrong)} is not the name of a group`);
}

function checkMinimumLevel({ minimum_acr: level }: ClientMetadata): void {
  if (level !== undefined && !isLevel(level))
    refuseMember('minimum_acr', `minimum_acr must be one of ${levels.join(', ')}`);
}

function checkRequiredScopes(metadata: ClientMetadata): void {
  const wrong = textsOf(metadata, 'required_scopes').find((scope) => !isScopeName(scope));
  if (wrong !== undefined)
    refuseMember('required_scopes', `required_scopes: ${JSON.stringify(wrong)} is not a scope name`);
}

function checkIdTokenClaims(metadata: ClientMetadata): void {
  for (const claim of textsOf(metadata, 'id_token_claims')) {
    // A reserved one has no effect (`neverWorkingProblems`).
    const isWellFormed = isReleasedClaim(claim) || isReservedClaim(claim);
    const problem = isWellFormed ? undefined : claimNameProblem(claim);
    if (problem !== undefined) refuseMember('id_token_claims', `id_token_claims: ${problem}`);
  }
}

const includes = (list: unknown, name: string): boolean => Array.isArray(list) && list.includes(name);

function checkPkce({ require_pkce: isRequired, ...metadata }: ClientMetadata): void {
  if (isRequired !== false) return;
  // RFC 9700 2.1.1: for a public client PKCE alone binds a code to the app that requested it.
  if (metadata.token_endpoint_auth_method === 'none')
    refuseMember('require_pkce', 'require_pkce cannot be false for a public client');
  // RFC 8252 8.1: another app on the device can receive its code.
  if (metadata.application_type === 'native')
    refuseMember('require_pkce', 'require_pkce cannot be false for a native app');
}

function checkOwnTokens({ grant_types: grants, token_endpoint_auth_method: method }: ClientMetadata): void {
  // RFC 6749 4.4: everybody who knows its client_id would get them.
  if (method === 'none' && includes(grants, 'client_credentials'))
    refuseMember('grant_types', 'grant_types: client_credentials is for a client that authenticates');
}

function checkWayBack(metadata: ClientMetadata): void {
  const { redirect_uris: uris, response_types: types } = metadata;
  // A client that was stored with the grant alone is sent nothing, and goes on with its other grants (`neverWorkingProblems`).
  if (
    usesCodeFlow(metadata) &&
    includes(types, 'code') &&
    (uris === undefined || (Array.isArray(uris) && uris.length === 0))
  )
    refuseMember(
      'redirect_uris',
      'redirect_uris must name at least one: users sign in to the client, and are sent back there',
      'redirect_uri_missing',
    );
}

function checksOf(metadata: ClientMetadata, rules: MetadataRules): readonly Check[] {
  return [
    () => {
      const id = textOf(metadata, 'client_id');
      if (id !== undefined && isInheritedName(id)) refuseMember('client_id', `client_id must not be ${id}`);
    },
    ...booleans.map((name) => () => {
      const value = metadata[name];
      if (value !== undefined && typeof value !== 'boolean') refuseMember(name, `${name} must be true or false`);
    }),
    () => {
      // oidc-provider would only miss the secret, which is stored as a hash (ADR 0004).
      if (metadata.token_endpoint_auth_method === 'client_secret_jwt')
        refuseMember(
          'token_endpoint_auth_method',
          'token_endpoint_auth_method: client_secret_jwt would need the secret in plain text',
        );
    },
    () => checkPkce(metadata),
    () => checkOwnTokens(metadata),
    () => {
      if (metadata.allow_endpoint_audience === true && metadata.token_endpoint_auth_method !== 'private_key_jwt')
        refuseMember(
          'allow_endpoint_audience',
          'allow_endpoint_audience is for a client that authenticates by private_key_jwt',
        );
    },
    () => {
      const underFapi = fapiProblem(metadata);
      if (underFapi !== undefined) refuseMember(underFapi.member, underFapi.text);
    },
    ...textChecks(metadata),
    () => checkAddresses(metadata, rules),
    () => checkGroups(metadata),
    () => checkMinimumLevel(metadata),
    () => checkRequiredScopes(metadata),
    () => checkIdTokenClaims(metadata),
    () => checkWayBack(metadata),
    ...uriChecks(metadata, rules),
    () => checkResources(metadata),
    () => checkSchemes(metadata),
    () => checkKeys(metadata),
  ];
}

function problemOf(check: Check): readonly MemberProblem[] {
  try {
    check();
    return [];
  } catch (error) {
    if (error instanceof DomainError) return error.problems;
    throw error;
  }
}

export function problemsOf(checks: readonly Check[]): readonly MemberProblem[] {
  return checks.flatMap(problemOf);
}

const LINK = /^(?:client_uri|logo_uri|policy_uri|tos_uri)(?:#|$)/;

function hasKeys({ jwks, jwks_uri: uri }: ClientMetadata): boolean {
  const { keys } = (jwks ?? {}) as { readonly keys?: unknown };
  return uri !== undefined || (Array.isArray(keys) && keys.length > 0);
}

/** Of URIs that would lead people, or an answer, astray. */
function unfollowedProblems(metadata: ClientMetadata): readonly MemberProblem[] {
  const listed = wayBackUris.flatMap((name) => {
    const uris: readonly unknown[] = Array.isArray(metadata[name]) ? metadata[name] : [];
    return uris.map((uri) => ({ name, uri, problemOf: answerParameterProblem }));
  });
  const links = Object.entries(metadata).filter(([name]) => LINK.test(name));
  return [...listed, ...links.map(([name, uri]) => ({ name, uri, problemOf: linkProblem }))].flatMap(
    ({ name, uri, problemOf }) => {
      const problem = typeof uri === 'string' ? problemOf(uri) : undefined;
      return typeof uri !== 'string' || problem === undefined ? [] : [memberProblem(name, uri, problem)];
    },
  );
}

/**
 * What is promised and can never work. Nobody may register it; a client that was stored with it goes on with the rest of what it
 * does, until an administrator changes it.
 */
export function neverWorkingProblems(metadata: ClientMetadata): readonly MemberProblem[] {
  const problems: MemberProblem[] = [];
  const add = (member: string, text: string): void => void problems.push({ member, text });
  if (metadata.require_signed_request_object === true && !hasKeys(metadata))
    add('require_signed_request_object', 'require_signed_request_object is for a client with keys: jwks or jwks_uri');
  // RFC 7591 2.1
  if (usesCodeFlow(metadata) !== includes(metadata.response_types, 'code'))
    add('grant_types', 'grant_types has authorization_code if response_types has code, and only then');
  const { id_token_claims: claims } = metadata;
  for (const claim of Array.isArray(claims) ? claims : []) {
    if (typeof claim === 'string' && !isReleasedClaim(claim) && isReservedClaim(claim))
      add('id_token_claims', `id_token_claims: ${claimNameProblem(claim)}`);
  }
  return [...problems, ...unfollowedProblems(metadata)];
}

/** All that breaks our own rules. */
export function metadataProblems(metadata: ClientMetadata, rules: MetadataRules): readonly MemberProblem[] {
  return [...unenforcedProblems(metadata), ...problemsOf(checksOf(metadata, rules)), ...lifetimeProblems(metadata)];
}

/** In one sentence, each once. */
export function describeProblems(problems: readonly MemberProblem[]): string {
  return [...new Set(problems.map(({ text }) => text))].join('; ');
}

/** Throws every problem at once. */
export function refuseProblems(problems: readonly MemberProblem[]): void {
  if (problems.length > 0)
    throw new DomainError('client_metadata_invalid', { reason: describeProblems(problems), problems });
}
