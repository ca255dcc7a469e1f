/** From the code to the page: whatever is wrong with a stored client is explained there, and names what to change. */
import { inspect } from 'node:util';
import test from 'ava';
import { metadataRulesOf } from '../../src/config/config.ts';
import { members } from '../../src/domain/clients/metadata/members.ts';
import { type ClientMetadata, describeProblems, metadataProblems } from '../../src/domain/clients/metadata/metadata.ts';
import { refusedMembers } from '../../src/domain/clients/metadata/refused-members.ts';
import { explanations } from '../../src/web/docs/error-pages.ts';
import { hostileUris } from '../security/uris/hostile-uris.ts';
import { patternOf } from './pattern-of.ts';

const key = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' };

const faults: readonly ClientMetadata[] = [
  ...[7, '', 'constructor', '__proto__'].map((client_id) => ({ client_id })),
  ...['require_pkce', 'first_party', 'allow_endpoint_audience', 'use_granted_resource'].map((name) => ({ [name]: 1 })),
  { token_endpoint_auth_method: 'client_secret_jwt' },
  { token_endpoint_auth_method: 'none', require_pkce: false },
  { application_type: 'native', require_pkce: false },
  { allow_endpoint_audience: true },
  { fapi_profile: '1.0' },
  { fapi_profile: '2.0' },
  { fapi_profile: '2.0', token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: 'RS256' },
  ...[7, '', '\u200b'].flatMap((text) => [{ client_name: text }, { 'client_name#de': text }, { 'logo_uri#en': text }]),
  { 'tos_uri#de': 'javascript:alert(1)' },
  { software_id: 7 },
  { software_version: '' },
  ...[-1, 61, 1.5, '10'].map((refresh_grace_seconds) => ({ refresh_grace_seconds })),
  ...[[], ['nowhere'], 'x'].flatMap((value) => [{ allowed_ips: value }, { allowed_ips: [7] }]),
  ...[[], [' staff'], 'x'].map((allowed_groups) => ({ allowed_groups })),
  ...['mfa', 2, '', ['phr'], 'PHR'].map((minimum_acr) => ({ minimum_acr })),
  ...[['x y'], [''], 'x'].map((id_token_claims) => ({ id_token_claims })),
  { grant_types: ['authorization_code'], response_types: ['code'] },
  { grant_types: ['authorization_code'], response_types: ['code'], redirect_uris: [] },
  ...[
    ['http://localhost/cb'],
    ['http://app.example/cb'],
    ['javascript:alert(1)'],
    ['x'],
    ['https://a.example/#x'],
    'x',
  ].flatMap((uris) => [{ redirect_uris: uris }, { post_logout_redirect_uris: uris }]),
  { application_type: 'native', redirect_uris: ['myapp:/cb'] },
  ...hostileUris
    .filter(({ code }) => code !== 'uri_parameters')
    .map(({ uri }) => ({ application_type: 'native', redirect_uris: [uri] })),
  ...[['exp'], ['javascript'], 'x', ['X:']].map((allowed_schemes) => ({ allowed_schemes })),
  ...['backchannel_logout_uri', 'initiate_login_uri', 'jwks_uri'].flatMap((name) =>
    ['http://app.example/x', '', 7].map((uri) => ({ [name]: uri })),
  ),
  ...[['https://app.example/'], ['null'], 'x'].map((cors_origins) => ({ cors_origins })),
  ...[['notes'], ['https://notes.example/#x'], 7].map((resources) => ({ resources })),
  ...[[], { keys: 'x' }, { keys: [null] }, { keys: [{ ...key, d: 'd' }] }, { keys: [{ kty: 'AKP', priv: 'p' }] }].map(
    (jwks) => ({ jwks }),
  ),
  ...[...refusedMembers.keys()].map((name) => ({ [name]: 'x' })),
];

const descriptions = Object.keys(explanations.get('invalid_client_metadata')?.causes ?? {}).map(patternOf);
const names = [...members.keys(), ...refusedMembers.keys()];
const rules = metadataRulesOf({ mode: 'production', brandName: 'Latchkey' });

test('the page about client metadata has a cause for whatever our rules say, and each message names a member', (t) => {
  for (const fault of faults) {
    const problems = metadataProblems(fault, rules);
    t.true(problems.length > 0, inspect(fault));
    for (const problem of [...problems.map(({ text }) => text), describeProblems(problems)]) {
      t.true(
        descriptions.some((form) => form.test(problem)),
        problem,
      );
      t.true(
        names.some((name) => new RegExp(`\\b${name}\\b`).test(problem)),
        problem,
      );
    }
  }
});
