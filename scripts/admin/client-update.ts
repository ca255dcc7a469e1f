/** `client update`: changes what is named, by flags or by a JSON object in which null takes away (RFC 7396). */
import type { Command } from 'commander';
import type { ClientMetadata } from '../../src/domain/clients/client-metadata.ts';
import { updateClient } from '../../src/domain/clients/update-client.ts';
import { type ClientOptions, withClientOptions } from './client-options.ts';
import { clientOutcome } from './client-view.ts';
import { clientWorld, notesOnResources } from './client-world.ts';
import { runVerb } from './run-verb.ts';
import { readJsonObject } from './standard-input.ts';
import { UsageRefused } from './usage-refused.ts';

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
  if (Object.keys(patch).length === 0) throw new UsageRefused('nothing to change was named');
  return patch;
}

export function clientUpdate(client: Command): void {
  withClientOptions(client.command('update').description('change a client; lists that are named replace the old ones'))
    .option('--no-first-party', 'an app of somebody else: people are asked for consent')
    .argument('<client_id>')
    .action((clientId: string, options: ClientOptions) =>
      runVerb(options, async (installation) => {
        const patch = await patchFrom(options);
        const updated = await updateClient(clientId, patch, clientWorld(installation));
        return clientOutcome(updated, await notesOnResources(patch.resources, installation));
      }),
    );
}
