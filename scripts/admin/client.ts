import { type Command, Option } from 'commander';
import type { Installation } from '../../src/compose.ts';
import { removeClient, updateClient } from '../../src/domain/clients/change.ts';
import { type ClientType, clientTypes, metadataOfType } from '../../src/domain/clients/kinds.ts';
import { type ClientMetadata, type MetadataRules, metadataProblems } from '../../src/domain/clients/metadata.ts';
import { registerClient } from '../../src/domain/clients/register.ts';
import { retirePreviousSecrets, rotateClientSecret } from '../../src/domain/clients/secrets.ts';
import { DomainError } from '../../src/domain/domain-error.ts';
import type { NoteEvent } from '../../src/domain/events/security-events.ts';
import {
  identifierHint,
  identifiersBySpelling,
  similarIdentifiers,
} from '../../src/domain/resources/similar-identifiers.ts';
import type { ClientStore, RegisteredClient } from '../../src/storage/records/clients.ts';
import { signingAlgorithms } from '../../src/storage/records/keys.ts';
import type { ResourceStore } from '../../src/storage/records/resources.ts';
import { UsageError } from '../usage-error.ts';
import {
  type CommonOptions,
  collect,
  fields,
  type Outcome,
  type PagingOptions,
  pageOf,
  pageOutcome,
  runCreatingVerb,
  runVerb,
  withPaging,
} from './command.ts';
import { readJsonObject } from './input.ts';
import { adviceIfSecretNotWritten, SECRET_NOTE, viewClient } from './presenters.ts';

const columns = ['client_id', 'client_name', 'token_endpoint_auth_method', 'grant_types'] as const;

function clientOutcome(shown: ClientMetadata, notes: readonly string[] = []): Outcome {
  if (!('client_secret' in shown)) return { value: shown, text: fields(shown), notes };
  const adviceIfNotWritten = adviceIfSecretNotWritten(shown.client_id);
  return { value: shown, text: fields(shown), notes: [SECRET_NOTE, ...notes], adviceIfNotWritten };
}

export async function findClient(clientId: string, clients: ClientStore): Promise<RegisteredClient> {
  const client = await clients.get(clientId);
  if (client === undefined) throw new DomainError('client_unknown');
  return client;
}

/** A resource may be declared after its clients, so a missing one is a note and not an error. */
async function missingResourceNotes(identifiers: unknown, resources: ResourceStore): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const identifier of Array.isArray(identifiers) ? identifiers.map(String) : [])
    if ((await resources.get(identifier)) === undefined) missing.push(identifier);
  if (missing.length === 0) return [];
  const known = await identifiersBySpelling(resources);
  return missing.map((identifier) => {
    const similar = similarIdentifiers(identifier, known);
    const meant = similar.length === 0 ? '' : identifierHint(similar.join(' or '));
    return `note: no resource ${identifier} has been declared yet${meant}`;
  });
}

/** Stored by a version that took what is refused now, or for development. */
function unusableNotes({ id, metadata }: RegisteredClient, rules: MetadataRules): readonly string[] {
  const problems = metadataProblems(metadata, rules);
  if (problems.length === 0) return [];
  const remedy = 'client update changes it, and takes a member away for which --metadata has null';
  return [`note: every request of ${id} is refused: ${problems.join('; ')} (${remedy})`];
}

interface MetadataFlag {
  /** As commander declares it; one without a value is true or false. */
  readonly flag: string;
  /** Each use of the flag adds one value. */
  readonly isList?: true;
  readonly help: string;
  readonly member: string;
  readonly choices?: readonly string[];
  /** Absent: both verbs have it. */
  readonly only?: 'create' | 'update';
}

