/** Whatever ends a grant ends everything that hangs on it, whichever app asked, and nothing brings it back. */
import { randomUUID } from 'node:crypto';
import test from 'ava';
import type { ArtifactModel } from '../../src/ports/artifacts.ts';
import { createGrantClaims } from '../../src/sealing/grant-claims.ts';
import { forEachEngine } from '../support/engines.ts';
import { gatedRecords } from '../support/gated-records.ts';
import { startInstallation, type TestInstallation } from '../support/installation.ts';
import { newPerson } from '../support/person.ts';
import { type App, appOf, CALLBACK, codeOf, obtainTokens, PASSWORD, WEB_APP } from '../support/relying-party.ts';
import type { EngineName } from '../support/storage.ts';

const LOGIN = 'ada@example.com';
const API = 'https://api.example.com/';
const FOREVER = Date.now() + 3_600_000;

async function start(t: { teardown(clean: () => Promise<void>): void }, engine: EngineName) {
  const gates = gatedRecords();
  const latchkey = await startInstallation({ engine, wrapRecords: gates.wrapRecords });
  t.teardown(latchkey.stop);
  await latchkey.createAccount({ email: LOGIN, password: PASSWORD });
  await latchkey.createResource({ identifier: API, scopes: { read: 'Read' } });
  const newApp = async (metadata: object = {}): Promise<App> =>
    appOf(latchkey, await latchkey.createClient({ ...WEB_APP, ...metadata }));
  return { gates, latchkey, newApp, person: newPerson({ stopAt: CALLBACK }) };
}

async function isActive(app: App, token = ''): Promise<unknown> {
  return (await app.post('/token/introspection', { token })).body.active;
}

async function isRefreshed(app: App, refreshToken = ''): Promise<boolean> {
  return (await app.token({ grant_type: 'refresh_token', refresh_token: refreshToken })).statusCode === 200;
}

/** Writes one of everything that a grant can have. */
async function fillGrant({ installation }: TestInstallation, grantId: string): Promise<void> {
  const { artifacts, refreshAnswers, records, ring, keyedHash } = installation;
  const models: readonly ArtifactModel[] = ['AuthorizationCode', 'AccessToken', 'RefreshToken', 'DeviceCode'];
  await artifacts.save('Grant', grantId, { accountId: 'account', clientId: 'client' }, FOREVER);
  for (const model of models) await artifacts.save(model, randomUUID(), { grantId, userCode: randomUUID() }, FOREVER);
  const answer = { scope: undefined, resources: [], dpopThumbprint: undefined, answeredAt: 0, body: {} };
  await refreshAnswers.store('refresh token', grantId, answer, FOREVER);
  await refreshAnswers.takeTurn('refresh token', grantId, 1, FOREVER);
  await createGrantClaims(records, ring, keyedHash).claim('session', 'client', grantId, FOREVER);
}

const GRANT_BOUND = [
  'grants',
  'grant_claims',
  'authorization_codes',
  'access_tokens',
  'refresh_tokens',
  'refresh_answers',
  'device_codes',
] as const;

async function countOf({ installation }: TestInstallation): Promise<Record<string, number>> {
  const counts = GRANT_BOUND.map(async (name) => {
    const found = await installation.records.list(name, { limit: 10 });
    return [name, found.length] as const;
  });
  return Object.fromEntries(await Promise.all(counts));
}

await forEachEngine(test, ({ name }) => {
  test(`${name}: destroying a grant leaves nothing of any model, and nothing of another grant is touched`, async (t) => {
    const { latchkey } = await start(t, name);
    await fillGrant(latchkey, 'ended');
    const one = await countOf(latchkey);
    await latchkey.installation.artifacts.save('Grant', 'other', {}, FOREVER);
    await latchkey.installation.artifacts.save('AccessToken', 'other', { grantId: 'other' }, FOREVER);

    await latchkey.installation.artifacts.destroyGrant('ended');

    t.deepEqual(one, { ...Object.fromEntries(GRANT_BOUND.map((each) => [each, 1])), refresh_answers: 2 });
    t.deepEqual(await countOf(latchkey), {
      ...Object.fromEntries(GRANT_BOUND.map((each) => [each, 0])),
      grants: 1,
      access_tokens: 1,
    });
  });

  test(`${name}: a sign-out that one app began ends the codes and tokens of every other`, async (t) => {
    const { latchkey, newApp, person } = await start(t, name);
    const app = await newApp();
    const { tokens } = await obtainTokens(app, LOGIN, { person });
    const { url, verifier } = app.request({ prompt: 'none' });
    const code = codeOf(await person.open(url));
    // Of its own it has neither refresh tokens nor much else: the engine would ask for nothing more to be revoked.
    const plain = await newApp({ grant_types: ['authorization_code'] });
    const { tokens: others } = await obtainTokens(plain, LOGIN, { person });
    t.true(await isActive(app, tokens.access_token));

    const query = new URLSearchParams({ client_id: plain.client.client_id });
    const page = await person.open(`${latchkey.issuer}/session/end?${query}`);
    await person.submit(page, 'logout-confirm');

    t.false(await isActive(app, tokens.access_token));
    t.false(await isActive(app, tokens.refresh_token));
    t.false(await isActive(plain, others.access_token));
    t.false(await isRefreshed(app, tokens.refresh_token));
    const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: verifier };
    t.is((await app.token(form)).body.error, 'invalid_grant');
    t.deepEqual(await countOf(latchkey), Object.fromEntries(GRANT_BOUND.map((each) => [each, 0])));
  });

  test(`${name}: after a family was revoked the next sign-in of the same session begins a new one`, async (t) => {
    const { newApp, person } = await start(t, name);
    const app = await newApp({ first_party: true });
    const { tokens } = await obtainTokens(app, LOGIN, { person });
    await app.post('/token/revocation', { token: tokens.refresh_token ?? '' });

    const next = await obtainTokens(app, LOGIN, { person, prompt: 'none' });

    t.true(await isRefreshed(app, next.tokens.refresh_token));
    t.false(await isActive(app, tokens.access_token));
  });

  test(`${name}: a consent that is being stored does not bring back a family that was revoked meanwhile`, async (t) => {
    const { gates, newApp, person } = await start(t, name);
    const app = await newApp({ resources: [API] });
    const api = { resource: API, scope: 'openid read' };
    const { tokens } = await obtainTokens(app, LOGIN, { person, ...api });
    const request = app.request({ ...api, scope: 'openid email read' });
    const consent = await person.open(request.url);
    const grantSave = gates.holdNext('replace', 'grants');
    const late = person.submit(consent, 'consent-submit');
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
