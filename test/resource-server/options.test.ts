/** Which options the verifier takes, and which it refuses at start. */

import { type AccessTokenVerifierOptions, createAccessTokenVerifier } from '@latchkey/resource-server';
import test from 'ava';

const good = { issuer: 'https://issuer.example', audience: 'https://notes.example/' };

test('issuer and audience are all it needs', (t) => {
  t.notThrows(() => createAccessTokenVerifier(good));
});

for (const issuer of [
  'http://localhost:3000',
  'http://127.0.0.1:3000',
  'http://[::1]:3000',
  'https://a.example/tenant/1',
]) {
  test(`an issuer may be ${issuer}`, (t) => {
    t.notThrows(() => createAccessTokenVerifier({ ...good, issuer }));
  });
}

for (const audience of ['https://notes.example', 'https://notes.example/v1/', 'urn:example:notes', 'api://notes']) {
  test(`an audience may be ${audience}`, (t) => {
    t.notThrows(() => createAccessTokenVerifier({ ...good, audience }));
  });
}

for (const [what, change] of [
  ['an issuer on plain http', { issuer: 'http://issuer.example' }],
  ['an issuer that is no address', { issuer: 'issuer' }],
  ['an issuer with a query', { issuer: 'https://issuer.example/?tenant=1' }],
  ['an issuer with a fragment', { issuer: 'https://issuer.example/#a' }],
  ['an issuer with credentials', { issuer: 'https://user:secret@issuer.example/' }],
  ['an empty audience', { audience: '' }],
  ['an audience that is no address', { audience: 'notes' }],
  ['an audience with a fragment', { audience: 'https://notes.example/#a' }],
  ['an audience with a space', { audience: 'https://notes.example/ ' }],
  ['an audience that is a list', { audience: ['https://notes.example/'] }],
  ['the algorithm none', { algorithms: ['ES256', 'none'] }],
  ['a secret-key algorithm', { algorithms: ['HS256'] }],
  ['no algorithm', { algorithms: [] }],
  ['a clock tolerance without bound', { clockToleranceSeconds: 301 }],
  ['a negative clock tolerance', { clockToleranceSeconds: -1 }],
  ['a clock tolerance that is no number', { clockToleranceSeconds: Number.NaN }],
  ['no cool-down', { refreshCooldownSeconds: 0 }],
  ['requests without a deadline', { requestTimeoutSeconds: Number.POSITIVE_INFINITY }],
  ['keys usable for less time than the cool-down', { keysFreshSeconds: 10, keysUsableSeconds: 20 }],
  ['keys usable for less time than fresh', { keysFreshSeconds: 600, keysUsableSeconds: 300 }],
] as const) {
  test(`${what}: refused at start`, (t) => {
    t.throws(() => createAccessTokenVerifier({ ...good, ...change } as AccessTokenVerifierOptions), {
      instanceOf: TypeError,
    });
  });
}

for (const [configured, asTheProviderNamesIt] of [
  ['https://id.example.com/', 'https://id.example.com'],
  ['https://id.example.com//', 'https://id.example.com'],
  ['https://ID.example.com', 'https://id.example.com'],
  ['HTTPS://id.example.com', 'https://id.example.com'],
  ['https://id.example.com:443', 'https://id.example.com'],
  ['http://localhost:80', 'http://localhost'],
  ['http://localhost:3000/', 'http://localhost:3000'],
  ['http://127.1:3000', 'http://127.0.0.1:3000'],
  [' https://id.example.com', 'https://id.example.com'],
  ['https://id.example.com\n', 'https://id.example.com'],
  ['https://id.exämple.com', 'https://id.xn--exmple-cua.com'],
  ['https://a.example/tenant/1/', 'https://a.example/tenant/1'],
  ['https://a.example/tenant/../other', 'https://a.example/other'],
] as const) {
  test(`the issuer ${JSON.stringify(configured)} is an error at start, which says how to write it`, (t) => {
    const error = t.throws(() => createAccessTokenVerifier({ ...good, issuer: configured }), { instanceOf: TypeError });
    t.true(error?.message.includes(JSON.stringify(configured)));
    t.true(error?.message.includes(JSON.stringify(asTheProviderNamesIt)));
    t.notThrows(() => createAccessTokenVerifier({ ...good, issuer: asTheProviderNamesIt }));
  });
}

for (const issuer of [
  'http://id.example.com',
  'https://id.example.com?tenant=1',
  'https://id.example.com/?',
  'https://id.example.com#a',
  'id.example.com',
  'ftp://id.example.com',
  '',
  undefined,
  7,
] as const) {
  test(`the error about the issuer ${issuer} says what was configured`, (t) => {
    const options = { ...good, issuer } as AccessTokenVerifierOptions;
    const error = t.throws(() => createAccessTokenVerifier(options), { instanceOf: TypeError });
    t.true(error?.message.includes(JSON.stringify(issuer) ?? 'nothing'));
  });
}

test('a password that is configured with the issuer is in no error', (t) => {
  const issuer = 'https://user:hunter2@id.example.com';
  const error = t.throws(() => createAccessTokenVerifier({ ...good, issuer }), { instanceOf: TypeError });
  t.false(error?.message.includes('hunter2'));
});