export const metadataFlags: readonly MetadataFlag[] = [
  { flag: '--name <name>', member: 'client_name', help: 'the name that people see' },
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
    help: 'resource that the client may ask for; repeat for more',
  },
  {
    flag: '--cors-origin <origin>',
    isList: true,
    member: 'cors_origins',
    help: 'origin of browser pages that may call for the client; repeat for more',
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

interface ClientOptions extends CommonOptions {
  readonly metadata?: string;
  readonly type?: ClientType;
  /** The flags above, as commander names them. */
  readonly [name: string]: unknown;
}

function optionOf({ flag, help, choices, isList }: MetadataFlag): Option {
  const option = new Option(flag, help);
  if (isList === true) return option.argParser(collect);
  return choices === undefined ? option : option.choices(choices);
}

function withMetadataFlags(command: Command, verb: 'create' | 'update'): Command {
  command.option('--metadata <file>', 'client metadata as one JSON object (RFC 7591 names); "-" reads standard input');
  for (const row of metadataFlags) {
    if (row.only === undefined || row.only === verb) command.addOption(optionOf(row));
  }
  return command;
}

function metadataOfFlags(options: ClientOptions): ClientMetadata {
  const given = metadataFlags.map((row) => [row.member, options[optionOf(row).attributeName()]] as const);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

async function newMetadata(options: ClientOptions): Promise<ClientMetadata> {
  const { metadata, json: _json, force: _force, ...flags } = options;
  if (metadata !== undefined) {
    if (Object.keys(flags).length > 0) throw new UsageError('--metadata cannot be used with other flags');
    return readJsonObject(metadata);
  }
  const given = metadataOfFlags(options);
  if (given.client_name === undefined) throw new UsageError('either --metadata or --name is needed');
  return metadataOfType(options.type ?? 'web', given);
}

async function patchFrom(options: ClientOptions): Promise<ClientMetadata> {
  const metadata = options.metadata === undefined ? {} : await readJsonObject(options.metadata);
  const patch = { ...metadata, ...metadataOfFlags(options) };
  if (Object.keys(patch).length === 0) throw new UsageError('name at least one change');
  return patch;
}

interface RotateOptions extends CommonOptions {
  readonly atOnce?: boolean;
  readonly finish?: boolean;
}

async function rotateSecret(
  clientId: string,
  { atOnce = false, finish = false }: RotateOptions,
  installation: Installation,
  note: NoteEvent,
): Promise<Outcome> {
  if (atOnce && finish) throw new UsageError('--at-once and --finish exclude each other');
  if (finish) {
    await retirePreviousSecrets(clientId, installation);
    note('client.secret_rotated', 'finished', { clientId });
    return { value: { client_id: clientId }, text: 'only the newest secret is accepted now' };
  }
  const secret = await rotateClientSecret({ clientId, keepsPrevious: !atOnce }, installation.registration);
  note('client.secret_rotated', atOnce ? 'at_once' : 'administrator', { clientId });
  const previous = atOnce ? [] : ['the secret before works until "client rotate-secret --finish"'];
  return clientOutcome({ client_id: clientId, client_secret: secret }, previous);
}

function addChangingVerbs(noun: Command): void {
  withMetadataFlags(noun.command('create').description('register a client; its secret is shown once'), 'create')
    .addOption(new Option('--type <type>', 'kind of app (default: web)').choices(clientTypes))
    .option('--force', 'take a client_secret of less than 128 bits, from a migration')
    .action((options: ClientOptions) =>
      runCreatingVerb(options, async (installation, note) => {
        const allowsWeakSecret = options.force === true;
        const shown = await registerClient(await newMetadata(options), installation.registration, { allowsWeakSecret });
        note('client.created', 'administrator', { clientId: String(shown.client_id) });
        return clientOutcome(shown, await missingResourceNotes(shown.resources, installation.resources));
      }),
    );
  const update = noun.command('update').description('change a client; lists that are named replace the old ones');
  withMetadataFlags(update, 'update')
    .argument('<client_id>')
    .action((clientId: string, options: ClientOptions) =>
      runVerb(options, async (installation, note) => {
        const patch = await patchFrom(options);
        const updated = await updateClient(clientId, patch, installation.registration);
        note('client.updated', 'administrator', { clientId, detail: Object.keys(patch).join(' ') });
        return clientOutcome(updated, await missingResourceNotes(patch.resources, installation.resources));
      }),
    );
  noun
    .command('rotate-secret')
    .description('give a client a new secret; the one before goes on working until --finish or the next rotation')
    .argument('<client_id>')
    .option('--at-once', 'the secrets before stop working now: for one that has leaked')
    .option('--finish', 'no new secret: only the newest one goes on working')
    .action((clientId: string, options: RotateOptions) =>
      runVerb(options, (installation, note) => rotateSecret(clientId, options, installation, note)),
    );
  noun
    .command('remove')
    .description('remove a client and end all that was granted to it')
    .argument('<client_id>')
    .action((clientId: string, options: CommonOptions) =>
      runVerb(options, async (installation, note) => {
        await removeClient(clientId, { ...installation, note });
        return { value: { client_id: clientId, removed: true }, text: `removed ${clientId}` };
      }),
    );
}

export function addClientVerbs(noun: Command): void {
  addChangingVerbs(noun);
  withPaging(noun.command('list').description('list the clients')).action((options: PagingOptions) =>
    runVerb(options, async ({ clients, registration: { rules } }) => {
      const { items, next } = await clients.list(pageOf(options));
      const page = pageOutcome(
        items.map(({ metadata }) => metadata),
        next,
        columns,
      );
      return { ...page, notes: [...items.flatMap((item) => unusableNotes(item, rules)), ...(page.notes ?? [])] };
    }),
  );
  noun
    .command('show')
    .description('show a client, and how many secrets it accepts')
    .argument('<client_id>')
    .action((clientId: string, options: CommonOptions) =>
      runVerb(options, async ({ clients, registration: { rules } }) => {
        const client = await findClient(clientId, clients);
        return clientOutcome(viewClient(client), unusableNotes(client, rules));
      }),
    );
}
