/** What the four kinds of app are registered with. */
import test from 'ava';
import { metadataRulesOf } from '../../../src/config/config.ts';
import { type ClientType, metadataOfType } from '../../../src/domain/clients/metadata/kinds.ts';
import type { ClientMetadata } from '../../../src/domain/clients/metadata/metadata.ts';
import { registerClient } from '../../../src/domain/clients/register.ts';
import { checkMetadata } from '../../support/checked-metadata.ts';
import { rejectsWith } from '../../support/domain-errors.ts';
import { openRegistry } from '../../support/registry.ts';

function described(type: ClientType, given: ClientMetadata = {}): ClientMetadata {
  const name = { client_name: 'Shop', ...(type !== 'service' && { redirect_uris: ['https://shop.example/cb'] }) };
  const metadata = metadataOfType(type, { ...name, ...given });
  checkMetadata(metadata, metadataRulesOf({ mode: 'production', brandName: 'Latchkey' }));
  return metadata;
}

test('a web app signs people in, refreshes and has a secret', (t) => {
  const given = { post_logout_redirect_uris: ['https://shop.example/'], resources: ['https://api.example'] };
  t.deepEqual(described('web', given), {
    client_name: 'Shop',
    application_type: 'web',
    token_endpoint_auth_method: 'client_secret_basic',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    redirect_uris: ['https://shop.example/cb'],
    post_logout_redirect_uris: ['https://shop.example/'],
    resources: ['https://api.example'],
  });
});

test('native and browser apps are public clients', (t) => {
  for (const type of ['native', 'spa'] as const) {
    t.is(described(type).token_endpoint_auth_method, 'none');
  }
  t.is(described('native').application_type, 'native');
});

test('a service gets tokens for itself and has no page to come back to', async (t) => {
  t.like(described('service'), { grant_types: ['client_credentials'], response_types: [] });
  const registry = await openRegistry(t);
  const service = metadataOfType('service', { client_name: 'Job', redirect_uris: ['https://shop.example/cb'] });
  const { message } = await rejectsWith(t, 'client_metadata_invalid', () => registerClient(service, registry));
  t.regex(message, /redirect_uris has no effect/);
});

test('where people sign in there is an address to come back to', async (t) => {
  for (const type of ['web', 'native', 'spa'] as const) {
    for (const redirect_uris of [[], undefined])
      await rejectsWith(t, 'client_metadata_invalid', () => described(type, { redirect_uris }));
  }
});
