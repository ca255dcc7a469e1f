/** Every member of client metadata that there is: enforced, or refused. */
import { existsSync, readFileSync } from 'node:fs';
import test from 'ava';
import { clientMetadataPage } from '../../../scripts/client-metadata-page.ts';
import { metadataRulesOf } from '../../../src/config/config.ts';
import { updateClient } from '../../../src/domain/clients/change.ts';
import { taggedNames } from '../../../src/domain/clients/metadata/member-rules.ts';
import { members, membersUnknownToProvider } from '../../../src/domain/clients/metadata/members.ts';
import { refusedMembers } from '../../../src/domain/clients/metadata/refused-members.ts';
import { registerClient } from '../../../src/domain/clients/register.ts';
import { checkMetadata } from '../../support/checked-metadata.ts';
import { rejectsWith } from '../../support/domain-errors.ts';
import { valuesOf } from '../../support/refused-values.ts';
import { openRegistry } from '../../support/registry.ts';

const rules = metadataRulesOf({ mode: 'production', brandName: 'Latchkey' });
const shop = { client_id: 'shop', client_name: 'Shop', redirect_uris: ['https://shop.example/cb'] };
const isKnown = (name: string): boolean => members.has(name) || refusedMembers.has(name);

const library = new URL('../../../node_modules/oidc-provider/lib/', import.meta.url);

/** Those that it recognises always, those of each feature, and those of the lists by which it checks values. */
function recognizedByProvider(): readonly string[] {
  const schema = readFileSync(new URL('helpers/client_schema.js', library), 'utf8');
  const attributes = readFileSync(new URL('consts/client_attributes.js', library), 'utf8');
  const ofFeatures = schema.match(/RECOGNIZED_METADATA\.push\([^)]*\)/g) ?? [];
  const lists =
    attributes.match(/const (?:RECOGNIZED_METADATA|BOOL|ARYS|STRING|WEB_URI|HTTPS_URI) = \[[^\]]*\]/g) ?? [];
  const choices = attributes.match(/const CHOICES = \{[^}]*\}/g) ?? [];
  return [...ofFeatures, ...lists, ...choices]
    .flatMap((text) => text.match(/\b[a-z]+(?:_[a-z]+)+\b|'(?:scope|jwks|contacts)'/g) ?? [])
    .map((name) => name.replaceAll("'", ''));
}

test('what oidc-provider recognises, with every feature it has, is enforced or refused here', (t) => {
  const recognized = new Set(recognizedByProvider());
  t.true(recognized.size > 70, `${recognized.size}`);
  for (const name of [
    'redirect_uris',
    'tls_client_auth_san_ip',
    'backchannel_token_delivery_mode',
    'jwks',
    'subject_types_supported',
  ])
    t.true(recognized.has(name), name);
  t.deepEqual(
    [...recognized].filter((name) => !isKnown(name)),
    [],
  );
});

test('what oidc-provider does not recognise is stored because the table says so, and nothing else is', (t) => {
  const recognized = new Set(recognizedByProvider());
  t.deepEqual(
    [...members.keys()].filter((name) => !recognized.has(name)).toSorted(),
    membersUnknownToProvider.toSorted(),
  );
});

const registered = [
  // RFC 7591 2 and 3.2.1, RFC 7592 3
  ...['redirect_uris', 'token_endpoint_auth_method', 'grant_types', 'response_types', 'client_name', 'client_uri'],
  ...['logo_uri', 'scope', 'contacts', 'tos_uri', 'policy_uri', 'jwks_uri', 'jwks', 'software_id', 'software_version'],
  ...['software_statement', 'client_id', 'client_secret', 'client_id_issued_at', 'client_secret_expires_at'],
  ...['registration_access_token', 'registration_client_uri'],
  // OIDC Registration 2
  ...['application_type', 'sector_identifier_uri', 'subject_type', 'id_token_signed_response_alg'],
  ...['id_token_encrypted_response_alg', 'id_token_encrypted_response_enc', 'userinfo_signed_response_alg'],
  ...['userinfo_encrypted_response_alg', 'userinfo_encrypted_response_enc', 'request_object_signing_alg'],
  ...['request_object_encryption_alg', 'request_object_encryption_enc', 'token_endpoint_auth_signing_alg'],
  ...['default_max_age', 'require_auth_time', 'default_acr_values', 'initiate_login_uri', 'request_uris'],
  // RP-Initiated, Back-Channel and Front-Channel Logout
  ...['post_logout_redirect_uris', 'backchannel_logout_uri', 'backchannel_logout_session_required'],
  ...['frontchannel_logout_uri', 'frontchannel_logout_session_required'],
  // RFC 9101 10.5, RFC 9126 6, RFC 9449 5.2, RFC 9396 10, RFC 8705 2.1.2 and 3.4, RFC 9701 6
  ...['require_signed_request_object', 'require_pushed_authorization_requests', 'dpop_bound_access_tokens'],
  ...['authorization_details_types', 'tls_client_auth_subject_dn', 'tls_client_auth_san_dns'],
  ...['tls_client_auth_san_uri', 'tls_client_auth_san_ip', 'tls_client_auth_san_email'],
  ...['tls_client_certificate_bound_access_tokens', 'introspection_signed_response_alg'],
  ...['introspection_encrypted_response_alg', 'introspection_encrypted_response_enc'],
  // JARM 3, CIBA 4
  ...['authorization_signed_response_alg', 'authorization_encrypted_response_alg'],
  ...['authorization_encrypted_response_enc', 'backchannel_token_delivery_mode'],
  ...['backchannel_client_notification_endpoint', 'backchannel_authentication_request_signing_alg'],
  'backchannel_user_code_parameter',
];

