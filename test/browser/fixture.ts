/** What a browser test needs: a provider, the example API, two example apps, and a user with an account. */
import type { ExecutionContext } from 'ava';
import { createRelyingParty } from '../../examples/relying-party/server.ts';
import { createResourceServer } from '../../examples/resource-server/server.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { startInstallation, type TestInstallation } from '../support/installation.ts';
import { type Listener, listen } from '../support/listener.ts';
import type { Storage } from './storages.ts';

export const scopes = { 'notes:read': 'Read your notes', 'notes:write': 'Write notes for you' };

export interface Fixture {
  readonly latchkey: TestInstallation;
  /** Addresses, without a slash at the end. */
  readonly api: string;
  readonly app: string;
  readonly otherApp: string;
  readonly user: { readonly id: string; readonly email: string; readonly name: string; readonly password: string };
}

async function addApp(name: string, { server, origin }: Listener, latchkey: TestInstallation, resource: string) {
  const { client_id: clientId, client_secret: clientSecret } = await latchkey.createClient({
    client_name: name,
    client_uri: origin,
    redirect_uris: [`${origin}/callback`],
    post_logout_redirect_uris: [`${origin}/signed-out`],
    backchannel_logout_uri: `${origin}/backchannel-logout`,
    backchannel_logout_session_required: true,
    grant_types: ['authorization_code', 'refresh_token'],
    resources: [resource],
  });
  const { issuer } = latchkey;
  const options = { name, baseUrl: origin, issuer, clientId, clientSecret, resource, apiUrl: resource };
  server.on('request', createRelyingParty(options));
}

export async function openProvider(
  t: ExecutionContext,
  { storageUrl }: Storage,
  clock?: Clock,
  environment: Readonly<Record<string, string>> = {},
): Promise<Fixture> {
  const [api, app, otherApp] = [await listen(t), await listen(t), await listen(t)];
  const latchkey = await startInstallation({
    ...(storageUrl !== undefined && { storageUrl: await storageUrl(t) }),
    ...(clock !== undefined && { clock }),
    // The apps are on this machine: else the guard would stop back-channel logout from reaching them.
    environment: { OUTBOUND_ALLOW_PRIVATE: `${app.origin},${otherApp.origin}`, ...environment },
  });
  t.teardown(latchkey.stop);

  const resource = `${api.origin}/`;
  await latchkey.createResource({ identifier: resource, name: 'Notes', scopes });
  api.server.on('request', createResourceServer({ issuer: latchkey.issuer, resource }).app.callback());
  await addApp('Fieldnotes', app, latchkey, resource);
  await addApp('Logbook', otherApp, latchkey, resource);
  const user = { email: 'robin@example.com', name: 'Robin Redbreast', password: 'a robin sings in winter' };
  const { id } = await latchkey.createAccount({ ...user, emailVerified: true });
  return { latchkey, api: api.origin, app: app.origin, otherApp: otherApp.origin, user: { id, ...user } };
}
