/** Which claims an account has, and which it may be given. */
import test from 'ava';
import { claimsByScope, claimsOf, groupsOf, readExtraClaims } from '../../../src/domain/accounts/claims.ts';
import { user } from '../../support/accounts.ts';
import { rejectsWith } from '../../support/domain-errors.ts';

const NOW = 5_000;

test('name, e-mail address, username and roles of an account are claims', (t) => {
  const ada = user({
    id: 'a1',
    email: 'ada@example.test',
    emailVerified: true,
    username: 'ada',
    name: 'Ada',
    updatedAt: 61_999,
  });
  t.deepEqual(claimsOf(ada, NOW), {
    sub: 'a1',
    email: 'ada@example.test',
    email_verified: true,
    preferred_username: 'ada',
    name: 'Ada',
    updated_at: 61,
    roles: [],
  });
});

test('what is not known of an account is left out', (t) => {
  const claims = claimsOf(user({ email: 'ada@example.test' }), NOW);
  t.false('name' in claims || 'preferred_username' in claims);
});

test("stored claims never replace those of the account's own fields", (t) => {
  const claims = { sub: 'eve', email: 'eve@example.test', locale: 'en' };
  const said = claimsOf(user({ id: 'a1', email: 'ada@example.test', claims }), NOW);
  t.deepEqual([said.sub, said.email, said.locale], ['a1', 'ada@example.test', 'en']);
});

for (const name of ['Roles', 'ROLES', 'ｒｏｌｅｓ', 'roles', 'iss', 'acr', 'scope', 'urn:latchkey:grant']) {
  test(`a stored claim called ${name}, which only the provider may set, is not released`, (t) => {
    const said = claimsOf(
      user({ id: 'a1', email: 'ada@example.test', claims: { [name]: ['admin'], team: 'red' } }),
      NOW,
    );
    t.deepEqual(said.roles, []);
    t.false(name !== 'roles' && name in said);
    t.is(said.team, 'red');
  });
}

test('every standard claim has the one scope that OIDC Core 5.4 gives it', (t) => {
  const all = Object.values(claimsByScope()).flat();
  // And `groups`, which has a scope of its own.
  t.is(all.length, 21);
  t.is(new Set(all).size, 21);
});

test('standard claims of the right type and custom claims can be kept', (t) => {
  const claims = {
    given_name: 'Ada',
    address: { country: 'GB' },
    phone_number_verified: true,
    'https://example.test/role': ['x'],
  };
  t.deepEqual(readExtraClaims(claims), claims);
});

test('claims of the protocol, of the wrong type or too many are refused', async (t) => {
  const wrong = [
    { sub: 'eve' },
    { email: 'x@example.test' },
    { iss: 'x' },
    { '': 1 },
    { 'a\u0000': 1 },
    { 'two words': 1 },
    { ['x'.repeat(129)]: 1 },
    { amr: ['pwd'] },
    { given_name: 1 },
    { address: 'x' },
  ];
  const shapeless = ['text', null, [], 7, { big: 'x'.repeat(20_000) }];
  for (const claims of [...wrong, ...shapeless, { phone_number_verified: 'yes' }]) {
    await rejectsWith(t, 'claims_invalid', () => readExtraClaims(claims));
  }
});

const reservedClaims = [
  ...[
    'roles',
    'Roles',
    'ROLES',
    'ｒｏｌｅｓ',
    'sub',
    'acr',
    'amr',
    'auth_time',
    'iss',
    'aud',
    'exp',
    'nbf',
    'iat',
    'jti',
    'nonce',
    'azp',
    'sid',
    'cnf',
  ],
  ...['at_hash', 'c_hash', 's_hash', 'act', 'may_act', 'scope', 'client_id', '_claim_names', '_claim_sources'],
  ...['email', 'email_verified', 'name', 'preferred_username', 'updated_at', 'urn:latchkey:grant', 'urn:latchkey:x'],
];

for (const name of reservedClaims) {
  test(`${name} is set by the product, and nobody can give it to an account`, async (t) => {
    for (const value of ['admin', ['admin'], true, null, {}])
      await rejectsWith(t, 'claims_invalid', () => readExtraClaims({ locale: 'en', [name]: value }));
  });
}

test('groups are a list of strings, and whatever else was stored is no group', async (t) => {
  t.deepEqual(groupsOf(user({ email: 'a@example.test', claims: readExtraClaims({ groups: ['a', 'b'] }) })), ['a', 'b']);
  t.deepEqual(groupsOf(user({ email: 'a@example.test' })), []);
  for (const groups of ['staff', 7, null, { a: 1 }, ['a', 7], ['a', ''], [['a']], true]) {
    await rejectsWith(t, 'claims_invalid', () => readExtraClaims({ groups }));
    t.deepEqual(groupsOf(user({ email: 'a@example.test', claims: { groups } })), []);
  }
});

test('a name that every object inherits is no name of a claim, at any depth', async (t) => {
  for (const name of [...Object.getOwnPropertyNames(Object.prototype), 'prototype', 'then']) {
    const odd = JSON.parse(`{${JSON.stringify(name)}: "x"}`) as object;
    for (const claims of [odd, { address: odd }, { posts: [{ of: [odd] }] }])
      await rejectsWith(t, 'claims_invalid', () => readExtraClaims(claims));
    t.false(
      Object.hasOwn(claimsOf(user({ email: 'a@example.test', claims: odd as Record<string, unknown> }), NOW), name),
    );
  }
});

test('claims that are nested deeper than 10 levels are refused, however deep', async (t) => {
  for (const levels of [10, 5000, 50_000]) {
    const nested: unknown = JSON.parse('['.repeat(levels) + ']'.repeat(levels));
    await rejectsWith(t, 'claims_invalid', () => readExtraClaims({ nested }));
  }
  t.notThrows(() => readExtraClaims({ nested: JSON.parse('['.repeat(9) + ']'.repeat(9)) }));
});

test('an e-mail address is not verified while a new one waits to be proven, and is again when nobody proved it in time', (t) => {
  const pendingEmail = { address: 'new@example.test', until: NOW + 1 };
  const ada = user({ email: 'ada@example.test', emailVerified: true, pendingEmail });
  const said = (now: number) => claimsOf(ada, now);
  t.like(said(NOW), { email: 'ada@example.test', email_verified: false });
  t.like(said(NOW + 1), { email: 'ada@example.test', email_verified: true });
  t.false(claimsOf({ ...ada, emailVerified: false }, NOW + 1).email_verified);
});