test('what the specifications register is enforced or refused here, and nothing is both', (t) => {
  t.deepEqual(
    registered.filter((name) => !isKnown(name)),
    [],
  );
  t.deepEqual(
    [...members.keys()].filter((name) => refusedMembers.has(name)),
    [],
  );
});

test('what enforces a member is there', (t) => {
  for (const [name, { enforcedBy }] of members)
    for (const file of enforcedBy.match(/src\/[\w/-]+\.ts/g) ?? [])
      t.true(existsSync(new URL(`../../../${file}`, import.meta.url)), `${name}: ${file}`);
});

for (const name of refusedMembers.keys()) {
  test(`${name} is refused by name, with what there is instead`, async (t) => {
    const reason = refusedMembers.get(name)?.reason ?? '';
    for (const value of valuesOf(name)) {
      const { message } = await rejectsWith(t, 'client_metadata_invalid', () =>
        checkMetadata({ ...shop, [name]: value }, rules),
      );
      t.is(message, `${name} is not offered: ${reason}`, JSON.stringify(value));
    }
  });
}

test('a value that asks for nothing is let through', (t) => {
  const harmless = [...refusedMembers].filter(([, refused]) => refused.harmless !== undefined);
  t.true(harmless.length > 5);
  for (const [name, { harmless: value }] of harmless)
    t.notThrows(() => checkMetadata({ ...shop, [name]: value }, rules), name);
});

/** What was typed, and what the message names. */
const typed: Readonly<Record<string, string | undefined>> = {
  redirect_uri: 'redirect_uris',
  redirct_uris: 'redirect_uris',
  redirectUris: 'redirect_uris',
  'redirect-uris': 'redirect_uris',
  Redirect_URIs: 'redirect_uris',
  post_logout_redirect_uri: 'post_logout_redirect_uris',
  token_endpoint_auth_methd: 'token_endpoint_auth_method',
  grant_type: 'grant_types',
  requrie_pkce: 'require_pkce',
  allowed_ip: 'allowed_ips',
  first_partry: 'first_party',
  'client_name#d': 'client_name#de',
  frontchanel_logout_uri: 'frontchannel_logout_uri',
  favourite_colour: undefined,
  x: undefined,
  '': undefined,
  constructor: undefined,
  toString: undefined,
  ['a'.repeat(100_000)]: undefined,
};

