/** JWT access tokens say what RFC 9068 asks of them, and nothing of the user beyond the subject. */

import { AccessTokenError, createAccessTokenVerifier } from '@latchkey/resource-server';
import test from 'ava';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { sessionIdHash } from '../../src/storage/issued/sessions.ts';
import { API, obtainCode, redeem, sharedProvider } from '../support/provider-fixture.ts';

const RSA_API = 'https://rsa.example.com/';
const { latchkey, account, newApp } = await sharedProvider({
  resources: [{ identifier: RSA_API, scopes: { 'rsa:do': 'Do things' }, alg: 'RS256' }],
});

async function newToken(parameters: Record<string, string> = {}, resource = API) {
  const app = await newApp();
  const scope = 'openid email offline_access notes:read rsa:do';
  const grant = await obtainCode(app, { scope, resource, prompt: 'consent', ...parameters });
  return { app, token: (await redeem(app, grant, { resource })).body.access_token };
}

test('header and claims are those of RFC 9068', async (t) => {
  const { app, token } = await newToken();
  const { kid, ...header } = decodeProtectedHeader(token);
  t.deepEqual(header, { alg: 'ES256', typ: 'at+jwt' });
  t.is(typeof kid, 'string');
  const { iat, exp, jti, ...claims } = decodeJwt(token);
  t.true(Number(exp) - Number(iat) === 600 && Math.abs(Number(iat) - Date.now() / 1000) < 10);
  t.true(String(jti).length >= 20);
  const { 'urn:latchkey:grant': _grant, auth_time: authTime, ...rest } = claims;
  t.true(Number(iat) - Number(authTime) < 10);
  t.deepEqual(rest, {
    acr: 'urn:latchkey:acr:password',
    iss: latchkey.issuer,
    aud: API,
    sub: account.id,
    client_id: app.client.client_id,
    scope: 'notes:read',
  });
});

test('a token verifies against the published keys', async (t) => {
  const keys = createRemoteJWKSet(new URL(`${latchkey.issuer}/jwks`));
  for (const [resource, alg] of [
    [API, 'ES256'],
    [RSA_API, 'RS256'],
  ] as const) {
    const { token } = await newToken({}, resource);
    const { protectedHeader } = await jwtVerify(token, keys, {
      issuer: latchkey.issuer,
      audience: resource,
      typ: 'at+jwt',
    });
    t.is(protectedHeader.alg, alg);
  }
});

test('no two tokens share an id', async (t) => {
  const app = await newApp();
  const grant = await obtainCode(app, { scope: 'openid notes:read', resource: API });
  const first = (await redeem(app, grant, { resource: API })).body;
  const refresh = { grant_type: 'refresh_token', refresh_token: first.refresh_token ?? '', resource: API };
  const second = (await app.token(refresh)).body;
  t.not(decodeJwt(first.access_token).jti, decodeJwt(second.access_token).jti);
});

test('a token names grant and session by references that open nothing', async (t) => {
  const { token } = await newToken({ scope: 'openid notes:read' });
  const claims = decodeJwt(token);
  const { issued, sessions } = latchkey.installation;
  for (const name of ['urn:latchkey:grant', 'urn:latchkey:session']) {
    const reference = String(claims[name]);
    t.true(reference.length >= 43, name);
    t.is(await issued.find('Grant', reference), undefined);
    t.is(await sessions.findByUid(reference), undefined);
    t.is(await sessions.findBySessionId(sessionIdHash(reference)), undefined);
  }
});

test('a token that outlives the session names no session', async (t) => {
  const { token } = await newToken();
  t.false('urn:latchkey:session' in decodeJwt(token));
});

test('the middleware for APIs takes the token, and not one for another API', async (t) => {
  const verifier = createAccessTokenVerifier({ issuer: latchkey.issuer, audience: API });
  const { token } = await newToken();
  t.like(await verifier.verify(`Bearer ${token}`), { subject: account.id, scopes: ['notes:read'] });
  const { token: foreign } = await newToken({}, RSA_API);
  await t.throwsAsync(verifier.verify(`Bearer ${foreign}`), { instanceOf: AccessTokenError });
});
