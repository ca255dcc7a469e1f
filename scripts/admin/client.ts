import { type Command, Option } from 'commander';
import type { Installation } from '../../src/compose.ts';
import {
  blockClient,
  createClient,
  leaveToOwner as leaveMembers,
  removeClient,
  setClientOwner,
  unblockClient,
  updateClient,
} from '../../src/domain/clients/change.ts';
import {
  type ClientMetadata,
  describeProblems,
  type MetadataRules,
  metadataProblems,
} from '../../src/domain/clients/metadata/metadata.ts';
import { retirePreviousSecrets, rotateClientSecret } from '../../src/domain/clients/secrets.ts';
import { DomainError } from '../../src/domain/domain-error.ts';
import type { NoteEvent } from '../../src/domain/events/security-events.ts';
import {
  identifierHint,
  identifiersBySpelling,
  similarIdentifiers,
} from '../../src/domain/resources/similar-identifiers.ts';
import { roles } from '../../src/domain/roles/roles.ts';
import type { PageOf } from '../../src/storage/encryption/encrypted-collection.ts';
import type { AccountStore } from '../../src/storage/records/accounts.ts';
import {
  type ClientOrigin,
  type ClientStore,
  clientOrigins,
  type RegisteredClient,
} from '../../src/storage/records/clients.ts';
import { everyItem } from '../../src/storage/records/every-item.ts';
import type { ResourceStore } from '../../src/storage/records/resources.ts';
import { UsageError } from '../usage-error.ts';
import { findAccount } from './account.ts';
import { type ClientOptions, givenMetadata, newMetadata, typeOption, withMetadataFlags } from './client-flags.ts';
import {
  type CommonOptions,
  fields,
  type Outcome,
  type PagingOptions,
  pageOf,
  pageOutcome,
  runCreatingVerb,
  runVerb,
  table,
  withPaging,
} from './command.ts';
import { adviceIfSecretNotWritten, originOf, SECRET_NOTE, viewClient, viewListedClient } from './presenters.ts';

const columns = ['client_id', 'client_name', 'token_endpoint_auth_method', 'grant_types', 'origin', 'owner'] as const;

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
function unusableNotes({ id, metadata, origin }: RegisteredClient, rules: MetadataRules): readonly string[] {
  // What is decided of a document is judged with the document.
  if (origin === 'document') return [];
  const problems = metadataProblems(metadata, rules);
  if (problems.length === 0) return [];
  const remedy = 'client update changes it, and takes a member away for which --metadata has null';
  return [`note: every request of ${id} is refused: ${describeProblems(problems)} (${remedy})`];
}

interface UpdateOptions extends ClientOptions {
  readonly owner?: string;
  readonly leaveToOwner?: string;
}

const NOBODY = 'none';

async function giveTo(clientId: string, text: string, installation: Installation): Promise<readonly string[]> {
  const account = text === NOBODY ? undefined : await findAccount(text, installation.accounts);
  await setClientOwner(clientId, account?.id, installation.registration);
  if (account === undefined || roles.some((role) => account.roles?.includes(role))) return [];
  return [`note: /developer opens once the account has the role: "account grant-role ${account.id} developer"`];
}

async function update(
  clientId: string,
  options: UpdateOptions,
  installation: Installation,
  note: NoteEvent,
): Promise<Outcome> {
  const patch = await givenMetadata(options);
  const names = Object.keys(patch);
  const { owner, leaveToOwner: left } = options;
  if (names.length === 0 && owner === undefined && left === undefined) throw new UsageError('name at least one change');
  // The owner first: an account that is unknown changes nothing.
  const notes = owner === undefined ? [] : await giveTo(clientId, owner, installation);
  if (owner !== undefined) note('client.updated', 'administrator', { clientId, detail: 'owner' });
  if (left !== undefined) {
    await leaveMembers(clientId, left.split(','), installation);
    note('client.updated', 'administrator', { clientId, detail: 'decided members' });
  }
  if (names.length === 0) {
    const client = await findClient(clientId, installation.clients);
    return clientOutcome(viewClient(client, installation.clock.now()), notes);
  }
  const updated = await updateClient(clientId, patch, installation.registration);
  note('client.updated', 'administrator', { clientId, detail: names.join(' ') });
  return clientOutcome(updated, [...notes, ...(await missingResourceNotes(patch.resources, installation.resources))]);
}

interface ListOptions extends PagingOptions {
  readonly origin?: ClientOrigin;
  readonly owner?: string;
}

