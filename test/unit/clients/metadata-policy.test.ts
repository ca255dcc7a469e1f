/** What the policy of an initial access token makes of the metadata that a client registers. */
import { readFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { applyPolicy, membersNamedBy, parsePolicy } from '../../../src/domain/clients/metadata-policy.ts';
import { DomainError } from '../../../src/domain/domain-error.ts';

const resources = ['https://a.example/', 'https://b.example/'];

function outcome(policy: object, given: object) {
  const { metadata, problems } = applyPolicy(parsePolicy(policy), { ...given });
  return { metadata, members: problems.map(({ member }) => member) };
}

function problemsOf(t: ExecutionContext, policy: unknown): readonly string[] {
  const error = t.throws(() => parsePolicy(policy), { instanceOf: DomainError });
  t.is(error?.code, 'metadata_policy_invalid');
  return error?.problems.map(({ text }) => text) ?? [];
}

test('value takes the place of what is given, null takes the member away, and a plain value is short for it', (t) => {
  t.deepEqual(outcome({ first_party: { value: false } }, { first_party: true }).metadata, { first_party: false });
  t.deepEqual(outcome({ first_party: false }, {}).metadata, { first_party: false });
  t.deepEqual(outcome({ logo_uri: { value: null } }, { logo_uri: 'https://a.example/' }), {
    metadata: {},
    members: [],
  });
  t.deepEqual(outcome({ logo_uri: null }, { logo_uri: 'https://a.example/' }).metadata, {});
});

test('default is for a member that is left out, or null, and add joins what is there', (t) => {
  const policy = { client_name: { default: 'Made here' }, contacts: { add: ['ops@example.com'] } };
  const contacts = ['ops@example.com'];
  t.deepEqual(outcome(policy, {}).metadata, { client_name: 'Made here', contacts });
  t.deepEqual(outcome(policy, { client_name: null, contacts: null }).metadata, { client_name: 'Made here', contacts });
  t.deepEqual(outcome(policy, { client_name: 'Notes', contacts: ['me@example.com', ...contacts] }).metadata, {
    client_name: 'Notes',
    contacts: ['me@example.com', ...contacts],
  });
  const both = { contacts: { default: ['a@example.com'], add: contacts } };
  t.deepEqual(outcome(both, {}).metadata, { contacts: ['a@example.com', ...contacts] });
});

test('one_of demands one of its values, also of what holds where the member is left out', (t) => {
  const policy = { token_endpoint_auth_method: { one_of: ['none', 'private_key_jwt'] } };
  t.deepEqual(outcome(policy, { token_endpoint_auth_method: 'none' }).members, []);
  t.deepEqual(outcome(policy, { token_endpoint_auth_method: 'client_secret_post' }).members, [
    'token_endpoint_auth_method',
  ]);
  t.deepEqual(outcome(policy, {}).members, ['token_endpoint_auth_method']);
  t.deepEqual(outcome({ logo_uri: { one_of: ['https://a.example/'] } }, {}).members, ['logo_uri']);
  const usual = { token_endpoint_auth_method: { one_of: ['client_secret_basic'] } };
  t.deepEqual(outcome(usual, {}), {
    metadata: { token_endpoint_auth_method: 'client_secret_basic' },
    members: [],
  });
});

test('subset_of drops what is outside of it, and nothing left is a problem instead of no bound', (t) => {
  const policy = { resources: { subset_of: resources } };
  const [one, other] = resources;
  t.deepEqual(outcome(policy, { resources: [one, 'https://c.example/'] }), {
    metadata: { resources: [one] },
    members: [],
  });
  t.deepEqual(outcome(policy, { resources: ['https://c.example/'] }).members, ['resources']);
  t.deepEqual(outcome(policy, { resources: 'https://c.example/' }).members, ['resources']);
  t.deepEqual(outcome({ resources: { subset_of: resources, default: [other] } }, {}).metadata, { resources: [other] });
});

test('who leaves out a bounded member that means all gets the whole bound, and of any other nothing', (t) => {
  t.deepEqual(outcome({ resources: { subset_of: resources } }, {}).metadata, { resources });
  t.deepEqual(outcome({ scope: { subset_of: ['openid', 'email'] } }, {}).metadata, { scope: 'openid email' });
  // Left out it would be what the redirect URIs say.
  for (const policy of [{ subset_of: ['https://a.example'] }, { value: null }])
    t.deepEqual(outcome({ cors_origins: policy }, {}), { metadata: { cors_origins: [] }, members: [] });
});

test('what is left out and has a default of its own is judged by that', (t) => {
  const codeOnly = { grant_types: { subset_of: ['authorization_code', 'refresh_token'] } };
  t.deepEqual(outcome(codeOnly, {}).metadata, { grant_types: ['authorization_code'] });
  t.deepEqual(outcome(codeOnly, { grant_types: ['client_credentials', 'authorization_code'] }).metadata, {
    grant_types: ['authorization_code'],
  });
  t.deepEqual(outcome({ grant_types: { subset_of: ['client_credentials'] } }, {}).members, ['grant_types']);
});

test('superset_of and essential demand what is not there', (t) => {
  const policy = { grant_types: { superset_of: ['refresh_token'] }, client_name: { essential: true } };
  t.deepEqual(outcome(policy, {}).members, ['grant_types', 'client_name']);
  const given = { grant_types: ['authorization_code', 'refresh_token'], client_name: 'Notes' };
  t.deepEqual(outcome(policy, given), { metadata: given, members: [] });
  t.deepEqual(outcome({ required_scopes: { superset_of: ['openid'], subset_of: ['openid'] } }, {}).members, [
    'required_scopes',
  ]);
});

test('scope is a list of its words', (t) => {
  const policy = { scope: { subset_of: ['openid', 'email', 'offline_access'], add: ['openid'] } };
  t.deepEqual(outcome(policy, { scope: 'email roles  profile' }).metadata, { scope: 'email openid' });
  t.deepEqual(outcome({ scope: { value: ['openid', 'email'] } }, {}).metadata, { scope: 'openid email' });
  t.deepEqual(outcome({ scope: 'openid email' }, { scope: 'roles' }).metadata, { scope: 'openid email' });
  t.deepEqual(outcome({ scope: { default: ['openid'], superset_of: 'openid' } }, {}).metadata, { scope: 'openid' });
});

test('a scope that is no text is refused whatever the policy says of it, and nothing of it is left', (t) => {
  for (const scope of [['openid', 'roles'], [{ toString: 1 }], { a: 1 }, 7, true])
    for (const operators of [{ add: ['openid'] }, { default: 'openid' }, { essential: true }, { value: 'openid' }])
      t.deepEqual(outcome({ scope: operators }, { scope }).members[0], 'scope', JSON.stringify([scope, operators]));
  t.is(problemsOf(t, { scope: { add: ['openid email'] } }).length, 1);
  t.is(problemsOf(t, { scope: { value: ['openid', 7] } }).length, 1);
});

test('what is bounded is bounded in every language, but for one that the policy names too', (t) => {
  const policy = { client_name: { one_of: ['Acme'] }, logo_uri: null, 'logo_uri#de': { essential: true } };
  const logo = 'https://a.example/logo';
  const given = { client_name: 'Acme', 'client_name#en': 'Bank', 'logo_uri#en': logo, 'logo_uri#de': logo };
  const { metadata, members } = outcome(policy, given);
  t.deepEqual(members, ['client_name#en', 'logo_uri#en']);
  t.deepEqual(metadata, { client_name: 'Acme', 'logo_uri#de': logo });
  t.deepEqual(outcome({ client_name: { essential: true } }, given).members, []);
});

test('what the policy does not name stays as it was given', (t) => {
  const given = { client_name: 'Notes', redirect_uris: ['https://a.example/'] };
  t.deepEqual(outcome({}, given).metadata, given);
});

test('every problem is named at once: members, operators, and the shapes of what they are given', (t) => {
  const problems = problemsOf(t, {
    client_nmae: { value: 'x' },
    client_secret: { value: 'x' },
    userinfo_signed_response_alg: 'RS256',
    logo_uri: { defalut: 'x' },
    contacts: { add: 'ops@example.com', subset_of: [] },
    policy_uri: { default: null, essential: 'yes' },
    tos_uri: {},
    scope: { one_of: ['openid'] },
    __proto__x: 1,
  });
  const expected = [
    /client_nmae is no member.*did you mean client_name\?/,
    /__proto__x is no member/,
    /client_secret is made by the provider/,
    /userinfo_signed_response_alg is not offered/,
    /logo_uri: defalut is no operator; did you mean default\?/,
    /contacts: add must be a list/,
    /contacts: subset_of must be a list/,
    /policy_uri: default must be a value/,
    /policy_uri: essential must be true or false/,
    /tos_uri: no operator/,
    /scope: one_of is for a single value/,
  ];
  t.is(problems.length, expected.length, problems.join('\n'));
  for (const form of expected)
    t.true(
      problems.some((text) => form.test(text)),
      `${form}`,
    );
  for (const json of [null, [], 'x', 1]) t.throws(() => parsePolicy(json), { code: 'metadata_policy_invalid' });
  t.is(problemsOf(t, JSON.parse('{"__proto__": {"value": 1}}')).length, 1);
});

test('operators that contradict each other are a problem', (t) => {
  const wrong = [
    { client_uri: { value: null, default: 'https://a.example/' } },
    { client_uri: { value: null, essential: true } },
    { client_uri: { value: 'https://a.example/', one_of: ['https://b.example/'] } },
    { client_uri: { default: 'https://a.example/', one_of: ['https://b.example/'] } },
    { contacts: { value: ['a'], add: ['b'] } },
    { contacts: { value: 'a', add: ['a'] } },
    { contacts: { add: ['b'], subset_of: ['a'] } },
    { contacts: { superset_of: ['b'], subset_of: ['a'] } },
    { contacts: { default: ['b'], subset_of: ['a'] } },
    { contacts: { default: ['b'], superset_of: ['a'] } },
    { contacts: { one_of: [['a']], subset_of: ['a'] } },
  ];
  for (const policy of wrong) t.is(problemsOf(t, policy).length, 1, JSON.stringify(policy));
  t.notThrows(() => parsePolicy({ contacts: { default: ['b'], add: ['a'], superset_of: ['a'] } }));
  t.notThrows(() => parsePolicy({ client_uri: { value: null, essential: false } }));
});

test('a member of administrators is set or bounded, and never left to whoever registers', (t) => {
  for (const operators of [{ default: false }, { essential: true }])
    t.is(problemsOf(t, { first_party: operators }).length, 1);
  for (const policy of [
    { resources: { add: ['https://a.example/'] } },
    { 'organization_name#de': { default: 'Verein' } },
    { scope: { default: 'openid roles' } },
    { scope: { add: ['roles'] } },
  ])
    t.regex(problemsOf(t, policy).join(), /only administrators set it/);
  const policy = parsePolicy({
    first_party: { default: false, one_of: [true, false] },
    scope: { subset_of: ['openid', 'roles'] },
    client_name: { default: 'Notes' },
    require_pkce: true,
  });
  t.deepEqual([...membersNamedBy(policy)], ['first_party', 'scope', 'require_pkce']);
});

test('the policy that docs/initial-access-tokens.md shows is one', (t) => {
  const page = readFileSync(new URL('../../../docs/initial-access-tokens.md', import.meta.url), 'utf8');
  const [, shown = ''] = /```json\n(.*?)```/s.exec(page) ?? [];
  t.notThrows(() => parsePolicy(JSON.parse(shown)));
});
