/** Initial access tokens (RFC 7591 3): what an app registers itself with, and what its policy says of the client. */
import { type Command, InvalidArgumentError } from 'commander';
import type { Installation } from '../../src/compose.ts';
import {
  createInitialAccessToken,
  initialAccessTokenBounds,
  listInitialAccessTokens,
  revokeInitialAccessToken,
} from '../../src/domain/clients/initial-access-tokens.ts';
import { parsePolicy } from '../../src/domain/clients/metadata-policy.ts';
import type { NoteEvent } from '../../src/domain/events/security-events.ts';
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
import { readJsonObject } from './input.ts';
import { viewInitialAccessToken } from './presenters.ts';

const { uses, ttlSeconds } = initialAccessTokenBounds;
const columns = ['id', 'name', 'uses', 'uses_left', 'expires_at', 'policy'] as const;

const wholeNumber =
  ({ least, most }: { readonly least: number; readonly most: number }) =>
  (text: string): number => {
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}.`);
  };

interface CreateOptions extends CommonOptions {
  readonly uses: number;
  readonly ttl: number;
  readonly policy?: string;
  readonly name?: string;
}

/** What REGISTRATION keeps the token from. */
function unusableNotes({ config }: Installation): readonly string[] {
  return config.clientRegistration === 'off' ? ['note: with REGISTRATION=off no app can register itself'] : [];
}

async function create(options: CreateOptions, installation: Installation, note: NoteEvent): Promise<Outcome> {
  const wanted = {
    uses: options.uses,
    ttlSeconds: options.ttl,
    ...(options.name !== undefined && { name: options.name }),
    ...(options.policy !== undefined && { policy: parsePolicy(await readJsonObject(options.policy)) }),
  };
  const { token, stored } = await createInitialAccessToken(wanted, installation);
  note('registration_token.created', 'administrator', { detail: stored.id });
  const view = { token, ...viewInitialAccessToken(stored) };
  return {
    value: view,
    text: fields(view),
    notes: ['the token is shown this once: only its hash is kept', ...unusableNotes(installation)],
    adviceIfNotWritten: `nobody has the token; "registration-token revoke ${stored.id}" ends it`,
  };
}

export function addRegistrationTokenVerbs(noun: Command): void {
  noun
    .command('create')
    .description('make a token with which an app can register itself; it is shown once')
    .option('--uses <number>', 'how many clients can be registered by it', wholeNumber(uses), uses.usual)
    .option('--ttl <seconds>', 'how long it is good', wholeNumber(ttlSeconds), ttlSeconds.usual)
    .option(
      '--policy <file>',
      'what bounds and defaults the metadata of its clients, as one JSON object: docs/initial-access-tokens.md; "-" reads standard input',
    )
    .option('--name <text>', 'for you, in the list: whom it is for')
    .action((options: CreateOptions) =>
      runCreatingVerb(options, (installation, note) => create(options, installation, note)),
    );
  withPaging(noun.command('list').description('list those that can still be used; no token is shown')).action(
    (options: PagingOptions) =>
      runVerb(options, async (installation) => {
        const { items, next } = await listInitialAccessTokens(pageOf(options), installation);
        return pageOutcome(items.map(viewInitialAccessToken), next, columns);
      }),
  );
  noun
    .command('revoke')
    .description('end a token: nothing more can be registered by it, and clients that were stay as they are')
    .argument('<id>', 'as the list names it')
    .action((id: string, options: CommonOptions) =>
      runVerb(options, async (installation, note) => {
        await revokeInitialAccessToken(id, installation);
        note('registration_token.revoked', 'administrator', { detail: id });
        return { value: { id, revoked: true }, text: `revoked ${id}` };
      }),
    );
}
