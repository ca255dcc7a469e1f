/** Pushed requests, invitations, and what anybody may ask for. */
import got from 'got';
import { inviteTo } from '../support/invitations.ts';
import { codeOf, PASSWORD } from '../support/relying-party.ts';
import { newUser } from '../support/user.ts';
import { answered, type Fixture, newCode } from './fixture.ts';

export async function otherFlows(fixture: Fixture): Promise<void> {
  const { app, latchkey, measure } = fixture;
  const { user } = await newCode(fixture, {});
  const parameters = Object.fromEntries(new URL(app.request().url).searchParams);
  const pushed = await measure('pushed request', () => answered(app.post('/request', parameters)));
  const query = new URLSearchParams({ client_id: app.client.client_id, request_uri: String(pushed.request_uri) });
  const url = `${latchkey.issuer}/auth?${query}`;
  codeOf(await measure('/auth with a pushed request', () => user.open(url)));

  const { link } = await inviteTo(latchkey, 'invited@example.com');
  const invited = newUser();
  const page = await measure('invitation page', () => invited.open(link));
  await measure('accepting an invitation', () => invited.submit(page, 'confirm-submit', { password: PASSWORD }));

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
