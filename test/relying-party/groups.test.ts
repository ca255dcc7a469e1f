/** Apps that decide by the groups of a user, played by openid-client as they are configured. */
import test from 'ava';
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  fetchUserInfo,
  None,
  randomPKCECodeVerifier,
  refreshTokenGrant,
} from 'openid-client';
import { LOGIN, newVisitor, sharedProvider } from '../support/provider-fixture.ts';
import { CALLBACK, signIn } from '../support/relying-party.ts';

const GROUPS = ['admins', 'ops'];
const { latchkey, account, newApp } = await sharedProvider({ user: { claims: { groups: GROUPS } } });

async function configured(
  metadata: Readonly<Record<string, unknown>>,
  authenticate: (secret: string) => ClientAuth = ClientSecretBasic,
): Promise<Configuration> {
  const { client } = await newApp(metadata);
  const authentication = authenticate(client.client_secret);
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

/** The ways that libraries have to prove who an app is; the order of the scopes is each app's own. */
const ways = {
  client_secret_basic: { authenticate: ClientSecretBasic, scope: 'openid profile email groups' },
  client_secret_post: { authenticate: ClientSecretPost, scope: 'openid email profile groups' },
  none: { authenticate: None, scope: 'groups openid' },
};

for (const [method, { authenticate, scope }] of Object.entries(ways)) {
  test(`an app with ${method} that asks for ${scope} reads the groups at userinfo, not in the ID token`, async (t) => {
    const app = await configured({ token_endpoint_auth_method: method }, authenticate);
    t.true(app.serverMetadata().scopes_supported?.includes('groups'));
    const tokens = await signedIn(app, scope);
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
