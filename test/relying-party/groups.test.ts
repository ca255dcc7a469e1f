/** Apps that decide by the groups of a user, played by openid-client as they are configured. */
import test from 'ava';
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretBasic,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  fetchUserInfo,
  randomPKCECodeVerifier,
  refreshTokenGrant,
} from 'openid-client';
import { LOGIN, newVisitor, sharedProvider } from '../support/provider-fixture.ts';
import { CALLBACK, signIn } from '../support/relying-party.ts';

const GROUPS = ['admins', 'ops'];
const { latchkey, account, newApp } = await sharedProvider({ user: { claims: { groups: GROUPS } } });

async function configured(metadata: Readonly<Record<string, unknown>>): Promise<Configuration> {
  const { client } = await newApp(metadata);
  const authentication = ClientSecretBasic(client.client_secret);
  const options = { execute: [allowInsecureRequests] };
  return discovery(new URL(latchkey.issuer), client.client_id, client.client_secret, authentication, options);
}

async function signedIn(app: Configuration, scope: string) {
  const verifier = randomPKCECodeVerifier();
  const address = buildAuthorizationUrl(app, {
    redirect_uri: CALLBACK,
    scope,
    state: 'of the app',
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
  const { url } = await signIn(newVisitor(), address.href, LOGIN);
  return authorizationCodeGrant(app, new URL(url), { pkceCodeVerifier: verifier, expectedState: 'of the app' });
}

for (const name of ['Grafana', 'Argo CD', 'Vault', 'MinIO', 'oauth2-proxy']) {
  test(`${name}, which asks for openid profile email groups, gets the groups at userinfo`, async (t) => {
    const app = await configured({ client_name: name });
    t.true(app.serverMetadata().scopes_supported?.includes('groups'));
    const tokens = await signedIn(app, 'openid profile email groups');
    const told = await fetchUserInfo(app, tokens.access_token, account.id);
    t.deepEqual(told.groups, GROUPS);
    t.false('groups' in (tokens.claims() ?? {}));
  });
}

test('Kubernetes, which reads the ID token alone, finds the groups there, after a refresh too', async (t) => {
  const app = await configured({ client_name: 'Kubernetes', id_token_claims: ['groups', 'email'] });
  const tokens = await signedIn(app, 'openid email groups');
  t.like(tokens.claims(), { groups: GROUPS, email: LOGIN });
  const refreshed = await refreshTokenGrant(app, tokens.refresh_token ?? '');
  t.like(refreshed.claims(), { groups: GROUPS, email: LOGIN });
});
