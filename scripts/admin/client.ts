import { type Command, Option } from 'commander';
import type { Installation } from '../../src/compose.ts';
import { removeClient, updateClient } from '../../src/domain/clients/change.ts';
import { type ClientType, clientTypes, describeClient } from '../../src/domain/clients/kinds.ts';
import type { ClientMetadata } from '../../src/domain/clients/metadata.ts';
import { registerClient } from '../../src/domain/clients/register.ts';
import { retirePreviousSecrets, rotateClientSecret } from '../../src/domain/clients/secrets.ts';
import { DomainError } from '../../src/domain/domain-error.ts';
import type { NoteEvent } from '../../src/domain/events/security-events.ts';
import type { ResourceStore } from '../../src/storage/records/resources.ts';
import { UsageError } from '../usage-error.ts';
import {
  type CommonOptions,
  fields,
  type Outcome,
  type PagingOptions,
  pageOf,
  pageOutcome,
  readJsonObject,
  runVerb,
  withPaging,
} from './command.ts';
import { SECRET_NOTE, viewClient } from './presenters.ts';

const columns = ['client_id', 'client_name', 'token_endpoint_auth_method', 'grant_types'] as const;

function clientOutcome(shown: ClientMetadata, notes: readonly string[] = []): Outcome {
  const secretNote = 'client_secret' in shown ? [SECRET_NOTE] : [];
  return { value: shown, text: fields(shown), notes: [...secretNote, ...notes] };
}

/** A resource may be declared after its clients, so a missing one is a note and not an error. */
async function missingResourceNotes(identifiers: unknown, resources: ResourceStore): Promise<readonly string[]> {
  const notes: string[] = [];
  for (const identifier of Array.isArray(identifiers) ? identifiers.map(String) : []) {
    const isDeclared = (await resources.get(identifier)) !== undefined;
    if (!isDeclared) notes.push(`note: no resource ${identifier} has been declared yet`);
  }
  return notes;
}

interface ClientOptions extends CommonOptions {
  readonly metadata?: string;
  readonly name?: string;
  readonly redirectUri?: readonly string[];
  readonly postLogoutRedirectUri?: readonly string[];
  readonly resource?: readonly string[];
  readonly corsOrigin?: readonly string[];
  readonly firstParty?: boolean;
}

function withClientOptions(command: Command): Command {
  return command
    .option('--metadata <file>', 'client metadata as one JSON object (RFC 7591 names); "-" reads standard input')
    .option('--name <name>', 'the name that people see')
    .option('--redirect-uri <uri...>', 'where the app takes people back; repeat for more')
    .option('--post-logout-redirect-uri <uri...>', 'where people go after signing out; repeat for more')
    .option('--resource <identifier...>', 'resource that the client may ask for; repeat for more')
    .option('--cors-origin <origin...>', 'origin of browser pages that may call for the client; repeat for more')
    .option('--first-party', 'one of your own apps: people are not asked for consent');
}

interface CreateOptions extends ClientOptions {
  readonly type?: ClientType;
  readonly idTokenAlg?: 'ES256' | 'RS256';
}

async function metadataFrom(options: CreateOptions): Promise<ClientMetadata> {
  const { metadata, json: _json, ...flags } = options;
  if (metadata !== undefined) {
    if (Object.keys(flags).length > 0) throw new UsageError('--metadata cannot be used with other flags');
    return readJsonObject(metadata);
  }
  if (flags.name === undefined) throw new UsageError('either --metadata or --name is needed');
  return describeClient({
    name: flags.name,
    type: flags.type ?? 'web',
    redirectUris: flags.redirectUri ?? [],
    postLogoutRedirectUris: flags.postLogoutRedirectUri ?? [],
    resources: flags.resource ?? [],
    corsOrigins: flags.corsOrigin ?? [],
    isFirstParty: flags.firstParty ?? false,
    idTokenAlg: flags.idTokenAlg ?? 'ES256',
  });
}

async function patchFrom(options: ClientOptions): Promise<ClientMetadata> {
  const flags = {
    client_name: options.name,
    redirect_uris: options.redirectUri,
    post_logout_redirect_uris: options.postLogoutRedirectUri,
    resources: options.resource,
    cors_origins: options.corsOrigin,
    first_party: options.firstParty,
  };
  const given = Object.entries(flags).filter(([, value]) => value !== undefined);
  const metadata = options.metadata === undefined ? {} : await readJsonObject(options.metadata);
  const patch = { ...metadata, ...Object.fromEntries(given) };
  if (Object.keys(patch).length === 0) throw new UsageError('nothing to change was named');
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
  withClientOptions(noun.command('create').description('register a client; its secret is shown once'))
    .addOption(new Option('--type <type>', 'kind of app (default: web)').choices(clientTypes))
    .addOption(
      new Option('--id-token-alg <alg>', 'how its ID tokens are signed (default: ES256)').choices(['ES256', 'RS256']),
    )
    .action((options: CreateOptions) =>
      runVerb(options, async (installation, note) => {
        const shown = await registerClient(await metadataFrom(options), installation.registration);
        note('client.created', 'administrator', { clientId: String(shown.client_id) });
        return clientOutcome(shown, await missingResourceNotes(shown.resources, installation.resources));
      }),
    );
  withClientOptions(noun.command('update').description('change a client; lists that are named replace the old ones'))
    .option('--no-first-party', 'not one of your own apps: people are asked for consent')
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
        await removeClient(clientId, installation);
        note('client.removed', 'administrator', { clientId });
        return { value: { client_id: clientId, removed: true }, text: `removed ${clientId}` };
      }),
    );
}

export function addClientVerbs(noun: Command): void {
  addChangingVerbs(noun);
  withPaging(noun.command('list').description('list the clients')).action((options: PagingOptions) =>
    runVerb(options, async ({ clients }) => {
      const { items, next } = await clients.list(pageOf(options));
      return pageOutcome(
        items.map(({ metadata }) => metadata),
        next,
        columns,
      );
    }),
  );
  noun
    .command('show')
    .description('show a client, and how many secrets it accepts')
    .argument('<client_id>')
    .action((clientId: string, options: CommonOptions) =>
      runVerb(options, async ({ clients }) => {
        const found = await clients.get(clientId);
        if (found === undefined) throw new DomainError('client_unknown');
        return clientOutcome(viewClient(found));
      }),
    );
}
