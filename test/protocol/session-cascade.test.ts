/** Whatever ends a grant ends everything that hangs on it, whichever app asked, and nothing brings it back. */
import { randomUUID } from 'node:crypto';
import test from 'ava';
import type { IssuedModel } from '../../src/storage/issued/tokens.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { gatedRecords } from '../support/gated-records.ts';
import { startInstallation, type TestInstallation } from '../support/installation.ts';
import { type App, appOf, CALLBACK, codeOf, obtainTokens, PASSWORD, WEB_APP } from '../support/relying-party.ts';
import type { DatabaseName } from '../support/storage.ts';
import { newUser } from '../support/user.ts';

const LOGIN = 'ada@example.com';
const API = 'https://api.example.com/';
const FOREVER = Date.now() + 3_600_000;

async function start(t: { teardown(clean: () => Promise<void>): void }, database: DatabaseName) {
  const gates = gatedRecords();
  const latchkey = await startInstallation({ database, wrapRecords: gates.wrapRecords });
  t.teardown(latchkey.stop);
  await latchkey.createAccount({ email: LOGIN, password: PASSWORD });
  await latchkey.createResource({ identifier: API, scopes: { read: 'Read' } });
  const newApp = async (metadata: object = {}): Promise<App> =>
    appOf(latchkey, await latchkey.createClient({ ...WEB_APP, ...metadata }));
  return { gates, latchkey, newApp, user: newUser({ stopAt: CALLBACK }) };
}

async function isActive(app: App, token = ''): Promise<unknown> {
  return (await app.post('/token/introspection', { token })).body.active;
}

async function isRefreshed(app: App, refreshToken = ''): Promise<boolean> {
  return (await app.token({ grant_type: 'refresh_token', refresh_token: refreshToken })).statusCode === 200;
}

/** Writes one of everything that a grant can have. */
async function fillGrant({ installation }: TestInstallation, grantId: string): Promise<void> {
  const { issued, grants } = installation;
  const { refreshTokens } = installation.providerDeps.stores;
  const models: readonly IssuedModel[] = ['AuthorizationCode', 'AccessToken', 'DeviceCode'];
  await issued.save('Grant', grantId, { accountId: 'account', clientId: 'client' }, FOREVER);
  for (const model of models) await issued.save(model, randomUUID(), { grantId, userCode: randomUUID() }, FOREVER);
  await refreshTokens.save('refresh token', { grantId }, FOREVER);
  const response = { scope: undefined, resources: [], dpopThumbprint: undefined, respondedAt: 0, body: {} };
  await refreshTokens.storeResponse('refresh token', grantId, response, FOREVER);
  await refreshTokens.takeOver('refresh token', grantId, 1, FOREVER);
  await grants.reserve('session', 'client', grantId, FOREVER);
}

const GRANT_BOUND = [
  'grants',
  'grant_reservations',
  'authorization_codes',
  'access_tokens',
  'refresh_tokens',
  'cached_token_responses',
  'device_codes',
] as const;

async function countOf({ installation }: TestInstallation): Promise<Record<string, number>> {
  const counts = GRANT_BOUND.map(async (name) => {
    const found = await installation.records.list(name, { limit: 10 });
    return [name, found.length] as const;
  });
  return Object.fromEntries(await Promise.all(counts));
}

await forEachDatabase(test, ({ name }) => {
  test(`${name}: destroying a grant leaves nothing of any model, and nothing of another grant is touched`, async (t) => {
    const { latchkey } = await start(t, name);
    await fillGrant(latchkey, 'ended');
    const one = await countOf(latchkey);
    await latchkey.installation.issued.save('Grant', 'other', {}, FOREVER);
    await latchkey.installation.issued.save('AccessToken', 'other', { grantId: 'other' }, FOREVER);

    await latchkey.installation.grants.destroy('ended');

    t.deepEqual(one, { ...Object.fromEntries(GRANT_BOUND.map((each) => [each, 1])), cached_token_responses: 2 });
    t.deepEqual(await countOf(latchkey), {
      ...Object.fromEntries(GRANT_BOUND.map((each) => [each, 0])),
      grants: 1,
      access_tokens: 1,
    });
  });

  test(`${name}: a sign-out that one app began ends the codes and tokens of every other`, async (t) => {
    const { latchkey, newApp, user } = await start(t, name);
    const app = await newApp();
    const { tokens } = await obtainTokens(app, LOGIN, { user });
    const { url, verifier } = app.request({ prompt: 'none' });
    const code = codeOf(await user.open(url));
    // Of its own it has neither refresh tokens nor much else: oidc-provider would ask for nothing more to be revoked.
    const plain = await newApp({ grant_types: ['authorization_code'] });
    const { tokens: others } = await obtainTokens(plain, LOGIN, { user });
    t.true(await isActive(app, tokens.access_token));

    const query = new URLSearchParams({ client_id: plain.client.client_id });
    const page = await user.open(`${latchkey.issuer}/session/end?${query}`);
    await user.submit(page, 'logout-confirm');

    t.false(await isActive(app, tokens.access_token));
    t.false(await isActive(app, tokens.refresh_token));
    t.false(await isActive(plain, others.access_token));
    t.false(await isRefreshed(app, tokens.refresh_token));
    const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: verifier };
    t.is((await app.token(form)).body.error, 'invalid_grant');
    t.deepEqual(await countOf(latchkey), Object.fromEntries(GRANT_BOUND.map((each) => [each, 0])));
  });

  test(`${name}: after a family was revoked the next sign-in of the same session begins a new one`, async (t) => {
    const { newApp, user } = await start(t, name);
    const app = await newApp({ first_party: true });
    const { tokens } = await obtainTokens(app, LOGIN, { user });
    await app.post('/token/revocation', { token: tokens.refresh_token ?? '' });

    const next = await obtainTokens(app, LOGIN, { user, prompt: 'none' });

    t.true(await isRefreshed(app, next.tokens.refresh_token));
    t.false(await isActive(app, tokens.access_token));
  });

  test(`${name}: a consent that is being stored does not bring back a family that was revoked meanwhile`, async (t) => {
    const { gates, newApp, user } = await start(t, name);
    const app = await newApp({ resources: [API] });
    const api = { resource: API, scope: 'openid read' };
    const { tokens } = await obtainTokens(app, LOGIN, { user, ...api });
    const request = app.request({ ...api, scope: 'openid email read' });
    const consent = await user.open(request.url);
    const grantSave = gates.holdNext('replace', 'grants');
    const late = user.submit(consent, 'consent-submit');
    await grantSave.reached;

    await app.post('/token/revocation', { token: tokens.refresh_token ?? '' });
    grantSave.release();
    const code = codeOf(await late);

    t.false(await isActive(app, tokens.access_token));
    t.is(await redeem(app, code, request.verifier), 200);
  });
});

async function redeem(app: App, code: string, verifier: string): Promise<number> {
  const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: verifier };
  return (await app.token({ ...form, resource: API })).statusCode;
}
