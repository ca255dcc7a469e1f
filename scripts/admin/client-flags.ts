/** The flags that set client metadata; `client create` and `client update` share them. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type ClientType, clientTypes, metadataOfType } from '../../src/domain/clients/metadata/kinds.ts';
import { type ClientMetadata, needsSecret } from '../../src/domain/clients/metadata/metadata.ts';
import { levels } from '../../src/domain/factors/levels.ts';
import { clientAuthMethods } from '../../src/provider/options/clients.ts';
import { signingAlgorithms } from '../../src/storage/records/keys.ts';
import { UsageError } from '../usage-error.ts';
import { type CommonOptions, collect } from './command.ts';
import { readJsonObject } from './input.ts';

interface MetadataFlag {
  /** As commander declares it; one without a value is true or false. */
  readonly flag: string;
  /** Each use of the flag adds one value. */
  readonly isList?: true;
  readonly help: string;
  readonly member: string;
  readonly choices?: readonly string[];
  readonly isNumber?: true;
  /** The value is the content of the JSON file that the flag names. */
  readonly isFile?: true;
  /** What is given becomes one text of words. */
  readonly isWords?: true;
  /** Absent: both verbs have it. */
  readonly only?: 'create' | 'update';
}

export const metadataFlags: readonly MetadataFlag[] = [
  { flag: '--name <name>', member: 'client_name', help: 'the name that people see; create needs it' },
  { flag: '--organization <name>', member: 'organization_name', help: 'whose app it is, shown on the consent page' },
  {
    flag: '--redirect-uri <uri>',
    isList: true,
    member: 'redirect_uris',
    help: 'where the app takes people back; repeat for more',
  },
  {
    flag: '--post-logout-redirect-uri <uri>',
    isList: true,
    member: 'post_logout_redirect_uris',
    help: 'where people go after signing out; repeat for more',
  },
  {
    flag: '--resource <identifier>',
    isList: true,
    member: 'resources',
    help: 'resource that the client may ask for; repeat for more (default: all, with the consent of a user; none for itself)',
  },
  {
    flag: '--scope <scope>',
    isList: true,
    isWords: true,
    member: 'scope',
    help: 'OIDC scope that alone the client may ask for; repeat for more (default: every one but roles)',
  },
  {
    flag: '--auth-method <method>',
    member: 'token_endpoint_auth_method',
    help: 'how the client authenticates (default: as its type does); private_key_jwt needs one of the next two',
    choices: clientAuthMethods,
  },
  {
    flag: '--jwks <file>',
    isFile: true,
    member: 'jwks',
    help: 'its public keys, as one JSON object {"keys": [...]}',
  },
  { flag: '--jwks-uri <uri>', member: 'jwks_uri', help: 'where its public keys are' },
  {
    flag: '--cors-origin <origin>',
    isList: true,
    member: 'cors_origins',
    help: 'origin of browser pages that may call for the client; repeat for more',
  },
  {
    flag: '--allow-scheme <scheme>',
    isList: true,
    member: 'allowed_schemes',
    help: 'scheme without a dot, such as exp, that the redirect URIs of a native app may have; repeat for more',
  },
  {
    flag: '--allowed-ip <range>',
    isList: true,
    member: 'allowed_ips',
    help: 'address or range that alone may call for the client; repeat for more',
  },
  {
    flag: '--allowed-group <group>',
    isList: true,
    member: 'allowed_groups',
    help: 'group whose accounts alone may use the client; repeat for more',
  },
  {
    flag: '--minimum-acr <level>',
    member: 'minimum_acr',
    help: `level that people must have signed in with; ${levels[0]} demands no more than a sign-in (default)`,
    choices: levels,
  },
  {
    flag: '--required-scope <scope>',
    isList: true,
    member: 'required_scopes',
    help: 'scope that people cannot leave out on the consent page; repeat for more (default: openid alone)',
  },
  {
    flag: '--id-token-claim <claim>',
    isList: true,
    member: 'id_token_claims',
    help: 'granted claim that its ID tokens hold too, for apps that read nothing else; repeat for more',
  },
  {
    flag: '--allow-endpoint-audience',
    member: 'allow_endpoint_audience',
    help: 'its assertions (private_key_jwt) may name the endpoint that they are sent to, not the issuer alone',
  },
  {
    flag: '--no-allow-endpoint-audience',
    member: 'allow_endpoint_audience',
    help: 'its assertions must name the issuer',
    only: 'update',
  },
  {
    flag: '--granted-resource',
    member: 'use_granted_resource',
    help: 'a token request that names no resource is for the one that was granted (default)',
  },
  {
    flag: '--no-granted-resource',
    member: 'use_granted_resource',
    help: 'a token request that names no resource is for userinfo: for apps that always call it',
  },
  { flag: '--first-party', member: 'first_party', help: 'one of your own apps: people are not asked for consent' },
  {
    flag: '--no-first-party',
    member: 'first_party',
    help: 'not one of your own apps: people are asked for consent',
    only: 'update',
  },
  // Before its negation: commander takes a flag that can only be taken back for one that is given.
  { flag: '--pkce', member: 'require_pkce', help: 'its requests need a code challenge (default)' },
  {
    flag: '--no-pkce',
    member: 'require_pkce',
    help: 'its requests may do without a code challenge: for confidential clients whose software cannot send one',
  },
  {
    flag: '--access-token-seconds <n>',
    isNumber: true,
    member: 'access_token_seconds',
    help: 'for how many seconds its access tokens live at most (default: as the resource has it)',
  },
  {
    flag: '--refresh-token-idle-seconds <n>',
    isNumber: true,
    member: 'refresh_token_idle_seconds',
    help: 'for how many seconds a refresh token lives without use (default: 30 days, and never more)',
  },
  {
    flag: '--refresh-token-max-seconds <n>',
    isNumber: true,
    member: 'refresh_token_max_seconds',
    help: 'until how many seconds after a sign-in it can refresh at all (default: 366 days, and never more)',
  },
  {
    flag: '--id-token-alg <alg>',
    member: 'id_token_signed_response_alg',
    help: 'how its ID tokens and logout tokens are signed (default: RS256)',
    choices: signingAlgorithms,
  },
  {
    flag: '--fapi-profile <version>',
    member: 'fapi_profile',
    help: 'hold the client to the FAPI Security Profile: a key pair, pushed requests, bound tokens',
    choices: ['2.0'],
  },
];

