/** What clients may register, how they authenticate, and which browser origins may call for them. */
import { type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider';
import { taggedNames } from '../../domain/clients/metadata/member-rules.ts';
import { membersUnknownToProvider } from '../../domain/clients/metadata/members.ts';
import { describeProblems, type MetadataRules, metadataProblems } from '../../domain/clients/metadata/metadata.ts';
import { refusedMembers } from '../../domain/clients/metadata/refused-members.ts';
import { appOrigins } from '../../domain/clients/metadata/uris.ts';
import type { Clock } from '../../ports/clock.ts';
import type { FailedClients } from '../protection/failed-clients.ts';
import { isOfType } from '../protection/jwt-types.ts';
import { isFromDocument } from '../request.ts';
import { clockToleranceSeconds, longestAssertionSeconds, longestDocumentAssertionSeconds } from './lifetimes.ts';

/**
 * What oidc-provider keeps of a client beside what it knows itself. With the members that nothing enforces, it shows us those too,
 * in clients that were stored before they were refused.
 */
const customMembers = [...membersUnknownToProvider, ...taggedNames, ...refusedMembers.keys()];

type Metadata = Readonly<Record<string, unknown>>;

/** Of a stored client, and of what a metadata document makes one. Who registers or changes one is asked more, by `clientProblems`. */
function checkOwnRules(metadata: Metadata, rules: MetadataRules): void {
  const problems = metadataProblems(metadata, rules);
  if (problems.length === 0) return;
  const message = describeProblems(problems);
  // For the event: which stored client it is that nobody can use until an administrator changes it.
  const detail = `the client ${metadata.client_id}: ${message}`;
  // Made with its description, one about redirect_uris would have the code of a request with a wrong one.
  throw Object.assign(new errors.InvalidClientMetadata('', { detail }), { error_description: message, problems });
}

type Client = NonNullable<KoaContextWithOIDC['oidc']['client']>;

export const clientAuthMethods = ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'] as const;

/** RFC 9700 2.1.1: for a public client, and for one on a device, there is no way around it. */
function codeChallengeMissing({
  clientAuthMethod,
  applicationType,
}: Pick<Client, 'clientAuthMethod' | 'applicationType'>) {
  const missing = 'code_challenge is missing: PKCE with S256 is required';
  if (clientAuthMethod === 'none') return `${missing} of every public client`;
  if (applicationType === 'native') return `${missing} of every native app`;
  return `${missing} unless the metadata of the client has require_pkce: false, for software that cannot send it (client update --no-pkce)`;
}

/** Of browser pages that may call for the client. What an administrator has set is all there is. */
function originsOf(client: Client): readonly unknown[] {
  if (Array.isArray(client.cors_origins)) return client.cors_origins;
  const isNative = client.applicationType === 'native';
  const isPublic = client.clientAuthMethod === 'none';
  const origins = (isPublic ? client.redirectUris : undefined)?.map((uri) => URL.parse(uri)?.origin ?? 'null') ?? [];
  // MCP Inspector and its like: pages of a server on the device, which the browser comes back to.
  if (isNative) return [...appOrigins, ...origins.filter((origin) => origin.startsWith('http:'))];
  // Of an address that has no origin; a sandboxed frame of anybody sends it too.
  return origins.filter((origin) => origin !== 'null');
}

/** Each of them must be ours: another server that is named could present the assertion here. */
function isAudience(aud: unknown, accepted: ReadonlySet<string>): boolean {
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  const isAccepted = (audience: unknown): boolean => typeof audience === 'string' && accepted.has(audience);
  return audiences.length > 0 && audiences.length <= accepted.size && audiences.every(isAccepted);
}

/** RFC 9101 10.8: a client signs requests by the same key, and browsers carry those about. */
function refuseOtherJwts(claims: Metadata, { typ }: Metadata): void {
  if (!isOfType(typ, 'client-authentication+jwt'))
    throw new errors.InvalidClientAuth('the JWT is of another type (typ)');
  const asked = ['response_type', 'redirect_uri', 'scope'].find((name) => name in claims);
  if (asked !== undefined) throw new errors.InvalidClientAuth(`the assertion holds ${asked}, as a request object does`);
}

/**
 * One audience for all endpoints: the issuer (FAPI 2.0 Security Profile 5.3.2.1 and rfc7523bis, against audience injection). The
 * endpoint that is called and the token endpoint are others that libraries send; an administrator can allow both for a client.
 */
function wrongAudience(issuer: string): Error {
  const error = new errors.InvalidClientAuth('audience (aud) must be the issuer identifier');
  return Object.assign(error, { error_description: audienceDescription(issuer) });
}

export const audienceDescription = (issuer: string): string =>
  `client authentication failed: the audience (aud) of the assertion must be ${issuer}`;

export interface ClientOptionsDeps extends MetadataRules {
  readonly issuer: string;
  readonly clock: Clock;
  readonly failedClients: Pick<FailedClients, 'refuseSlowed'>;
  /** Whoever shows it a client has checked our rules, and asks for those of oidc-provider alone. */
  readonly ownRulesAreChecked?: boolean | undefined;
}

export function clientOptions({
  issuer,
  clock,
  failedClients,
  ownRulesAreChecked,
  ...rules
}: ClientOptionsDeps): Configuration {
  return {
    clientAuthMethods: [...clientAuthMethods],
    allowOmittingSingleRegisteredRedirectUri: false,
    responseTypes: ['code'],
    // Called only where the code challenge is missing: its own error says what can be done.
    pkce: {
      required(_ctx, client) {
        if (client.require_pkce === false) return false;
        throw new errors.InvalidRequest(codeChallengeMissing(client));
      },
    },
    extraClientMetadata: {
      properties: customMembers,
      // Called for each of them, and for every client, before oidc-provider looks at it.
      validator: (_ctx, key, _value, metadata) => {
        if (ownRulesAreChecked !== true && key === customMembers.at(-1)) checkOwnRules(metadata, rules);
      },
    },
    clientBasedCORS: (_ctx, origin, client) => originsOf(client).includes(origin),
    assertJwtClientAuthClaimsAndHeader: async (ctx, claims, header, client) => {
      failedClients.refuseSlowed(client.clientId);
      refuseOtherJwts(claims, header);
      // FAPI 2.0 Security Profile 5.3.2.1: one text.
      if (ctx.oidc.isFapi('2.0') !== undefined && typeof claims.aud !== 'string') throw wrongAudience(issuer);
      const allowsEndpoints = client.allow_endpoint_audience === true;
      if (!isAudience(claims.aud, allowsEndpoints ? ctx.oidc.clientJwtAuthExpectedAudience() : new Set([issuer])))
        throw wrongAudience(issuer);
      const [longest, text] = isFromDocument(client)
        ? [longestDocumentAssertionSeconds + clockToleranceSeconds, '5 minutes']
        : [longestAssertionSeconds, 'a day'];
      if (Number(claims.exp) > clock.now() / 1000 + longest)
        throw new errors.InvalidClientAuth(`the assertion must expire within ${text}`);
    },
  };
}
