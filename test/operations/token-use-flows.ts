/** What becomes of tokens: introspection, user information, revocation. */
import got from 'got';
import type { TokenAnswer } from '../support/relying-party.ts';
import { answered, type Fixture, JWT_API, newCode, OPAQUE_API } from './fixture.ts';

async function newTokens(fixture: Fixture, request: Record<string, string>): Promise<Required<TokenAnswer>> {
  const { form } = await newCode(fixture, request);
  return (await answered(fixture.app.token(form))) as Required<TokenAnswer>;
}

export async function tokenUseFlows(fixture: Fixture): Promise<void> {
  const { app, api, service, latchkey, measure } = fixture;
  const jwt = await newTokens(fixture, { scope: 'openid notes:read', resource: JWT_API });
  const opaque = await newTokens(fixture, { scope: 'openid photos:read', resource: OPAQUE_API });
  const ownForm = { grant_type: 'client_credentials', scope: 'photos:read', resource: OPAQUE_API };
  const own = await answered(service.token(ownForm));
  const tokens = [
    ['a JWT', api, jwt.access_token, 'access_token'],
    ['an opaque token', api, opaque.access_token, 'access_token'],
    ['an opaque token of a service', api, own.access_token, 'access_token'],
    ['a refresh token', app, opaque.refresh_token, 'refresh_token'],
    ['an unknown token', api, 'unknown'.padEnd(43, 'x'), 'access_token'],
  ] as const;
  for (const [what, by, token, hint] of tokens) {
    const introspect = (form: Record<string, string>) => answered(by.post('/token/introspection', { token, ...form }));
    await measure(`introspection of ${what}`, () => introspect({}));
    await measure(`introspection of ${what}, with hint`, () => introspect({ token_type_hint: hint }));
  }

  const { access_token: accessToken } = await newTokens(fixture, { scope: 'openid email' });
  const headers = { authorization: `Bearer ${accessToken}` };
  await measure('userinfo', () => got(`${latchkey.issuer}/me`, { headers, retry: { limit: 0 } }));

  const revoke = (token: string) => app.post('/token/revocation', { token });
  await measure('revocation of a JWT', () => revoke(jwt.access_token));
  await measure('revocation of an opaque token', () => revoke(opaque.access_token));
  await measure('revocation of a refresh token', () => revoke(jwt.refresh_token));
}
