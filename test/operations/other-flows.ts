/** Pushed requests, and what anybody may ask for. */
import got from 'got';
import { codeOf } from '../support/relying-party.ts';
import { answered, type Fixture, newCode } from './fixture.ts';

export async function otherFlows(fixture: Fixture): Promise<void> {
  const { app, latchkey, measure } = fixture;
  const { user } = await newCode(fixture, {});
  const parameters = Object.fromEntries(new URL(app.request().url).searchParams);
  const pushed = await measure('pushed request', () => answered(app.post('/request', parameters)));
  const query = new URLSearchParams({ client_id: app.client.client_id, request_uri: String(pushed.request_uri) });
  const url = `${latchkey.issuer}/auth?${query}`;
  codeOf(await measure('/auth with a pushed request', () => user.open(url)));

  for (const path of ['/auth', '/session/end']) {
    const posting = {
      form: { ...parameters, id_token_hint: 'x' },
      followRedirect: false,
      retry: { limit: 0 },
    } as const;
    await measure(`POST ${path}`, () => got.post(`${latchkey.issuer}${path}`, posting));
  }
  for (const path of ['/', '/.well-known/openid-configuration', '/jwks', '/livez', '/readyz']) {
    await measure(path, () => got(`${latchkey.issuer}${path}`, { retry: { limit: 0 } }));
  }
}
