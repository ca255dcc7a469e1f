/**
 * Clients that nobody registers: their `client_id` is the address of a document with their metadata
 * (draft-ietf-oauth-client-id-metadata-document). It has the rules of a registration, but for what administrators set: that has no
 * effect there.
 */
import type { MemberProblem } from '../../domain-error.ts';
import { scopesOfChosenClients } from '../../scopes/names.ts';
import { isForClients } from '../metadata/member-rules.ts';
import type { ClientMetadata } from '../metadata/metadata.ts';
import { refusedMembers } from '../metadata/refused-members.ts';
import { impliedType } from '../metadata/self-described.ts';
import type { UriProblemCode } from '../metadata/uris.ts';

export const MAX_CLIENT_ID_CHARACTERS = 255;
/** An address of the network in place of a name, as URLs are written in their one form. */
const IP_ADDRESS = /^(?:\[|[\d.]+$)/;

/**
 * Whether there can be a document at it (section 3 of the draft). Only in the one form that URLs have: so there are no dot segments,
 * no IP address in disguise, no second spelling of the host, and there is a path.
 */
export function isDocumentAddress(clientId: string): boolean {
  if (!clientId.startsWith('https://') || clientId.length > MAX_CLIENT_ID_CHARACTERS) return false;
  const url = URL.parse(clientId);
  if (url === null || url.href !== clientId || clientId.includes('#')) return false;
  return url.username === '' && url.password === '' && !IP_ADDRESS.test(url.hostname) && !url.hostname.endsWith('.');
}

/** What a document may say: the rest, which is for administrators, or made by the provider, or unknown, has no effect. */
function isSaid(name: string): boolean {
  return refusedMembers.has(name) || name === 'client_id' || isForClients(name);
}

/** A document is for every server that reads it: the scopes of others are left out, and those for clients that are chosen. */
export function documentScope(scope: string, known: ReadonlySet<string>): string {
  const own = scope.split(' ').filter((name) => known.has(name) && !scopesOfChosenClients.includes(name));
  return own.join(' ') || 'openid';
}

/** The metadata of the client, of what its document says. It has no secret, so where it names no way to authenticate there is none. */
export function documentMetadata(document: ClientMetadata, known: ReadonlySet<string>): ClientMetadata {
  const said = Object.fromEntries(Object.entries(document).filter(([name]) => isSaid(name)));
  const { scope, grant_types: grants } = said;
  return {
    token_endpoint_auth_method: 'none',
    ...impliedType(said),
    ...said,
    // A token of its own would be of somebody whom nobody here knows.
    ...(Array.isArray(grants) && { grant_types: grants.filter((grant) => grant !== 'client_credentials') }),
    ...(typeof scope === 'string' && { scope: documentScope(scope, known) }),
  };
}

const isSecure = (uri: unknown): boolean => typeof uri === 'string' && URL.parse(uri)?.protocol === 'https:';

/** What is wrong with it before any rule for clients is asked, or undefined. */
export function documentProblem(document: unknown, address: string): string | undefined {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return 'it is no JSON object';
  const metadata = document as ClientMetadata;
  if (metadata.client_id !== address) return 'its client_id is not the address that it is at';
  if ('client_secret' in metadata || 'client_secret_expires_at' in metadata) return 'it holds a client_secret';
  const { token_endpoint_auth_method: method = 'none' } = metadata;
  if (method !== 'none' && method !== 'private_key_jwt')
    return 'token_endpoint_auth_method is none or private_key_jwt in a document';
  // oidc-provider's own rule, also for development.
  const insecure = Object.entries(metadata).find(
    ([name, uri]) => isSaid(name) && /_uri(?:#|$)/.test(name) && !isSecure(uri),
  );
  return insecure === undefined ? undefined : `${insecure[0]} must use https`;
}

const rules = {
  uri_user: 'holds a user or a password',
  uri_too_long: 'is too long',
  uri_characters: 'holds characters that a URI does not have, or wildcards',
  uri_not_absolute: 'is not an absolute URI',
  uri_fragment: 'holds a fragment',
  uri_not_https: 'must use https',
  uri_scheme: 'must use https, or a scheme like com.example.app',
  uri_host: 'must have the plain name or address of a host',
  uri_port: 'must have a port from 1 to 65535, or none',
  uri_spelling: 'must be written as browsers read it',
  uri_path: 'must hold no . or .. between slashes',
  uri_parameters: 'must hold no parameter of the answer, such as code or state',
  uri_no_origin: 'is not an origin like https://app.example',
} as const satisfies Readonly<Record<UriProblemCode, string>>;

const ruleOf = (code: string | undefined): string => {
  const found = Object.entries(rules).find(([known]) => known === code);
  return found?.[1] ?? 'is not accepted';
};

/** For pages of ours: which members are wrong and by which rule. Nobody writes on a page by what they put into a document. */
export function describeWithoutValues(problems: readonly Pick<MemberProblem, 'member' | 'code'>[]): string {
  const texts = problems.map(({ member, code }) => `${member} ${ruleOf(code)}`);
  return [...new Set(texts)].join('; ');
}
