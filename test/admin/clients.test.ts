/** The `client` and `resource` verbs of the admin command, in real processes. */
import test from 'ava';
import { createProgram } from '../../scripts/admin/program.ts';
import { openAdmin } from '../support/admin-command.ts';

test('a client made by flags comes with its secret once, and is changed, rotated and removed', async (t) => {
  const admin = await openAdmin(t);
  const uris = ['cb', 'cb2', 'cb3'].flatMap((path) => ['--redirect-uri', `https://shop.example/${path}`]);
  const created = await admin(['client', 'create', '--name', 'Shop', ...uris, '--json']);
  t.is(created.exitCode, 0, created.stderr);
  const { client_id: id, client_secret: secret, redirect_uris: redirectUris } = created.json();
  t.is((redirectUris as string[]).length, 3);
  t.regex(String(secret), /^lk_cs_/);

  const shown = await admin(['client', 'show', String(id), '--json']);
  t.like(shown.json(), {
    client_id: id,
    client_name: 'Shop',
    accepted_secrets: 1,
    id_token_signed_response_alg: 'RS256',
  });
  t.false(shown.stdout.includes(String(secret)));

  const updated = await admin(['client', 'update', String(id), '--name', 'Store', '--first-party', '--json']);
  t.like(updated.json(), { client_name: 'Store', first_party: true, redirect_uris: redirectUris });

  const rotated = (await admin(['client', 'rotate-secret', String(id), '--json'])).json();
  t.not(rotated.client_secret, secret);
  t.is((await admin(['client', 'show', String(id), '--json'])).json().accepted_secrets, 2);
  await admin(['client', 'rotate-secret', String(id), '--finish']);
  t.is((await admin(['client', 'show', String(id), '--json'])).json().accepted_secrets, 1);

  t.is((await admin(['client', 'remove', String(id)])).exitCode, 0);
  t.deepEqual((await admin(['client', 'list', '--json'])).json(), { items: [], next: null });
  t.is((await admin(['client', 'remove', String(id)])).exitCode, 1);
});

test('a client that a migration brings keeps its id, secret and keys', async (t) => {
  const admin = await openAdmin(t);
  const jwk = { kty: 'EC', crv: 'P-256', use: 'sig', alg: 'ES256' };
  // The example of RFC 7517 A.1.
  const x = 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4';
  const y = '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM';
  const metadata = {
    client_id: 'old-shop',
    client_secret: 'old secret',
    redirect_uris: ['https://shop.example/cb'],
    jwks: { keys: [{ ...jwk, x, y }] },
  };
  const create = ['client', 'create', '--metadata', '-', '--json'];
  const refused = await admin(create, JSON.stringify(metadata));
  t.is(refused.exitCode, 1);
  t.regex(refused.stderr, /128 bits/);
  const created = await admin([...create, '--force'], JSON.stringify(metadata));
  t.is(created.exitCode, 0, created.stderr);
  t.like(created.json(), metadata);
});

test('a client is bound to addresses by a flag, and by metadata', async (t) => {
  const admin = await openAdmin(t);
  const flags = [
    '--name',
    'Shop',
    '--redirect-uri',
    'https://shop.example/cb',
    '--allowed-ip',
    '10.0.0.0/8',
    '--allowed-ip',
    '192.0.2.1',
  ];
  const created = await admin(['client', 'create', ...flags, '--json']);
  t.is(created.exitCode, 0, created.stderr);
  const { client_id: id, allowed_ips: allowed } = created.json();
  t.deepEqual(allowed, ['10.0.0.0/8', '192.0.2.1']);
  const updated = await admin(['client', 'update', String(id), '--allowed-ip', '192.0.2.2', '--json']);
  t.deepEqual(updated.json().allowed_ips, ['192.0.2.2']);
  const freed = await admin(['client', 'update', String(id), '--metadata', '-', '--json'], '{"allowed_ips":null}');
  t.false('allowed_ips' in freed.json());
});