/** Every client behind `after` is read for it: what they are is encrypted. */
async function listed(options: ListOptions, installation: Installation): Promise<PageOf<RegisteredClient>> {
  const { clients, accounts } = installation;
  const { origin, owner } = options;
  const { limit, after } = pageOf(options);
  if (origin === undefined && owner === undefined) return clients.list(pageOf(options));
  const ownerId = owner === undefined ? undefined : (await findAccount(owner, accounts)).id;
  const found: RegisteredClient[] = [];
  for await (const client of everyItem((page) => clients.list(page), after)) {
    const isOfOrigin = origin === undefined || originOf(client) === origin;
    if (isOfOrigin && (ownerId === undefined || client.owner === ownerId)) found.push(client);
    if (found.length > limit) break;
  }
  const items = found.slice(0, limit);
  return { items, next: found.length > limit ? (items.at(-1)?.id ?? null) : null };
}

/** For people: whose a client is by e-mail address, too, and which address is blocked. */
async function listedRows(
  items: readonly RegisteredClient[],
  accounts: Pick<AccountStore, 'get'>,
): Promise<readonly ClientMetadata[]> {
  const owners = new Set(items.flatMap(({ owner }) => owner ?? []));
  const emails = new Map<string, string>();
  for (const id of owners) emails.set(id, (await accounts.get(id))?.email ?? '');
  return items.map((client) => {
    const email = emails.get(client.owner ?? '') ?? '';
    return {
      ...viewListedClient(client),
      origin: client.isBlocked ? `${originOf(client)}, blocked` : originOf(client),
      owner: email === '' ? client.owner : `${client.owner} (${email})`,
    };
  });
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
  const create = noun.command('create').description('register a client; its secret is shown once');
  withMetadataFlags(create.addOption(typeOption()), 'create')
    .option('--force', 'take over a secret of another system even if it is short enough to be guessed')
    .action((options: ClientOptions) =>
      runCreatingVerb(options, async (installation, note) => {
        const allowsWeakSecret = options.force === true;
        const deps = { ...installation, ...installation.registration };
        const shown = await createClient(await newMetadata(options), deps, { allowsWeakSecret });
        note('client.created', 'administrator', { clientId: String(shown.client_id) });
        return clientOutcome(shown, await missingResourceNotes(shown.resources, installation.resources));
      }),
    );
  const changing = noun.command('update').description('change a client; lists that are named replace the old ones');
  withMetadataFlags(changing, 'update')
    .argument('<client_id>')
    .option(
      '--owner <account>',
      `whose it is: id, e-mail address or username of whoever may change it at /developer; "${NOBODY}" takes it away`,
    )
    .option(
      '--leave-to-owner <members>',
      'with commas between them: what an administrator set and its owner may change again',
    )
    .action((clientId: string, options: UpdateOptions) =>
      runVerb(options, (installation, note) => update(clientId, options, installation, note)),
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
  noun
    .command('block')
    .description('let no metadata document at this address be a client, and end all that was granted to it')
    .argument('<address>')
    .action((clientId: string, options: CommonOptions) =>
      runVerb(options, async (installation, note) => {
        await blockClient(clientId, { ...installation, note });
        return { value: { client_id: clientId, blocked: true }, text: `blocked ${clientId}` };
      }),
    );
  noun
    .command('unblock')
    .description('let a metadata document at this address be a client again')
    .argument('<address>')
    .action((clientId: string, options: CommonOptions) =>
      runVerb(options, async ({ clients }, note) => {
        await unblockClient(clientId, { clients, note });
        return { value: { client_id: clientId, blocked: false }, text: `unblocked ${clientId}` };
      }),
    );
}

export function addClientVerbs(noun: Command): void {
  addChangingVerbs(noun);
  withPaging(noun.command('list').description('list the clients, with who made them'))
    .addOption(new Option('--origin <origin>', 'only those that were made this way').choices(clientOrigins))
    .option('--owner <account>', 'only those of this account')
    .action((options: ListOptions) =>
      runVerb(options, async (installation) => {
        const { items, next } = await listed(options, installation);
        const { rules } = installation.registration;
        const page = pageOutcome(items.map(viewListedClient), next, columns);
        const text = table(columns, await listedRows(items, installation.accounts));
        return {
          ...page,
          text,
          notes: [...items.flatMap((item) => unusableNotes(item, rules)), ...(page.notes ?? [])],
        };
      }),
    );
  noun
    .command('show')
    .description('show a client, who made it, what was decided of it, and how many secrets it accepts')
    .argument('<client_id>')
    .action((clientId: string, options: CommonOptions) =>
      runVerb(options, async ({ clients, clock, registration: { rules } }) => {
        const client = await findClient(clientId, clients);
        return clientOutcome(viewClient(client, clock.now()), unusableNotes(client, rules));
      }),
    );
}