export interface ClientOptions extends CommonOptions {
  readonly metadata?: string;
  readonly type?: ClientType;
  /** The flags above, as commander names them. */
  readonly [name: string]: unknown;
}

/** Its bounds are those of the member. */
function parseNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It is a whole number.');
  return Number(text);
}

function optionOf({ flag, help, choices, isList, isNumber }: MetadataFlag): Option {
  const option = new Option(flag, help);
  if (isList === true) return option.argParser(collect);
  if (isNumber === true) return option.argParser(parseNumber);
  return choices === undefined ? option : option.choices(choices);
}

const typeHelp: Readonly<Record<ClientType, string>> = {
  web: 'on a server, with a secret (default)',
  native: 'on a device, no secret',
  spa: 'in the browser, no secret',
  service: 'signs nobody in, gets own tokens',
};

export function typeOption(): Option {
  const lines = clientTypes.map((type) => `${type}: ${typeHelp[type]}`);
  const help = ['what is registered:', ...lines, 'each but service needs --redirect-uri'].join('\n');
  return new Option('--type <type>', help).choices(clientTypes);
}

export function withMetadataFlags(command: Command, verb: 'create' | 'update'): Command {
  command.option(
    '--metadata <file>',
    'client metadata as one JSON object (RFC 7591 names); "-" reads standard input; flags go over it',
  );
  for (const row of metadataFlags) {
    if (row.only === undefined || row.only === verb) command.addOption(optionOf(row));
  }
  return command;
}

async function memberOfFlag({ isFile, isWords }: MetadataFlag, value: unknown): Promise<unknown> {
  if (isFile === true) return readJsonObject(String(value));
  return isWords === true && Array.isArray(value) ? value.join(' ') : value;
}

/** Flags go over the file of `--metadata`; empty where neither says anything. */
export async function givenMetadata(options: ClientOptions): Promise<ClientMetadata> {
  const given = metadataFlags
    .map((row) => ({ row, value: options[optionOf(row).attributeName()] }))
    .filter(({ value }) => value !== undefined);
  const files = [options.metadata, ...given.filter(({ row }) => row.isFile).map(({ value }) => value)];
  if (files.filter((file) => file === '-').length > 1) throw new UsageError('standard input can be read once only');
  const metadata = options.metadata === undefined ? {} : await readJsonObject(options.metadata);
  const members = given.map(async ({ row, value }) => [row.member, await memberOfFlag(row, value)] as const);
  return { ...metadata, ...Object.fromEntries(await Promise.all(members)) };
}

/** What is missing, all of it: more is said once these are there. */
function neededFlags(type: ClientType, given: ClientMetadata): readonly string[] {
  const isBackMissing = type !== 'service' && given.redirect_uris === undefined;
  return [...(given.client_name === undefined ? ['--name'] : []), ...(isBackMissing ? ['--redirect-uri'] : [])];
}

/** Over what the type begins with. */
export async function newMetadata(options: ClientOptions): Promise<ClientMetadata> {
  const given = await givenMetadata(options);
  if (options.metadata !== undefined && options.type === undefined) return given;
  const { type = 'web' } = options;
  if (options.metadata === undefined && given.client_name === undefined)
    throw new UsageError(`a client of --type ${type} needs ${neededFlags(type, given).join(' and ')}, or --metadata`);
  const metadata = metadataOfType(type, given);
  if (type === 'spa' && needsSecret(metadata))
    throw new UsageError('a client of --type spa has no secret: everybody who opens its page would have it');
  return metadata;
}