test('a flag takes one value, so that the client may follow it, and is repeated for more', async (t) => {
  const admin = await openAdmin(t);
  const native = ['client', 'create', '--type', 'native', '--name', 'Shop', '--redirect-uri', 'https://a.test/cb'];
  const created = await admin([...native, '--json']);
  const id = String(created.json().client_id);
  const lists = {
    redirect_uris: ['--redirect-uri', 'https://b.test/cb', 'https://c.test/cb'],
    post_logout_redirect_uris: ['--post-logout-redirect-uri', 'https://b.test/out', 'https://c.test/out'],
    resources: ['--resource', 'https://api.test/', 'https://other.test/'],
    cors_origins: ['--cors-origin', 'https://b.test', 'https://c.test'],
    allowed_schemes: ['--allow-scheme', 'oc', 'exp'],
    allowed_ips: ['--allowed-ip', '10.0.0.0/8', '192.0.2.1'],
  } as const;
  const flags = Object.values(lists).flatMap(([flag, one, other]) => [flag, one, `${flag}=${other}`]);
  const updated = await admin(['client', 'update', ...flags, id, '--json']);
  for (const [member, [, ...values]] of Object.entries(lists)) {
    t.deepEqual(updated.json()[member], values, updated.stderr);
  }
  const single = await admin(['client', 'update', '--redirect-uri', 'https://d.test/cb', id, '--json']);
  t.deepEqual(single.json().redirect_uris, ['https://d.test/cb'], single.stderr);
  const several = ['--redirect-uri', 'https://e.test/cb', 'https://f.test/cb'];
  t.is((await admin(['client', 'update', id, ...several])).exitCode, 64);
});

test('no flag of any verb takes more than one value', (t) => {
  const verbs = createProgram().commands.flatMap((noun) => noun.commands);
  t.true(verbs.length > 20);
  for (const verb of verbs) {
    t.false(
      verb.options.some(({ variadic }) => variadic),
      verb.name(),
    );
  }
});

test("our own rules and oidc-provider's are both asked", async (t) => {
  const admin = await openAdmin(t);
  const plainHttp = await admin(['client', 'create', '--name', 'Shop', '--redirect-uri', 'http://shop.example/cb']);
  const metadata = { redirect_uris: ['https://shop.example/cb'], token_endpoint_auth_method: 'client_secret_jwt' };
  const symmetric = await admin(['client', 'create', '--metadata', '-'], JSON.stringify(metadata));
  const empty = await admin(['client', 'create', '--name', 'Shop']);
  for (const { exitCode, stdout, stderr } of [plainHttp, symmetric, empty]) {
    t.deepEqual([exitCode, stdout], [1, ''], stderr);
    t.regex(stderr, /client_metadata_invalid/);
  }
});

test('a resource is declared with scopes and an introspection client, listed and removed', async (t) => {
  const admin = await openAdmin(t);
  const scopes = ['--scope', 'notes:read=Read your notes', '--scope', 'notes:write=Write notes = keep them'];
  const flags = [
    '--identifier',
    'https://notes.example',
    ...scopes,
    '--ttl',
    '300',
    '--introspection-client',
    '--json',
  ];
  const created = await admin(['resource', 'create', ...flags]);
  t.is(created.exitCode, 0, created.stderr);
  const { introspectionClient, ...resource } = created.json();
  const { client_id: clientId, client_secret: secret } = introspectionClient as Record<string, unknown>;
  t.deepEqual(resource, {
    identifier: 'https://notes.example',
    scopes: { 'notes:read': 'Read your notes', 'notes:write': 'Write notes = keep them' },
    language: 'en',
    format: 'jwt',
    tokenType: 'at+jwt',
    ttlSeconds: 300,
    alg: 'ES256',
    introspectionClients: [clientId],
  });
  t.regex(String(secret), /^lk_cs_/);
  t.deepEqual((await admin(['resource', 'list', '--json'])).json(), { items: [resource], next: null });
  t.is((await admin(['resource', 'create', '--identifier', 'https://notes.example'])).exitCode, 1);
  t.is((await admin(['resource', 'remove', 'https://notes.example'])).exitCode, 0);
  t.is((await admin(['resource', 'remove', 'https://notes.example'])).exitCode, 1);
});

