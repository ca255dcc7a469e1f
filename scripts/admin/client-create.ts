/** `client create`: a new client, from its metadata or from flags. */
import { type Command, Option } from 'commander';
import type { ClientMetadata } from '../../src/domain/clients/client-metadata.ts';
import { type ClientType, clientTypes, describeClient } from '../../src/domain/clients/describe-client.ts';
import { registerClient } from '../../src/domain/clients/register-client.ts';
import { type ClientOptions, withClientOptions } from './client-options.ts';
import { clientOutcome } from './client-view.ts';
import { clientWorld, notesOnResources } from './client-world.ts';
import { runVerb } from './run-verb.ts';
import { readJsonObject } from './standard-input.ts';
import { UsageRefused } from './usage-refused.ts';

interface Options extends ClientOptions {
  readonly type?: ClientType;
  readonly idTokenAlg?: 'ES256' | 'RS256';
}

async function metadataFrom(options: Options): Promise<ClientMetadata> {
  const { metadata, json: _json, ...flags } = options;
  if (metadata !== undefined) {
    if (Object.keys(flags).length > 0) throw new UsageRefused('--metadata says everything: no other flag goes with it');
    return readJsonObject(metadata);
  }
  if (flags.name === undefined) throw new UsageRefused('either --metadata or --name is needed');
  return describeClient({
    name: flags.name,
    type: flags.type ?? 'web',
    redirectUris: flags.redirectUri ?? [],
    postLogoutRedirectUris: flags.postLogoutRedirectUri ?? [],
    resources: flags.resource ?? [],
    corsOrigins: flags.corsOrigin ?? [],
    isFirstParty: flags.firstParty ?? false,
    idTokenAlg: flags.idTokenAlg ?? 'ES256',
  });
}

export function clientCreate(client: Command): void {
  withClientOptions(client.command('create').description('register a client; its secret is shown once'))
    .addOption(new Option('--type <type>', 'kind of app (default: web)').choices(clientTypes))
    .addOption(
      new Option('--id-token-alg <alg>', 'how its ID tokens are signed (default: ES256)').choices(['ES256', 'RS256']),
    )
    .action((options: Options) =>
      runVerb(options, async (installation) => {
        const shown = await registerClient(await metadataFrom(options), clientWorld(installation));
        return clientOutcome(shown, await notesOnResources(shown.resources, installation));
      }),
    );
}
