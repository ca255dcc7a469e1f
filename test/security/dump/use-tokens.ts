/** Apps and APIs: refresh, introspection, userinfo, revocation, pushed requests, proofs of possession, services. */
import { createHash, randomUUID } from 'node:crypto';
import got from 'got';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { TokenAnswer } from '../../support/relying-party.ts';
import type { User } from '../../support/user.ts';
import { type Fixture, NOTES_API, PHOTOS_API } from './fixture.ts';
import { redeeming, type SignedIn } from './sign-in-and-out.ts';

const quietly = { throwHttpErrors: false, retry: { limit: 0 } } as const;

export function userinfo({ wire }: Fixture, headers: Record<string, string>) {
  return got(`${wire.address}/me`, { headers, ...quietly });
}

export async function refresh({ app }: Fixture, { tokens }: SignedIn): Promise<TokenAnswer> {
  return (await app.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token })).body;
}

/** With a retry, and one that asks for something else. */
export async function refreshForApi({ app }: Fixture, { tokens }: SignedIn): Promise<void> {
  const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token };
  for (const wish of [{ resource: NOTES_API }, { resource: NOTES_API }, { scope: 'openid' }]) {
    await app.token({ ...form, ...wish });
  }
}

export async function introspectAndRevoke({ app, api }: Fixture, { tokens }: SignedIn): Promise<void> {
  for (const token of [tokens.access_token, tokens.refresh_token]) {
    await app.post('/token/introspection', { token });
    await api.post('/token/introspection', { token, token_type_hint: 'access_token' });
  }
  await app.post('/token/revocation', { token: tokens.access_token });
}

export async function pushWithProof(fixture: Fixture, user: User): Promise<TokenAnswer> {
  const { wire, app } = fixture;
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = await exportJWK(publicKey);
  const proof = (htm: string, path: string, claims: Record<string, string> = {}) =>
    new SignJWT({ jti: randomUUID(), htm, htu: `${wire.address}${path}`, ...claims })
      .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk })
      .setIssuedAt()
      .sign(privateKey);

  const request = app.request({ scope: 'openid profile email phone address' });
  const pushed = await app.post('/request', Object.fromEntries(new URL(request.url).searchParams));
  const query = new URLSearchParams({
    client_id: app.client.client_id,
    request_uri: String(pushed.body.request_uri),
  });
  const page = await user.open(`${wire.address}/auth?${query}`);
  const { client_id: username, client_secret: password } = app.client;
  const tokens = await got
    .post(`${wire.address}/token`, {
      form: redeeming(page, request),
      headers: { DPoP: await proof('POST', '/token') },
      username,
      password,
      ...quietly,
    })
    .json<TokenAnswer>();
  const ath = createHash('sha256').update(tokens.access_token).digest('base64url');
  const authorization = `DPoP ${tokens.access_token}`;
  await userinfo(fixture, { authorization, DPoP: await proof('GET', '/me', { ath }) });
  await app.post('/token/introspection', { token: tokens.access_token });
  // Pushed, and never used.
  await app.post('/request', Object.fromEntries(new URL(app.request().url).searchParams));
  return tokens;
}

export async function actAsService({ wire, service, api }: Fixture): Promise<void> {
  for (const [resource, scope] of [
    [NOTES_API, 'notes:read'],
    [PHOTOS_API, 'photos:read'],
  ] as const) {
    const { clientId, key } = service;
    const assertion = await new SignJWT({ jti: randomUUID(), sub: clientId, iss: clientId, aud: wire.address })
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(key);
    const form = {
      grant_type: 'client_credentials',
      client_id: clientId,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
      resource,
      scope,
    };
    const { access_token: token } = await got.post(`${wire.address}/token`, { form, ...quietly }).json<TokenAnswer>();
    await api.post('/token/introspection', { token });
    // The same assertion again is a replay.
    await got.post(`${wire.address}/token`, { form, ...quietly });
  }
}
