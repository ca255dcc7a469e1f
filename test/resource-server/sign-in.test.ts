/** How strong and how recent a sign-in an endpoint demands of a token (RFC 9470). */
import { createAccessTokenVerifier, protectResource } from '@latchkey/resource-server';
import test from 'ava';
import { startProtectedApi } from './protected-api.ts';

const MFA = 'urn:latchkey:acr:mfa';

test('a token of a weaker sign-in is a 401 that names all that is needed', async (t) => {
  const api = await startProtectedApi(t, { acr: [MFA, 'phr'], maxAgeSeconds: 60 });
  const claims = { acr: 'urn:latchkey:acr:password', auth_time: api.nowSeconds() };
  const { status, challenge = '', body } = await api.call(await api.issuer.token({ claims }));
  t.is(status, 401);
  for (const part of [
    'error="insufficient_user_authentication"',
    `acr_values="${MFA} phr"`,
    'max_age="60"',
    'scope="notes:read"',
  ])
    t.true(challenge.includes(part), challenge);
  t.like(body, { error: 'insufficient_user_authentication' });
});

for (const acr of [MFA, 'phr']) {
  test(`of several levels one is enough: ${acr}`, async (t) => {
    const api = await startProtectedApi(t, { acr: [MFA, 'phr'] });
    const { status, body } = await api.call(await api.issuer.token({ claims: { acr } }));
    t.is(status, 200);
    t.like(body, { acr });
  });
}

for (const acr of [undefined, '', `${MFA} phr`, [MFA], MFA.toUpperCase(), null]) {
  test(`${JSON.stringify(acr)} is not the level that one value names`, async (t) => {
    const api = await startProtectedApi(t, { acr: MFA });
    t.is((await api.call(await api.issuer.token({ claims: { acr } }))).status, 401);
  });
}

test('a sign-in is recent enough until max_age and the tolerance of clocks have passed', async (t) => {
  const api = await startProtectedApi(t, { maxAgeSeconds: 60 });
  const token = await api.issuer.token({ claims: { auth_time: api.nowSeconds(), exp: api.nowSeconds() + 600 } });
  api.advance(64);
  t.is((await api.call(token)).status, 200);
  api.advance(2);
  const { status, challenge = '' } = await api.call(token);
  t.is(status, 401);
  t.true(challenge.includes('max_age="60"') && !challenge.includes('acr_values'), challenge);
});

test('a sign-in that is yet to come is not recent, but for the tolerance of clocks, and the log is told why', async (t) => {
  const hints: (string | undefined)[] = [];
  const api = await startProtectedApi(t, { maxAgeSeconds: 60, onRefusal: ({ hint }) => hints.push(hint) });
  const tokenOf = (seconds: number) => api.issuer.token({ claims: { auth_time: api.nowSeconds() + seconds } });
  t.is((await api.call(await tokenOf(5))).status, 200);
  for (const seconds of [7, 3600, 1e12]) {
    const { status, challenge = '' } = await api.call(await tokenOf(seconds));
    t.is(status, 401, String(seconds));
    t.true(challenge.includes('error="insufficient_user_authentication"') && challenge.includes('max_age="60"'));
  }
  t.true(hints[0]?.includes('future'));
});

for (const at of [undefined, 'now', null, [], 0, -1, -1e9, 1e306, 8.64e12 + 1]) {
  test(`${JSON.stringify(at)} is no time of a sign-in`, async (t) => {
    const api = await startProtectedApi(t, { maxAgeSeconds: 1_000_000_000_000 });
    t.is((await api.call(await api.issuer.token({ claims: { auth_time: at } }))).status, 401);
  });
}

test('a token that is not valid is told so before the sign-in is looked at', async (t) => {
  const api = await startProtectedApi(t, { acr: MFA });
  const { challenge = '' } = await api.call(await api.issuer.token({ claims: { exp: 1 } }));
  t.true(challenge.includes('error="invalid_token"') && !challenge.includes('acr_values'), challenge);
});

test('what cannot be demanded is refused when the route is made', async (t) => {
  const options = { issuer: 'https://issuer.example', audience: 'https://notes.example/' };
  const { requireToken } = protectResource(options);
  for (const unfit of [
    { acr: '' },
    { acr: ['two words'] },
    { acr: 'quo"te' },
    { acr: [] },
    { acr: [''] },
    { acr: null },
    { acr: 7 },
    { acr: [7] },
    { scopes: [''] },
    { scopes: 'notes:read' },
    { scopes: null },
    { maxAgeSeconds: -1 },
    { maxAgeSeconds: 0.5 },
    { maxAgeSeconds: Number.NaN },
    { maxAgeSeconds: Number.POSITIVE_INFINITY },
    { maxAgeSeconds: '60' },
    { maxAgeSeconds: null },
    // By another name it would demand nothing.
    { maxAge: 60 },
    { acr_values: MFA },
    { scope: 'notes:read' },
  ] as readonly object[])
    t.throws(
      () => requireToken(unfit),
      { instanceOf: TypeError, message: /needed|name|cannot|nothing/ },
      JSON.stringify(unfit),
    );
  await t.throwsAsync(createAccessTokenVerifier(options).verify('Bearer x', { maxAgeSeconds: Number.NaN }), {
    instanceOf: TypeError,
  });
});
