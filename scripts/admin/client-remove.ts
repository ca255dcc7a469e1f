/** `client remove`: the end of a client and of all that was granted to it. */
import type { Command } from 'commander';
import { removeClient } from '../../src/domain/clients/remove-client.ts';
import { type CommonOptions, runVerb } from './run-verb.ts';

export function clientRemove(client: Command): void {
  client
    .command('remove')
    .description('remove a client and end all that was granted to it')
    .argument('<client_id>')
    .action((clientId: string, options: CommonOptions) =>
      runVerb(options, async (installation) => {
        await removeClient(clientId, installation);
        return { value: { client_id: clientId, removed: true }, text: `removed ${clientId}` };
      }),
    );
}
