/** What a client's metadata must say for the FAPI 2.0 Security Profile, and what it need not say. */
import { inspect } from 'node:util';
import test from 'ava';
import { metadataRulesOf } from '../../../src/config/config.ts';
import { type ClientMetadata, withDefaults } from '../../../src/domain/clients/metadata/metadata.ts';
import { isFapiClient } from '../../../src/provider/options/fapi.ts';
import { checkMetadata } from '../../support/checked-metadata.ts';
import { rejectsWith } from '../../support/domain-errors.ts';

const rules = metadataRulesOf({ mode: 'production', brandName: 'Latchkey' });
const least: ClientMetadata = {
  fapi_profile: '2.0',
  token_endpoint_auth_method: 'private_key_jwt',
  token_endpoint_auth_signing_alg: 'PS256',
  redirect_uris: ['https://app.example/cb'],
};
const service: ClientMetadata = { ...least, grant_types: ['client_credentials'], redirect_uris: [] };
const check = (metadata: ClientMetadata): void => checkMetadata(withDefaults(metadata), rules);

test('what is not said gets what the profile demands', (t) => {
  t.notThrows(() => check(least));
  t.like(withDefaults(least), {
    require_pushed_authorization_requests: true,
    dpop_bound_access_tokens: true,
    id_token_signed_response_alg: 'ES256',
    authorization_signed_response_alg: 'ES256',
  });
});

test('a service signs nobody in: nothing is demanded of its requests and ID tokens', (t) => {
  t.notThrows(() => check(service));
  t.false('require_pushed_authorization_requests' in withDefaults(service));
});

const contradictions: readonly ClientMetadata[] = [
  ...['1.0', '2.1', 2, true, '', null].map((fapi_profile) => ({ fapi_profile })),
  ...['client_secret_basic', 'client_secret_post', 'none', undefined].map((method) => ({
    token_endpoint_auth_method: method,
  })),
  ...['RS256', undefined].map((alg) => ({ token_endpoint_auth_signing_alg: alg })),
  ...['RS256', 'none', 'HS256', 'RS512'].flatMap((alg) => [
    { id_token_signed_response_alg: alg },
    { authorization_signed_response_alg: alg },
    { request_object_signing_alg: alg },
    { userinfo_signed_response_alg: alg },
    { introspection_signed_response_alg: alg },
  ]),
  { require_pushed_authorization_requests: false },
  { dpop_bound_access_tokens: false },
  { require_pkce: false },
  { allow_endpoint_audience: true },
  { refresh_grace_seconds: 0 },
  { refresh_grace_seconds: 10 },
];

for (const contradiction of contradictions) {
  test(`${inspect(contradiction)} contradicts the profile, and is named`, async (t) => {
    const refusal = await rejectsWith(t, 'client_metadata_invalid', () => check({ ...least, ...contradiction }));
    t.regex(refusal.message, new RegExp(Object.keys(contradiction)[0] ?? ''));
  });
}

test('each algorithm of the profile is fine for all that is signed', (t) => {
  for (const alg of ['PS256', 'ES256']) {
    t.notThrows(() =>
      check({
        ...least,
        token_endpoint_auth_signing_alg: alg,
        id_token_signed_response_alg: alg,
        authorization_signed_response_alg: alg,
        request_object_signing_alg: alg,
      }),
    );
  }
});

test('what the client signs may be Ed25519 too; what we sign may not, and no message names what we have no key for', async (t) => {
  for (const alg of ['Ed25519', 'EdDSA'])
    t.notThrows(() => check({ ...least, token_endpoint_auth_signing_alg: alg, request_object_signing_alg: alg }));
  for (const member of ['id_token_signed_response_alg', 'authorization_signed_response_alg'])
    for (const alg of ['RS256', 'Ed25519', 'EdDSA', 'none']) {
      const { message } = await rejectsWith(t, 'client_metadata_invalid', () => check({ ...least, [member]: alg }));
      t.regex(message, new RegExp(`${member} must be ES256 or PS256$`));
    }
});

test('without the profile nothing of it is demanded or filled in', (t) => {
  const web = { redirect_uris: ['https://app.example/cb'], id_token_signed_response_alg: 'RS256' };
  t.notThrows(() => check(web));
  t.deepEqual(Object.keys(withDefaults(web)).toSorted(), [
    ...['grant_types', 'id_token_signed_response_alg', 'redirect_uris', 'response_types', 'token_endpoint_auth_method'],
  ]);
});

test('a client is one by its profile, or by pushing and binding as it had to before the profile had a name', (t) => {
  const pushes = { requirePushedAuthorizationRequests: true };
  const binds = { dpopBoundAccessTokens: true };
  for (const client of [{ fapi_profile: '2.0' }, { ...pushes, ...binds }]) t.true(isFapiClient(client));
  for (const client of [{}, pushes, binds, { fapi_profile: '1.0' }]) t.false(isFapiClient(client));
});
