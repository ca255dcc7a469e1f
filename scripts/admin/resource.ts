import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Installation } from '../../src/compose.ts';
import { createResourceWithClient } from '../../src/domain/clients/resource-with-client.ts';
import { DomainError } from '../../src/domain/domain-error.ts';
import type { NoteEvent } from '../../src/domain/events/security-events.ts';
import { type Level, levels } from '../../src/domain/factors/levels.ts';
import {
  createResource,
  DEFAULT_TTL_SECONDS,
  removeResource,
  updateResource,
} from '../../src/domain/resources/resources.ts';
import { identifiersBySpelling, similarIdentifiers } from '../../src/domain/resources/similar-identifiers.ts';
import { signingAlgorithms } from '../../src/storage/records/keys.ts';
import { DEFAULT_TOKEN_TYPE, type Resource, type TokenType, tokenTypes } from '../../src/storage/records/resources.ts';
import { UsageError } from '../usage-error.ts';
import {
  type CommonOptions,
  fields,
  type Outcome,
  type PagingOptions,
  pageOf,
  pageOutcome,
  runCreatingVerb,
  runVerb,
  withPaging,
} from './command.ts';
import { adviceIfSecretNotWritten, SECRET_NOTE } from './presenters.ts';

const LEVEL_HELP = `level that people must have signed in with before an app gets a token for it; ${levels[0]} demands no more than a sign-in (default)`;
const TOKEN_TYPE_HELP = 'typ in the header of its JWTs: JWT for an API that takes nothing else';

type Scopes = Readonly<Record<string, string>>;

const columns = ['identifier', 'name', 'format', 'ttlSeconds', 'alg', 'scopes'] as const;

interface CreateOptions extends CommonOptions {
  readonly identifier: string;
  readonly name?: string;
  readonly scope?: Scopes;
  readonly format: Resource['format'];
  readonly ttl: number;
  readonly alg: Resource['alg'];
  readonly tokenTyp: TokenType;
  readonly minimumAcr?: Level;
  readonly introspectionClient?: boolean;
  readonly lang: string;
}

type UpdateOptions = Partial<Omit<CreateOptions, 'identifier' | 'introspectionClient'>> & CommonOptions;

function changesFrom({ name, scope, lang, format, ttl, alg, tokenTyp, minimumAcr }: UpdateOptions): Partial<Resource> {
  const changes = {
    ...(name !== undefined && { name }),
    ...(scope !== undefined && { scopes: scope }),
    ...(lang !== undefined && { language: lang }),
    ...(format !== undefined && { format }),
    ...(ttl !== undefined && { ttlSeconds: ttl }),
    ...(alg !== undefined && { alg }),
    ...(tokenTyp !== undefined && { tokenType: tokenTyp }),
    ...(minimumAcr !== undefined && { minimumAcr }),
  };
  if (Object.keys(changes).length === 0) throw new UsageError('name at least one change');
  return changes;
}

function addScope(text: string, scopes: Scopes = {}): Scopes {
  const end = text.indexOf('=');
  if (end < 1) throw new InvalidArgumentError('It reads like notes:read="Read your notes".');
  const name = text.slice(0, end);
  if (Object.hasOwn(scopes, name)) throw new InvalidArgumentError(`The scope ${name} is named twice.`);
  return { ...scopes, [name]: text.slice(end + 1) };
}

function parseSeconds(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It is a whole number of seconds.');
  return Number(text);
}

/** The difference is easily overlooked, and an API refuses tokens for the other identifier. */
function similarityNotes(identifiers: readonly string[]): readonly string[] {
  return identifiers.map(
    (identifier) =>
      `note: the resource ${identifier} exists already, spelled differently: tokens for one are not valid for the other`,
  );
}

async function create(options: CreateOptions, installation: Installation, note: NoteEvent): Promise<Outcome> {
  const wanted: Resource = {
    identifier: options.identifier,
    ...(options.name !== undefined && { name: options.name }),
    scopes: options.scope ?? {},
    language: options.lang,
    format: options.format,
    ttlSeconds: options.ttl,
    alg: options.alg,
    tokenType: options.tokenTyp,
    ...(options.minimumAcr !== undefined && { minimumAcr: options.minimumAcr }),
    introspectionClients: [],
  };
  const similarTo = similarIdentifiers(wanted.identifier, await identifiersBySpelling(installation.resources));
  const similar = similarTo.length > 0 && { similarTo };
  if (options.introspectionClient !== true) {
    const created = await createResource(wanted, installation);
    note('resource.created', 'administrator', { resource: created.identifier });
    return { value: { ...created, ...similar }, text: fields({ ...created }), notes: similarityNotes(similarTo) };
  }
  const deps = { ...installation.registration, resources: installation.resources, scopes: installation.scopes, note };
  const { resource: created, client } = await createResourceWithClient(wanted, deps);
  return {
    value: { ...created, ...similar, introspectionClient: client },
    text: `${fields({ ...created })}\n\nclient that may introspect its tokens:\n${fields(client)}`,
    notes: [SECRET_NOTE, ...similarityNotes(similarTo)],
    adviceIfNotWritten: adviceIfSecretNotWritten(client.client_id),
  };
}

