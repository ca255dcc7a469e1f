/** The flags that set client metadata; `client create` and `client update` share them. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type ClientType, clientTypes } from '../../src/domain/clients/metadata/kinds.ts';
import type { ClientMetadata } from '../../src/domain/clients/metadata/metadata.ts';
import { levels } from '../../src/domain/factors/levels.ts';
import { signingAlgorithms } from '../../src/storage/records/keys.ts';
import { type CommonOptions, collect } from './command.ts';

interface MetadataFlag {
  /** As commander declares it; one without a value is true or false. */
  readonly flag: string;
  /** Each use of the flag adds one value. */
  readonly isList?: true;
  readonly help: string;
  readonly member: string;
  readonly choices?: readonly string[];
  readonly isNumber?: true;
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
    flag: '--access-token-seconds <seconds>',
    isNumber: true,
    member: 'access_token_seconds',
    help: 'how long its access tokens live at most (default: as the resource has it)',
  },
  {
    flag: '--refresh-token-idle-seconds <seconds>',
    isNumber: true,
    member: 'refresh_token_idle_seconds',
    help: 'how long a refresh token lives without use (default: 30 days, and never more)',
  },
  {
    flag: '--refresh-token-max-seconds <seconds>',
    isNumber: true,
    member: 'refresh_token_max_seconds',
    help: 'how long after a sign-in it can refresh at all (default: 366 days, and never more)',
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

export function metadataOfFlags(options: ClientOptions): ClientMetadata {
  const given = metadataFlags.map((row) => [row.member, options[optionOf(row).attributeName()]] as const);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}