test('a resource that differs from another one only in spelling is made with a note, and so is a client that names one', async (t) => {
  const admin = await openAdmin(t);
  const first = await admin(['resource', 'create', '--identifier', 'https://notes.example/']);
  t.false(first.stderr.includes('note:'));
  for (const identifier of ['https://notes.example', 'https://NOTES.example/', 'https://notes.example:443/']) {
    const created = await admin(['resource', 'create', '--identifier', identifier, '--json']);
    t.is(created.exitCode, 0, created.stderr);
    t.true((created.json().similarTo as string[]).includes('https://notes.example/'));
    t.regex(created.stderr, /note: the resource https:\/\/notes\.example\/ exists already/);
  }
  const client = await admin([
    'client',
    'create',
    '--name',
    'A',
    '--type',
    'service',
    '--resource',
    'https://notes.EXAMPLE/',
  ]);
  t.regex(client.stderr, /did you mean .*https:\/\/notes\.example\//);
});

test('an administrator allows a client with a key to name endpoints as audience, and takes it back', async (t) => {
  const admin = await openAdmin(t);
  const flags = ['--name', 'Keyed', '--redirect-uri', 'https://shop.example/cb', '--allow-endpoint-audience'];
  const refused = await admin(['client', 'create', ...flags]);
  t.is(refused.exitCode, 1);
  t.regex(refused.stderr, /private_key_jwt/);
  const jwk = { kty: 'EC', crv: 'P-256', use: 'sig', alg: 'ES256' };
  const x = 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4';
  const y = '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM';
  const metadata = {
    client_id: 'keyed',
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
    redirect_uris: ['https://shop.example/cb'],
    jwks: { keys: [{ ...jwk, x, y }] },
  };
  await admin(['client', 'create', '--metadata', '-'], JSON.stringify(metadata));
  const update = async (...changes: readonly string[]) =>
    (await admin(['client', 'update', 'keyed', ...changes, '--json'])).json();
  t.true((await update('--allow-endpoint-audience')).allow_endpoint_audience);
  t.false((await update('--no-allow-endpoint-audience')).allow_endpoint_audience);
  // The same client is fit for the FAPI profile, which needs the key too.
  const withoutKey = await admin(['client', 'create', ...flags.slice(0, 4), '--fapi-profile', '2.0']);
  t.regex(withoutKey.stderr, /private_key_jwt/);
  // RS256 is stored as what it was registered with, and the profile has no RS256.
  t.not((await admin(['client', 'update', 'keyed', '--fapi-profile', '2.0'])).exitCode, 0);
  t.like(await update('--fapi-profile=2.0', '--id-token-alg=PS256'), {
    fapi_profile: '2.0',
    dpop_bound_access_tokens: true,
    require_pushed_authorization_requests: true,
  });
  t.not((await admin(['client', 'update', 'keyed', '--allow-endpoint-audience'])).exitCode, 0);
});

test('whether a token request without a resource is for the granted one is set by a flag of both verbs', async (t) => {
  const admin = await openAdmin(t);
  const create = async (...flags: readonly string[]) => {
    const all = ['client', 'create', '--name', 'Shop', '--redirect-uri', 'https://shop.example/cb', ...flags, '--json'];
    return (await admin(all)).json();
  };
  t.is((await create()).use_granted_resource, undefined);
  t.true((await create('--granted-resource')).use_granted_resource);
  const { client_id: id, use_granted_resource: isUsed } = await create('--no-granted-resource');
  t.false(isUsed);
  const update = async (flag: string) => (await admin(['client', 'update', String(id), flag, '--json'])).json();
  t.true((await update('--granted-resource')).use_granted_resource);
  t.false((await update('--no-granted-resource')).use_granted_resource);
});

test('a client may name a resource before it is declared, with a note', async (t) => {
  const admin = await openAdmin(t);
  const flags = ['--type', 'service', '--name', 'Job', '--resource', 'https://notes.example', '--json'];
  const created = await admin(['client', 'create', ...flags]);
  t.is(created.exitCode, 0, created.stderr);
  t.deepEqual(created.json().resources, ['https://notes.example']);
  t.regex(created.stderr, /https:\/\/notes\.example/);
});
