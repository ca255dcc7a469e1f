/** Who has a key that signed our tokens cannot make one that introspection calls active, once the key was retired at once. */
import test, { type ExecutionContext } from 'ava';
import { decodeJwt, decodeProtectedHeader, importJWK, type JWTPayload, SignJWT } from 'jose';
import { systemClock } from '../../src/ports/clock.ts';
import { loadSigningKeys, rotateSigningKeys } from '../../src/provider/signing-keys.ts';
import { API, obtainCode, ownProvider, redeem } from '../support/provider-fixture.ts';
import { advance, stopTime } from './time.ts';

stopTime();
const HOUR = 3600;
const seconds = () => Math.floor(Date.now() / 1000);

async function start(t: ExecutionContext, scope = 'openid notes:read') {
  const { latchkey, newApp } = await ownProvider(t);
  const { keys } = latchkey.installation;
  const app = await newApp({ grant_types: ['authorization_code', 'client_credentials'], resources: [API] });
  const code = await obtainCode(app, { scope, resource: API, prompt: 'consent' });
  const token = (await redeem(app, code, { resource: API })).body.access_token;
  const own = (await app.token({ grant_type: 'client_credentials', resource: API, scope: 'notes:read' })).body;
  const header = decodeProtectedHeader(token);
  const leaked = (await loadSigningKeys(keys, systemClock)).keys.find(({ kid }) => kid === header.kid) ?? {};
  const claims: JWTPayload = { ...decodeJwt(token), jti: 'forged' };
  /** Signed with the leaked key; a claim that is undefined is left out. */
  const forge = async (changed: Readonly<Record<string, unknown>> = {}, from = claims) => {
    const payload = Object.fromEntries(
      Object.entries({ ...from, ...changed }).filter(([, value]) => value !== undefined),
    );
    return new SignJWT(payload)
      .setProtectedHeader({ ...header, alg: 'ES256' })
      .sign(await importJWK({ ...leaked, alg: 'ES256' }));
  };
  const isActive = async (presented: string) =>
    (await app.post('/token/introspection', { token: presented })).body.active;
  return { latchkey, keys, token, own: own.access_token, claims, forge, isActive };
}

test.serial('a forgery that is right in everything shows that the others fail by what they say', async (t) => {
  const { token, own, forge, isActive } = await start(t);
  t.true(await isActive(token));
  t.true(await isActive(own));
  t.true(await isActive(await forge()));
});

test.serial('a token of a user without a grant is inactive', async (t) => {
  const { forge, isActive } = await start(t);
  t.false(await isActive(await forge({ 'urn:latchkey:grant': undefined })));
  t.false(await isActive(await forge({ 'urn:latchkey:grant': undefined, 'urn:latchkey:session': undefined })));
  for (const odd of [null, 1, '', {}, { $ne: '' }, ['a']]) {
    t.false(await isActive(await forge({ 'urn:latchkey:grant': odd })), JSON.stringify(odd));
    t.false(await isActive(await forge({ 'urn:latchkey:session': odd })), JSON.stringify(odd));
  }
});

test.serial('a token of a grant without offline_access names a session', async (t) => {
  const { forge, isActive } = await start(t);
  t.false(await isActive(await forge({ 'urn:latchkey:session': undefined })));
  const offline = await start(t, 'openid notes:read offline_access');
  t.true(await offline.isActive(offline.token));
});

test.serial('a token that lives longer than its resource says is inactive', async (t) => {
  const { forge, isActive } = await start(t);
  for (const ttl of [601, 86_401, 10 * 86_400, 1e12]) t.false(await isActive(await forge({ exp: seconds() + ttl })));
  t.false(await isActive(await forge({ exp: seconds() + 86_401, aud: 'https://gone.example.com/' })));
});

test.serial('a resource that is given a longer lifetime is believed at once', async (t) => {
  const { latchkey, forge, isActive } = await start(t);
  const { resources } = latchkey.installation;
  await resources.update(API, (resource) => ({ ...resource, ttlSeconds: 1200 }));
  t.true(await isActive(await forge({ exp: seconds() + 1200 })));
});

test.serial('a token from the future, or of no time, is inactive', async (t) => {
  const { forge, isActive } = await start(t);
  t.true(await isActive(await forge({ iat: seconds() + 10, exp: seconds() + 600 })));
  t.false(await isActive(await forge({ iat: seconds() + 60, exp: seconds() + 600 })));
  for (const iat of [undefined, 'now', -1, 0]) t.false(await isActive(await forge({ iat })));
});

test.serial('what a key signed after it was retired at once is inactive, what it signed before is not', async (t) => {
  const { latchkey, keys, token, own, forge, isActive } = await start(t);
  advance(60);
  await rotateSigningKeys(keys, systemClock, { isAtOnce: true });
  await latchkey.follow();
  t.true(await isActive(token));
  t.true(await isActive(own));

  advance(HOUR);

  const fresh = { iat: seconds(), exp: seconds() + 600 };
  t.false(await isActive(await forge(fresh)));
  t.false(await isActive(await forge(fresh, decodeJwt(own))));
  const lasting = { iat: seconds() - HOUR, exp: seconds() + 600 };
  t.false(await isActive(await forge(lasting)));
  t.false(await isActive(await forge(lasting, decodeJwt(own))));
  // A second rotation does not give the key more time.
  await rotateSigningKeys(keys, systemClock, { isAtOnce: true });
  await latchkey.follow();
  t.false(await isActive(await forge({ iat: seconds() - 10, exp: seconds() + 590 })));
});

test.serial('a key that was replaced in turn signs on where an instance has not heard of it', async (t) => {
  const { latchkey, keys, forge, isActive } = await start(t);
  await rotateSigningKeys(keys, systemClock, { isAtOnce: false });
  advance(400);
  await latchkey.follow();
  t.true(await isActive(await forge({ iat: seconds(), exp: seconds() + 600 })));
});