export function addResourceVerbs(noun: Command): void {
  noun
    .command('create')
    .description('declare a resource')
    .requiredOption('--identifier <uri>', 'resource indicator, and audience of its tokens: an absolute URI (RFC 8707)')
    .option('--name <name>', 'the name that people see')
    .option('--scope <name=description>', 'scope, with its description for the consent page; repeat for more', addScope)
    .option('--lang <tag>', 'the language of name and descriptions (RFC 5646)', 'en')
    .addOption(new Option('--format <format>', 'format of its access tokens').choices(['jwt', 'opaque']).default('jwt'))
    .option('--ttl <seconds>', 'how long its access tokens live', parseSeconds, DEFAULT_TTL_SECONDS)
    .addOption(new Option('--alg <alg>', 'how its JWTs are signed').choices(signingAlgorithms).default('ES256'))
    .addOption(new Option('--token-typ <typ>', TOKEN_TYPE_HELP).choices(tokenTypes).default(DEFAULT_TOKEN_TYPE))
    .addOption(new Option('--minimum-acr <level>', LEVEL_HELP).choices(levels))
    .option('--introspection-client', 'also make a client that may introspect its tokens; the secret is shown once')
    .action((options: CreateOptions) =>
      runCreatingVerb(options, (installation, note) => create(options, installation, note)),
    );
  withPaging(noun.command('list').description('list the resources')).action((options: PagingOptions) =>
    runVerb(options, async ({ resources }) => {
      const { items, next } = await resources.list(pageOf(options));
      const rows = items.map((item) => ({ ...item, scopes: Object.keys(item.scopes) }));
      return { ...pageOutcome(rows, next, columns), value: { items, next } };
    }),
  );
  noun
    .command('remove')
    .description('remove a resource; its introspection client stays until "client remove"')
    .argument('<identifier>')
    .action((identifier: string, options: CommonOptions) =>
      runVerb(options, async ({ resources }, note) => {
        await removeResource(identifier, { resources });
        note('resource.removed', 'administrator', { resource: identifier });
        return { value: { identifier, removed: true }, text: `removed ${identifier}` };
      }),
    );
  addOneVerbs(noun);
}

function addOneVerbs(noun: Command): void {
  noun
    .command('show')
    .description('show a resource')
    .argument('<identifier>')
    .action((identifier: string, options: CommonOptions) =>
      runVerb(options, async ({ resources }) => {
        const found = await resources.get(identifier);
        if (found === undefined) throw new DomainError('resource_unknown');
        const shown = { tokenType: DEFAULT_TOKEN_TYPE, ...found };
        return { value: shown, text: fields(shown) };
      }),
    );
  noun
    .command('update')
    .description(
      'change a resource; scopes that are named replace the old ones; tokens that were issued stay as they are',
    )
    .argument('<identifier>')
    .option('--name <name>', 'the name that people see')
    .option('--scope <name=description>', 'scope, with its description for the consent page; repeat for more', addScope)
    .option('--lang <tag>', 'the language of name and descriptions (RFC 5646)')
    .addOption(new Option('--format <format>', 'format of its access tokens').choices(['jwt', 'opaque']))
    .option('--ttl <seconds>', 'how long its access tokens live', parseSeconds)
    .addOption(new Option('--alg <alg>', 'how its JWTs are signed').choices(signingAlgorithms))
    .addOption(new Option('--token-typ <typ>', TOKEN_TYPE_HELP).choices(tokenTypes))
    .addOption(new Option('--minimum-acr <level>', LEVEL_HELP).choices(levels))
    .action((identifier: string, options: UpdateOptions) =>
      runVerb(options, async (installation, note) => {
        const updated = await updateResource(identifier, changesFrom(options), installation);
        note('resource.updated', 'administrator', { resource: identifier });
        return { value: updated, text: fields({ ...updated }) };
      }),
    );
}
