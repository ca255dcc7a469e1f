/** `resource remove`: no token is meant for this resource any more. */
import type { Command } from 'commander';
import { removeResource } from '../../src/domain/resources/remove-resource.ts';
import { type CommonOptions, runVerb } from './run-verb.ts';

export function resourceRemove(resource: Command): void {
  resource
    .command('remove')
    .description('remove a resource; its introspection client stays until "client remove"')
    .argument('<identifier>')
    .action((identifier: string, options: CommonOptions) =>
      runVerb(options, async (installation) => {
        await removeResource(identifier, installation);
        return { value: { identifier, removed: true }, text: `removed ${identifier}` };
      }),
    );
}
