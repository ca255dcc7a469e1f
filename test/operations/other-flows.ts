/** Pushed requests, invitations, and what anybody may ask for. */
import got from 'got';
import { invite } from '../../src/domain/registration/invitations.ts';
import { TERMS } from '../support/provider-fixture.ts';
import { codeOf, PASSWORD } from '../support/relying-party.ts';
import { newUser } from '../support/user.ts';
import { answered, type Fixture, newCode } from './fixture.ts';

export async function otherFlows(fixture: Fixture): Promise<void> {
  const { app, latchkey, measure, mailedLink } = fixture;
  const { user } = await newCode(fixture, {});
  const parameters = Object.fromEntries(new URL(app.request().url).searchParams);
  const pushed = await measure('pushed request', () => answered(app.post('/request', parameters)));
  const query = new URLSearchParams({ client_id: app.client.client_id, request_uri: String(pushed.request_uri) });
  const url = `${latchkey.issuer}/auth?${query}`;
  codeOf(await measure('/auth with a pushed request', () => user.open(url)));

  const email = 'invited@example.com';
  await invite({ email }, { ...latchkey.installation, issuer: latchkey.issuer, areInvitationsOn: true });
  const invited = newUser();
  const link = await mailedLink(email);
  const page = await measure('invitation page', () => invited.open(link));
  const filled = { password: PASSWORD, terms: TERMS.TERMS_VERSION };
  await measure('accepting an invitation', () => invited.submit(page, 'confirm-submit', filled));

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
