import type { Command } from 'commander';
import type { Installation } from '../../src/compose.ts';
import type { NoteEvent } from '../../src/domain/events/security-events.ts';
import { type Revoked, revokeGrant, revokeGrants } from '../../src/domain/grants/revoke.ts';
import type { GrantOwner } from '../../src/storage/issued/grants.ts';
import { UsageError } from '../usage-error.ts';
import { findAccount } from './account.ts';
import { findClient } from './client.ts';
import {
  type CommonOptions,
  fields,
  type Outcome,
  type PagingOptions,
  pageOf,
  pageOutcome,
  runVerb,
  withPaging,
} from './command.ts';
import { viewGrant } from './presenters.ts';

const columns = ['grant', 'accountId', 'clientId', 'scopes', 'expiresAt'] as const;

interface OwnerOptions {
  readonly account?: string;
  readonly client?: string;
}

function withOwner(command: Command): Command {
  return command
    .option('--account <account>', 'of one account: id, e-mail address or username')
    .option('--client <client_id>', 'of one client');
}

/** One that was mistyped is refused: it must not look as if there had been nothing to end. */
async function ownerOf(
  { account, client }: OwnerOptions,
  { accounts, clients }: Installation,
): Promise<GrantOwner | undefined> {
  const accountId = account === undefined ? undefined : (await findAccount(account, accounts)).id;
  const clientId = client === undefined ? undefined : (await findClient(client, clients)).id;
  if (accountId !== undefined) return clientId === undefined ? { accountId } : { accountId, clientId };
  return clientId === undefined ? undefined : { clientId };
}

async function list(options: OwnerOptions & PagingOptions, installation: Installation): Promise<Outcome> {
  const owner = await ownerOf(options, installation);
  if (owner === undefined) throw new UsageError('--account or --client is needed');
  const { items, next } = await installation.grants.list(owner, pageOf(options));
  return pageOutcome(items.map(viewGrant), next, columns);
}

/** Keyed hashes in base64url: one of 64 begins like an option. */
const REFERENCE = /^[\w-]{43}$/;

async function revoke(
  reference: string | undefined,
  options: OwnerOptions,
  installation: Installation,
  note: NoteEvent,
): Promise<Outcome> {
  if (reference?.startsWith('-') && !REFERENCE.test(reference)) throw new UsageError(`unknown option ${reference}`);
  const owner = await ownerOf(options, installation);
  if (owner !== undefined && reference === undefined) {
    const revoked = await revokeGrants(owner, { ...installation, note });
    return { value: revoked, text: fields({ ...revoked }) };
  }
  if (owner !== undefined || reference === undefined) {
    throw new UsageError('either a grant as "grants list" shows it, or --account, --client or both');
  }
  await revokeGrant(reference, { ...installation, note });
  const revoked: Revoked = { grants: 1, consentWithdrawn: false };
  return { value: revoked, text: fields({ ...revoked }) };
}

export function addGrantVerbs(noun: Command): void {
  withPaging(withOwner(noun.command('list').description('list what accounts have allowed clients'))).action(
    (options: OwnerOptions & PagingOptions) => runVerb(options, (installation) => list(options, installation)),
  );
  withOwner(
    noun
      .command('revoke')
      .description(
        'end grants and all tokens issued under them; of an account, a client or both also forget the consents',
      ),
  )
    .argument('[grant]', 'one grant, as "grants list" shows it')
    .allowUnknownOption()
    .action((reference: string | undefined, options: OwnerOptions & CommonOptions) =>
      runVerb(options, (installation, note) => revoke(reference, options, installation, note)),
    );
}