for (const [name, meant] of Object.entries(typed)) {
  test(`an administrator is told of the unknown ${name.slice(0, 40)}, and of ${meant} if that was meant`, async (t) => {
    const registry = await openRegistry(t);
    await registerClient(shop, registry);
    const given = JSON.parse(JSON.stringify({ [name]: 'x' }));
    for (const act of [
      () => registerClient({ ...shop, client_id: 'other', ...given }, registry),
      () => updateClient('shop', given, registry),
    ]) {
      const { message } = await rejectsWith(t, 'client_metadata_invalid', act);
      if (name.startsWith('client_name#')) t.regex(message, /^client_name#d is shown to nobody: .*\ben\b.*\bde\b/);
      else
        t.is(
          message,
          `${name} is no member of client metadata${meant === undefined ? '' : `; did you mean ${meant}?`}`,
        );
    }
    t.is(await registry.clients.get('other'), undefined);
    t.false(
      name in ((await registry.clients.get('shop'))?.metadata ?? {}) &&
        Object.hasOwn((await registry.clients.get('shop'))?.metadata ?? {}, name),
    );
  });
}

test('a member named like a part of every object is unknown too', async (t) => {
  const registry = await openRegistry(t);
  const given = JSON.parse(
    '{"client_name":"X","redirect_uris":["https://shop.example/cb"],"__proto__":{"first_party":true}}',
  );
  await rejectsWith(t, 'client_metadata_invalid', () => registerClient(given, registry));
});

test('everything that is wrong is said at once', async (t) => {
  const registry = await openRegistry(t);
  await registerClient(shop, registry);
  const wrong = {
    redirect_uris: ['http://shop.example/cb'],
    tls_client_certificate_bound_access_tokens: true,
    frontchannel_logout_uri: 'https://shop.example/out',
    redirct_uris: [],
    'logo_uri#de': 'javascript:alert(1)',
    refresh_grace_seconds: 61,
    allowed_ips: [],
    allowed_groups: [],
    cors_origins: ['*'],
    first_party: 'yes',
    client_id_issued_at: 5,
  };
  for (const act of [
    () => registerClient({ ...wrong, client_name: 'Other' }, registry),
    () => updateClient('shop', wrong, registry),
  ]) {
    const { message } = await rejectsWith(t, 'client_metadata_invalid', act);
    for (const name of Object.keys(wrong)) t.true(message.includes(name), `${name}: ${message}`);
  }
});

test('what people see may be said in the languages of the pages', async (t) => {
  const registry = await openRegistry(t);
  const said = { 'client_name#de': 'Laden', 'client_name#en': 'Shop', 'tos_uri#de': 'https://shop.example/agb' };
  t.like(await registerClient({ ...shop, ...said }, registry), said);
  t.is(taggedNames.length, 12);
  for (const name of [
    'client_name#fr',
    'client_name#',
    'client_name#de#en',
    'redirect_uris#de',
    'contacts#de',
    'jwks#en',
  ])
    await rejectsWith(t, 'client_metadata_invalid', () => updateClient('shop', { [name]: 'x' }, registry));
  for (const wrong of [{ 'client_name#de': '\u200b' }, { 'client_name#de': 7 }, { 'policy_uri#en': '/privacy' }])
    await rejectsWith(t, 'client_metadata_invalid', () => updateClient('shop', wrong, registry));
});

test('what is made here is not taken from an administrator, but for what a migration brings along', async (t) => {
  const registry = await openRegistry(t);
  for (const made of [{ client_id_issued_at: 1 }, { client_secret_expires_at: 1 }])
    await rejectsWith(t, 'client_metadata_invalid', () => registerClient({ ...shop, ...made }, registry));
  const secret = '0123456789abcdef0123456789abcdef';
  const migrated = await registerClient({ ...shop, client_secret: secret, client_secret_expires_at: 0 }, registry);
  t.like(migrated, { client_id: 'shop', client_secret: secret, client_secret_expires_at: 0 });
  for (const made of [
    { client_id: 'other' },
    { client_secret: secret },
    { client_secret_expires_at: 0 },
    { client_id_issued_at: null },
  ])
    await rejectsWith(t, 'client_metadata_invalid', () => updateClient('shop', made, registry));
});

test('a client that was stored with what is refused now is changed by taking that away', async (t) => {
  const registry = await openRegistry(t);
  const metadata = { ...shop, use_mtls_endpoint_aliases: true, made_up: 1 };
  await registry.clients.create({ id: 'shop', metadata, secretHashes: ['x'] });
  const { message } = await rejectsWith(t, 'client_metadata_invalid', () =>
    updateClient('shop', { client_name: 'Store' }, registry),
  );
  t.true(message.includes('use_mtls_endpoint_aliases') && message.includes('made_up'));
  const updated = await updateClient('shop', { use_mtls_endpoint_aliases: null, made_up: null }, registry);
  t.like(updated, { client_name: 'Shop', id_token_signed_response_alg: 'RS256' });
  t.false('use_mtls_endpoint_aliases' in updated || 'made_up' in updated);
});

test('the page of client metadata says what the table says', (t) => {
  const page = readFileSync(new URL('../../../docs/client-metadata.md', import.meta.url), 'utf8');
  t.is(page, clientMetadataPage(), 'npm run docs:metadata');
  for (const name of [...members.keys(), ...refusedMembers.keys()]) t.true(page.includes(`\`${name}\``), name);
});
