/** Which options the verifier takes, and which it refuses at start. */
import test from 'ava';
import {
  type AccessTokenVerifierOptions,
  createAccessTokenVerifier,
} from '../../src/resource-server/resource-server.ts';

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

for (const [what, change] of [
  ['an issuer on plain http', { issuer: 'http://issuer.example' }],
  ['an issuer that is no address', { issuer: 'issuer' }],
  ['an issuer with a query', { issuer: 'https://issuer.example/?tenant=1' }],
  ['an issuer with a fragment', { issuer: 'https://issuer.example/#a' }],
  ['an issuer with credentials', { issuer: 'https://user:secret@issuer.example/' }],
  ['an empty audience', { audience: '' }],
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
