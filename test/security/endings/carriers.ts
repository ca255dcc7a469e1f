/** Everything that carries access, held by one user of one app, and whether each still does. */
import { randomUUID } from 'node:crypto';
import got from 'got';
import type { Account } from '../../../src/storage/records/accounts.ts';
import { isAccountPage } from '../../account/fixture.ts';
import { introspect, newApi } from '../../protocol/introspecting.ts';
import { type Fixture, newVisitor, obtainCode, redeem } from '../../support/provider-fixture.ts';
import { newLink } from '../../support/recovery.ts';
import { type App, CALLBACK, PASSWORD } from '../../support/relying-party.ts';
import { newUser, type User } from '../../support/user.ts';

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const SCOPE = 'openid email things:do';
const silent = { scope: 'openid email', prompt: 'none' };

export interface Held {
  readonly account: Account;
  readonly app: App;
  readonly user: User;
  /** Was redeemed: for a replay. */
  readonly usedCode: { readonly code: string; readonly verifier: string };
  /** Not the one that is held as a carrier. */
  readonly otherRefreshToken: string;
  readonly carriers: Readonly<Record<Carrier, () => Promise<boolean>>>;
}

export const carriers = [
  'session cookie',
  'sign-in under way',
  'authorization code',
  'refresh token',
  'opaque access token',
  'JWT access token at introspection',
  'access token at userinfo',
  'device code',
  'link to a new password',
  'account page',
] as const;

export type Carrier = (typeof carriers)[number];

/** Where what a carrier stands on is stored; other collections carry nothing, for the reason given. */
export const collectionsOfCarriers = {
  sessions: 'session cookie',
  interactions: 'sign-in under way',
  authorization_codes: 'authorization code',
  refresh_tokens: 'refresh token',
  access_tokens: 'opaque access token',
  grants: 'JWT access token at introspection',
  device_codes: 'device code',
  links: 'link to a new password',
} as const satisfies Readonly<Record<string, Carrier>>;

export const collectionsWithoutCarrier = {
  accounts: 'who signs in, not what they hold',
  account_identifiers: 'names',
  clients: 'who asks',
  resources: 'what is asked for',
  consents: 'read when a grant is made; the session cookie shows what it opens',
  keys: "the installation's own",
  counters: 'numbers',
  budget_levels: 'numbers',
  known_networks: 'marks: they decide which budget pays, and sign nobody in',
  hash_costs: 'a number',
  factors: 'what somebody proves who they are by, not what they hold then',
  unreadable_documents: 'marks: addresses that nothing could be read from',
  sent_codes: 'what somebody proves in a sign-in under way: it ends with that',
  pending_sign_ins: 'what a sign-in under way has proven: it ends with that',
  remembered_devices: 'they stand in for a second factor, and let nobody in alone: contract/own-factors.test.ts',
  scopes: 'what is asked for',
  events: 'what happened',
  registrations: 'who waits for a link',
  mails: 'what waits to be sent',
  mail_quotas: 'numbers',
  grant_reservations: 'name a grant',
  cached_token_responses: 'opened with the refresh token alone',
  client_credentials: "a client's own, without a user: removed-client.test.ts",
  pushed_authorization_requests: 'parameters: what comes of one is a sign-in',
  replay_detections: 'marks',
  revoked_tokens: 'marks',
  initial_access_tokens: "an administrator's, without a user",
} as const;

const hasCode = ({ url }: { readonly url: string }): boolean =>
  url.startsWith(CALLBACK) && new URL(url).searchParams.has('code');

/** Somebody has signed in, in another browser, and what they were sent on to has not been opened. */
async function beginSignIn(app: App, { email }: Account): Promise<() => Promise<boolean>> {
  const user = newVisitor();
  const toLogin = await user.open(app.request({ scope: 'openid email' }).url);
  // The same browser, stopped at the first redirect.
  const posting = newUser({ stopAt: 'http', jar: user.jar });
  const { url } = await posting.submit(toLogin, 'login-submit', { login: email, password: PASSWORD });
  return async () => hasCode(await user.open(url));
}

async function approveDevice({ latchkey }: Fixture, app: App, user: User): Promise<() => Promise<boolean>> {
  const { body } = await app.post('/device/auth', { scope: 'openid email' });
  const page = await user.open(`${latchkey.issuer}/device`);
  const asked = await user.submit(page, 'code-submit', { user_code: String(body.user_code) });
  const approved = await user.submit(asked, 'confirm-submit');
  if (!approved.body.includes('id="device-approved"')) throw new Error(`not approved: ${approved.body}`);
  const form = { grant_type: DEVICE_GRANT, device_code: String(body.device_code) };
  return async () => (await app.token(form)).statusCode === 200;
}

export async function holdEverything(fixture: Fixture): Promise<Held> {
  const account = await fixture.newAccount({ claims: { groups: ['staff'] } });
  const app = await fixture.newApp({
    client_name: `App ${randomUUID()}`,
    grant_types: ['authorization_code', 'refresh_token', DEVICE_GRANT],
    allowed_groups: ['staff'],
    // A second use is a replay at once.
    refresh_grace_seconds: 0,
  });
  const [jwtApi, opaqueApi] = [await newApi(fixture, 'jwt'), await newApi(fixture, 'opaque')];
  const user = newVisitor();
  const codeFor = (parameters: object) => obtainCode(app, { user, login: account.email, ...parameters });
  const forJwt = await codeFor({ scope: SCOPE, resource: jwtApi.identifier });
  const { body: jwt } = await redeem(app, forJwt, { resource: jwtApi.identifier });
  const forOpaque = await codeFor({ scope: SCOPE, resource: opaqueApi.identifier });
  const { body: opaque } = await redeem(app, forOpaque, { resource: opaqueApi.identifier });
  const { body: plain } = await redeem(app, await codeFor({ scope: 'openid email' }));
  const code = await codeFor({ scope: 'openid email' });
  await user.open(`${fixture.latchkey.issuer}/account`);
  // A change wants a password that was entered for the account page itself.
  const proof = await user.open(`${fixture.latchkey.issuer}/account/proof?section=password`);
  await user.submit(proof, 'login-submit', { login: account.email, password: PASSWORD });
  const deviceWorks = await approveDevice(fixture, app, user);
  const signInWorks = await beginSignIn(app, account);
  const link = await newLink(fixture, account.email);
  const isActive = async (asking: App, token: string) => (await introspect(asking, token)).body.active === true;
  return {
    account,
    app,
    user,
    usedCode: forJwt,
    otherRefreshToken: jwt.refresh_token ?? '',
    carriers: {
      'session cookie': async () => hasCode(await user.open(app.request(silent).url)),
      'sign-in under way': signInWorks,
      'authorization code': async () => (await redeem(app, code)).statusCode === 200,
      'refresh token': async () =>
        (await app.token({ grant_type: 'refresh_token', refresh_token: opaque.refresh_token ?? '' })).statusCode ===
        200,
      'opaque access token': () => isActive(opaqueApi.client, opaque.access_token),
      'JWT access token at introspection': () => isActive(jwtApi.client, jwt.access_token),
      'access token at userinfo': async () => {
        const headers = { authorization: `Bearer ${plain.access_token}` };
        const options = { headers, throwHttpErrors: false, retry: { limit: 0 } };
        return (await got(`${fixture.latchkey.issuer}/me`, options)).statusCode === 200;
      },
      'device code': deviceWorks,
      'link to a new password': async () => (await newVisitor().open(link)).status === 200,
      'account page': async () => isAccountPage(await user.open(`${fixture.latchkey.issuer}/account`)),
    },
  };
}
