/** Which logout tokens the example app believes (OIDC Back-Channel Logout 2.6). */
import { randomUUID } from 'node:crypto';
import test from 'ava';
import got from 'got';
import { generateKeyPair, SignJWT } from 'jose';
import { type Claims, clientId, type ExampleApp, startExampleApp } from './example-app.ts';

const event = 'http://schemas.openid.net/event/backchannel-logout';
const nowSeconds = () => Math.floor(Date.now() / 1000);

function logoutClaims({ issuer }: ExampleApp, changes: Claims = {}): Claims {
  const iat = nowSeconds();
  const times = { iat, exp: iat + 120 };
  return { iss: issuer, aud: clientId, sub: 'robin', jti: randomUUID(), events: { [event]: {} }, ...times, ...changes };
}

async function post({ app }: ExampleApp, form: Readonly<Record<string, string>>): Promise<number> {
  const { statusCode } = await got.post(`${app}/backchannel-logout`, {
    form,
    throwHttpErrors: false,
    retry: { limit: 0 },
  });
  return statusCode;
}

test('a genuine logout token is taken, once', async (t) => {
  const example = await startExampleApp(t);
  const logoutToken = await example.sign(logoutClaims(example), { typ: 'logout+jwt' });

  t.is(await post(example, { logout_token: logoutToken }), 200);
  t.is(await post(example, { logout_token: logoutToken }), 400);
});

test('a logout token may name a session instead of a user', async (t) => {
  const example = await startExampleApp(t);
  const { sub: _sub, ...claims } = logoutClaims(example, { sid: 'one session' });

  t.is(await post(example, { logout_token: await example.sign(claims) }), 200);
});

const refused: Readonly<Record<string, Claims>> = {
  'from another issuer': { iss: 'https://elsewhere.example' },
  'for another app': { aud: 'somebody-else' },
  'that has expired': { exp: nowSeconds() - 60 },
  'that is old': { iat: nowSeconds() - 3600 },
  'without an issue time': { iat: undefined },
  'without an event': { events: undefined },
  'about another event': { events: { 'https://example.com/other': {} } },
  'that carries a nonce': { nonce: 'n' },
  'without a subject': { sub: undefined },
  'without an identifier of its own': { jti: undefined },
};

for (const [what, changes] of Object.entries(refused)) {
  test(`a logout token ${what} is refused`, async (t) => {
    const example = await startExampleApp(t);

    t.is(await post(example, { logout_token: await example.sign(logoutClaims(example, changes)) }), 400);
  });
}

test('a logout token signed with another key is refused', async (t) => {
  const example = await startExampleApp(t);
  const { privateKey } = await generateKeyPair('ES256');
  const forged = new SignJWT({ ...logoutClaims(example) }).setProtectedHeader({ alg: 'ES256', kid: 'the-only-one' });

  t.is(await post(example, { logout_token: await forged.sign(privateKey) }), 400);
});

test('an unsigned logout token is refused', async (t) => {
  const example = await startExampleApp(t);
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const unsigned = `${encode({ alg: 'none' })}.${encode(logoutClaims(example))}.`;

  t.is(await post(example, { logout_token: unsigned }), 400);
});

test('a request without a logout token is refused, and one that is too long', async (t) => {
  const example = await startExampleApp(t);

  t.is(await post(example, {}), 400);
  t.is(await post(example, { logout_token: 'x'.repeat(20_000) }), 400);
  const { statusCode } = await got.post(`${example.app}/backchannel-logout`, { json: {}, throwHttpErrors: false });
  t.is(statusCode, 400);
});
