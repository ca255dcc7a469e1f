/** Which claims a token must carry, and with which values (RFC 9068 4). */

import { AccessTokenError, type AccessTokenErrorReason, createAccessTokenVerifier } from '@latchkey/resource-server';
import test from 'ava';
import { startProtectedApi } from './protected-api.ts';
import { audience, startTestIssuer, type TokenChanges } from './test-issuer.ts';

const nowSeconds = () => 1_800_000_000;

/** Checks one changed token without a server in between, so that the reason can be seen too. */
const refuses = test.macro({
  exec: async (t, changes: TokenChanges, reason: AccessTokenErrorReason) => {
    const issuer = await startTestIssuer(t, nowSeconds);
    const verifier = createAccessTokenVerifier({ issuer: issuer.url, audience, now: () => nowSeconds() * 1000 });
    const error = await t.throwsAsync(verifier.verify(`Bearer ${await issuer.token(changes)}`), {
      instanceOf: AccessTokenError,
    });
    t.is(error?.reason, reason);
    t.is(error?.code, 'invalid_token');
    t.is(error?.status, 401);
  },
  title: (title) => `${title} is refused`,
});

test('a token of another type', refuses, { header: { typ: 'JWT' } }, 'wrong_type');
test('a token without a type', refuses, { header: { typ: undefined } }, 'wrong_type');
test('a token for another API', refuses, { claims: { aud: 'https://other.example/' } }, 'wrong_audience');
test(
  'a token whose audience differs by a slash',
  refuses,
  { claims: { aud: 'https://notes.example' } },
  'wrong_audience',
);
test('a token for no API', refuses, { claims: { aud: undefined } }, 'claims_incomplete');
test('a token of another issuer', refuses, { claims: { iss: 'https://other.example' } }, 'wrong_issuer');
test('a token without an issuer', refuses, { claims: { iss: undefined } }, 'claims_incomplete');
test('an expired token', refuses, { claims: { exp: nowSeconds() - 6 } }, 'expired');
test('a token that never expires', refuses, { claims: { exp: undefined } }, 'claims_incomplete');
test('a token whose expiry is no number', refuses, { claims: { exp: 'tomorrow' } }, 'claims_incomplete');
test('a token that begins later', refuses, { claims: { nbf: nowSeconds() + 6 } }, 'not_yet_valid');
test('a token issued in the future', refuses, { claims: { iat: nowSeconds() + 6 } }, 'not_yet_valid');
test('a token without a time of issue', refuses, { claims: { iat: undefined } }, 'claims_incomplete');
test('a token without a subject', refuses, { claims: { sub: undefined } }, 'claims_incomplete');
test('a token with an empty subject', refuses, { claims: { sub: '' } }, 'claims_incomplete');
test('a token without a client', refuses, { claims: { client_id: undefined } }, 'claims_incomplete');
test('a token without an id', refuses, { claims: { jti: undefined } }, 'claims_incomplete');
test('a token whose scope is a list', refuses, { claims: { scope: ['notes:read'] } }, 'claims_incomplete');
test('a DPoP-bound token sent as Bearer', refuses, { claims: { cnf: { jkt: 'x' } } }, 'sender_constrained');
test(
  'a certificate-bound token sent as Bearer',
  refuses,
  { claims: { cnf: { 'x5t#S256': 'x' } } },
  'sender_constrained',
);
test(
  'a token with unknown critical extensions',
  refuses,
  { header: { 'x-unheard-of': 1, crit: ['x-unheard-of'] } },
  'not_trusted',
);

for (const [what, changes] of [
  ['the long form of the type', { header: { typ: 'application/at+jwt' } }],
  ['the type in capitals', { header: { typ: 'AT+JWT' } }],
  ['one audience of several', { claims: { aud: ['https://other.example/', audience] } }],
  ['an expiry within the clock tolerance', { claims: { exp: nowSeconds() - 4 } }],
  ['no scope at all', { claims: { scope: undefined } }],
] as const) {
  test(`a token with ${what} is taken`, async (t) => {
    const issuer = await startTestIssuer(t, nowSeconds);
    const verifier = createAccessTokenVerifier({ issuer: issuer.url, audience, now: () => nowSeconds() * 1000 });
    await t.notThrowsAsync(verifier.verify(`Bearer ${await issuer.token(changes)}`));
  });
}

test('a token is refused from the moment it expires, whatever the cache knows of it', async (t) => {
  const api = await startProtectedApi(t);
  const token = await api.issuer.token();
  t.is((await api.call(token)).status, 200);
  api.advance(606);
  t.is((await api.call(token)).status, 401);
});

test('an expiry beyond all numbers is refused', async (t) => {
  const api = await startProtectedApi(t);
  const [, payload = ''] = (await api.issuer.token({ claims: { exp: 7 } })).split('.');
  const endless = Buffer.from(payload, 'base64url').toString().replace('"exp":7', '"exp":1e999');
  t.is((await api.call(await api.issuer.signed(endless))).status, 401);
});

test('an error keeps neither the token nor its claims', async (t) => {
  const issuer = await startTestIssuer(t, nowSeconds);
  const verifier = createAccessTokenVerifier({ issuer: issuer.url, audience });
  const token = await issuer.token({ claims: { sub: 'very-private-name', aud: 'https://other.example/' } });
  const error: unknown = await verifier.verify(`Bearer ${token}`).catch((thrown: unknown) => thrown);
  t.true(error instanceof AccessTokenError);
  const told = JSON.stringify([error, Object.getOwnPropertyDescriptors(error), (error as AccessTokenError).cause]);
  t.false(told.includes('very-private-name'));
  t.false(told.includes(token));
});

test('a plain JWT is taken where the API says so, and an ID or logout token is none', async (t) => {
  const issuer = await startTestIssuer(t, nowSeconds);
  const verifierOf = (...tokenTypes: ('at+jwt' | 'JWT')[]) =>
    createAccessTokenVerifier({ issuer: issuer.url, audience, tokenTypes, now: () => nowSeconds() * 1000 });
  const plain = await issuer.token({ header: { typ: 'JWT' } });
  for (const verifier of [verifierOf('JWT'), verifierOf('at+jwt', 'JWT')])
    t.is((await verifier.verify(`Bearer ${plain}`)).subject, 'ada');
  const usual = await issuer.token();
  t.is((await verifierOf('at+jwt', 'JWT').verify(`Bearer ${usual}`)).subject, 'ada');
  const refusedBy = async (types: ('at+jwt' | 'JWT')[], changes: TokenChanges) =>
    (await t.throwsAsync<AccessTokenError>(verifierOf(...types).verify(`Bearer ${await issuer.token(changes)}`)))
      ?.reason;
  t.is(await refusedBy(['JWT'], {}), 'wrong_type');
  for (const typ of [undefined, 'logout+jwt', 'token-introspection+jwt', 'secevent+jwt', ''])
    t.is(await refusedBy(['at+jwt', 'JWT'], { header: { typ } }), 'wrong_type', typ);
  for (const claims of [{ nonce: 'n' }, { at_hash: 'h' }, { c_hash: 'h' }, { s_hash: 'h' }, { events: {} }])
    t.is(await refusedBy(['at+jwt', 'JWT'], { header: { typ: 'JWT' }, claims }), 'wrong_type');
  const header = { typ: 'JWT' };
  t.is(await refusedBy(['JWT'], { header, claims: { aud: 'notebook' } }), 'wrong_audience');
  for (const claims of [{ client_id: undefined }, { jti: undefined }])
    t.is(await refusedBy(['JWT'], { header, claims }), 'claims_incomplete');
});
