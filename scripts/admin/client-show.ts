/** `client show`: one client, without its secrets. */
import type { Command } from 'commander';
import { Refusal } from '../../src/domain/refusal.ts';
import { clientOutcome } from './client-view.ts';
import { type CommonOptions, runVerb } from './run-verb.ts';

export function clientShow(client: Command): void {
  client
    .command('show')
    .description('show a client, and how many secrets it accepts')
    .argument('<client_id>')
    .action((clientId: string, options: CommonOptions) =>
      runVerb(options, async ({ clients }) => {
        const found = await clients.get(clientId);
        if (found === undefined) throw new Refusal('client_unknown');
        return clientOutcome({ ...found.metadata, accepted_secrets: found.secretHashes.length });
      }),
    );
}
