import type { Command } from 'commander';
import type { EventOwner, EventRecord } from '../../src/ports/events.ts';
import { UsageError } from '../usage-error.ts';
import { findAccount } from './account.ts';
import { findClient } from './client.ts';
import { type CommonOptions, type Outcome, runVerb, table } from './command.ts';

const columns = ['time', 'event', 'reason', 'account', 'client', 'resource', 'address', 'detail'] as const;

interface ReadOptions extends CommonOptions {
  readonly account?: string;
  readonly client?: string;
  readonly unknown?: boolean;
}

function view({ at, ...event }: EventRecord): Readonly<Record<string, unknown>> {
  return { time: new Date(at).toISOString(), ...event };
}

function row(event: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { accountId, accountReference, clientId, ...shown } = event;
  return { ...shown, account: accountId ?? accountReference, client: clientId };
}

function outcomeOf(events: readonly EventRecord[]): Outcome {
  const items = events.map(view);
  return { value: { items }, text: table(columns, items.map(row)) };
}

export function addAuditVerbs(noun: Command): void {
  noun
    .command('read')
    .description('what happened, newest first; by default what administrators did')
    .option('--account <account>', 'to one account: id, e-mail address or username')
    .option('--client <client_id>', 'to one client, and its requests that were refused')
    .option('--unknown', 'sign-ins with names that no account has')
    .action((options: ReadOptions) =>
      runVerb(options, async ({ accounts, clients, events }) => {
        const { account, client, unknown = false } = options;
        if ([account !== undefined, client !== undefined, unknown].filter(Boolean).length > 1) {
          throw new UsageError('--account, --client and --unknown exclude each other');
        }
        let owner: EventOwner = { kind: unknown ? 'unknown accounts' : 'administration' };
        if (account !== undefined) owner = { kind: 'account', id: (await findAccount(account, accounts)).id };
        if (client !== undefined) owner = { kind: 'client', id: (await findClient(client, clients)).id };
        return outcomeOf(await events.list(owner));
      }),
    );
}
