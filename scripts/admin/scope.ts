import type { Command } from 'commander';
import type { Installation } from '../../src/compose.ts';
import { claimsOfScope } from '../../src/domain/accounts/claims.ts';
import type { NoteEvent } from '../../src/domain/events/security-events.ts';
import { builtInScopes } from '../../src/domain/scopes/names.ts';
import { createScope, organisationScopes, removeScope } from '../../src/domain/scopes/scopes.ts';
import { type CommonOptions, fields, type Outcome, runCreatingVerb, runVerb, table } from './command.ts';

const columns = ['name', 'claims', 'description', 'builtIn'] as const;

interface CreateOptions extends CommonOptions {
  readonly name: string;
  readonly claims: readonly string[];
  readonly description: string;
  readonly lang: string;
}

/** The flag may also be repeated. */
function addClaims(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(',').map((name) => name.trim())];
}

async function create(options: CreateOptions, installation: Installation, note: NoteEvent): Promise<Outcome> {
  const { name, claims, description, lang: language } = options;
  const created = await createScope({ name, claims, description, language }, installation);
  note('scope.created', 'administrator', { detail: name });
  return { value: created, text: fields({ ...created }) };
}

async function list({ scopes }: Installation): Promise<Outcome> {
  const builtIn = builtInScopes.map((name) => ({ name, claims: claimsOfScope(name), builtIn: true }));
  const own = (await organisationScopes(scopes)).map((scope) => ({ ...scope, builtIn: false }));
  const items = [...own, ...builtIn];
  return { value: { items, next: null }, text: table(columns, items) };
}

export function addScopeVerbs(noun: Command): void {
  noun
    .command('create')
    .description("make a scope of the organisation's own, which releases claims of accounts; running providers follow")
    .requiredOption('--name <name>', 'what apps ask for in "scope"')
    .requiredOption('--claims <names>', 'the claims that it releases, separated by commas; repeat for more', addClaims)
    .requiredOption('--description <sentence>', 'what people read on the consent page')
    .option('--lang <tag>', 'the language of the description (RFC 5646)', 'en')
    .action((options: CreateOptions) =>
      runCreatingVerb(options, (installation, note) => create(options, installation, note)),
    );
  noun
    .command('list')
    .description('list the scopes that apps can ask for, beside those of resources')
    .action((options: CommonOptions) => runVerb(options, list));
  noun
    .command('remove')
    .description('remove a scope: from then on it releases nothing, whatever people allowed')
    .argument('<name>')
    .action((name: string, options: CommonOptions) =>
      runVerb(options, async ({ scopes, clients }, note) => {
        await removeScope(name, { scopes, clients });
        note('scope.removed', 'administrator', { detail: name });
        return { value: { name, removed: true }, text: `removed ${name}` };
      }),
    );
}
