/** REGISTRATION=open: who brings no token is bounded by network, and gone after seven days without a sign-in. */
import test from 'ava';
import { updateClient } from '../../src/domain/clients/change.ts';
import { parsePolicy } from '../../src/domain/clients/metadata-policy.ts';
import { budgets } from '../../src/domain/throttle/budgets.ts';
import { ManualClock } from '../support/clock.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { fileOwner } from '../support/owner.ts';
import { pluggedFeatures } from '../support/plugged-features.ts';
import { type Fixture, LOGIN, newVisitor, ownProvider, textOf } from '../support/provider-fixture.ts';
import { ask, manage, newInitialAccessToken, type RegistrationAnswer } from '../support/registrations.ts';
import { appOf, CALLBACK, obtainTokens, PASSWORD } from '../support/relying-party.ts';

const environment = { REGISTRATION: 'open' };
const plain = { client_name: 'Notes', redirect_uris: [CALLBACK] };
const DAY = 24 * 60 * 60;

let addresses = 0;
/** Each from a network of its own. */
function fromAnywhere(): { readonly 'x-forwarded-for': string } {
  addresses += 1;
  return { 'x-forwarded-for': `10.77.${addresses}.1` };
}

const register = async (issuer: string, json: object = {}, bearer?: string, headers = fromAnywhere()) =>
  ask(`${issuer}/reg`, { method: 'POST', json: { ...plain, ...json }, bearer, headers });

await forEachDatabase(test, ({ name: database }) => {
  const clock = new ManualClock();
  const owner = fileOwner(test, database);
  let opened: Promise<Fixture> | undefined;
  const open = (): Promise<Fixture> => {
    opened ??= ownProvider(owner, { database, environment, clock, extraOptions: pluggedFeatures });
    return opened;
  };
  const stays: RegistrationAnswer[] = [];
  const status = async (body: RegistrationAnswer) => (await manage(body, 'GET')).statusCode;

  test.serial(`${database}: a client that somebody signed in to stays`, async (t) => {
    const { latchkey } = await open();
    const { body } = await register(latchkey.issuer);
    const began = await register(latchkey.issuer);
    await newVisitor().open(appOf(latchkey, began.body).request().url);
    await obtainTokens(appOf(latchkey, body), LOGIN, { user: newVisitor() });
    const stored = await latchkey.installation.clients.get(body.client_id);
    t.false('unusedUntil' in (stored ?? {}));
    stays.push(body);
    const waiting = await latchkey.installation.clients.get(began.body.client_id);
    t.truthy(waiting?.unusedUntil, 'a sign-in that only began does not count');
  });

  test.serial(`${database}: so does one of a device that was let in`, async (t) => {
    const { latchkey } = await open();
    const grant = 'urn:ietf:params:oauth:grant-type:device_code';
    const { body } = await register(latchkey.issuer, {
      grant_types: [grant],
      response_types: [],
      redirect_uris: [],
      token_endpoint_auth_method: 'none',
    });
    const { body: device } = await appOf(latchkey, body).post('/device/auth', { scope: 'openid' });
    const user = newVisitor();
    const asked = await user.submit(await user.open(`${latchkey.issuer}/device`), 'code-submit', {
      user_code: String(device.user_code),
    });
    const login = await user.submit(asked, 'confirm-submit');
    t.truthy((await latchkey.installation.clients.get(body.client_id))?.unusedUntil);
    const consent = await user.submit(login, 'login-submit', { login: LOGIN, password: PASSWORD });
    const approved = await user.submit(consent, 'consent-submit');
    t.true(approved.body.includes('device-approved'));
    t.is((await latchkey.installation.clients.get(body.client_id))?.unusedUntil, undefined);
  });

  test.serial(`${database}: people are told that nobody has checked it, before it is used and after`, async (t) => {
    const { latchkey } = await open();
    const [home, logo] = ['https://www.example.com/', 'https://www.example.com/logo.png'];
    const said = { client_uri: home, logo_uri: logo, redirect_uris: ['http://127.0.0.1/cb', CALLBACK] };
    const { body } = await register(latchkey.issuer, { ...said, token_endpoint_auth_method: 'none' });
    const app = appOf(latchkey, body);
    const consentAt = async (redirectUri: string) => {
      const user = newVisitor();
      const url = new URL(app.request({ scope: 'openid email' }).url);
      url.searchParams.set('redirect_uri', redirectUri);
      return user.submit(await user.open(url.href), 'login-submit', { login: LOGIN, password: PASSWORD });
    };
    const onDevice = await consentAt('http://127.0.0.1:5555/cb');
    t.regex(textOf(onDevice), /registered itself.*any program on it could claim/s);
    t.false(onDevice.body.includes('www.example.com'));
    await latchkey.installation.clients.update(body.client_id, ({ unusedUntil: _used, ...used }) => used);
    const elsewhere = await consentAt(CALLBACK);
    t.regex(textOf(elsewhere), /registered itself/);
    t.notRegex(textOf(elsewhere), /any program/);
    const byToken = await register(latchkey.issuer, said, await newInitialAccessToken(latchkey.installation));
    const user = newVisitor();
    const login = await user.open(appOf(latchkey, byToken.body).request({ scope: 'openid email' }).url);
    const vouched = await user.submit(login, 'login-submit', { login: LOGIN, password: PASSWORD });
    t.notRegex(textOf(vouched), /registered itself/);
    t.true(vouched.body.includes(home));
  });

  test.serial(`${database}: so does one that an administrator changed, or that came with a token`, async (t) => {
    const { latchkey } = await open();
    const { installation, issuer } = latchkey;
    const policy = parsePolicy({ first_party: true });
    const byToken = await register(issuer, {}, await newInitialAccessToken(installation, { policy }));
    t.is(byToken.body.first_party, true);
    const { body } = await register(issuer);
    await updateClient(body.client_id, { first_party: true }, installation.registration);
    for (const { client_id: id } of [byToken.body, body])
      t.is((await installation.clients.get(id))?.unusedUntil, undefined);
    t.is(await status(body), 200);
  });

  test.serial(`${database}: a bearer that is sent is an initial access token here too`, async (t) => {
    const { latchkey } = await open();
    for (const bearer of ['x', 'lk_iat_unknown', ''])
      t.deepEqual(((answer) => [answer.statusCode, answer.body.error])(await register(latchkey.issuer, {}, bearer)), [
        401,
        'invalid_token',
      ]);
    t.is((await register(latchkey.issuer, { first_party: true })).statusCode, 400);
  });

  test.serial(
    `${database}: a network has a budget, which no token draws on, and no refusal either: those have their own`,
    async (t) => {
      const { latchkey } = await open();
      const headers = { 'x-forwarded-for': '198.51.100.7' };
      for (let taken = 0; taken < 3; taken += 1)
        await register(latchkey.issuer, { redirect_uris: [] }, undefined, headers);
      const answers: number[] = [];
      for (let taken = 0; taken < budgets.clientRegistrations.limit; taken += 1)
        answers.push((await register(latchkey.issuer, {}, undefined, headers)).statusCode);
      t.deepEqual([...new Set(answers)], [201]);
      const refused = await register(latchkey.issuer, {}, undefined, headers);
      t.deepEqual([refused.statusCode, refused.body.error], [429, 'temporarily_unavailable']);
      t.true(Number(refused.headers['retry-after']) > 0);
      t.true(latchkey.logged.some(({ event, reason }) => event === 'request.throttled' && reason === 'registration'));
      t.is(
        (await register(latchkey.issuer, {}, await newInitialAccessToken(latchkey.installation), headers)).statusCode,
        201,
      );
      t.is((await register(latchkey.issuer)).statusCode, 201, 'another network');
    },
  );

  // Last: oidc-provider keeps the time of this machine, so that nobody signs in after it.
  test.serial(
    `${database}: a client that nobody signs in to is gone after seven days, with its token, updated or not`,
    async (t) => {
      const { latchkey } = await open();
      const [left, updated] = [(await register(latchkey.issuer)).body, (await register(latchkey.issuer)).body];
      t.is((await latchkey.installation.clients.get(left.client_id))?.unusedUntil, clock.now() + 7 * DAY * 1000);
      clock.advance(6 * DAY);
      const again = (await manage(updated, 'PUT', { client_id: updated.client_id, ...plain })).body;
      t.deepEqual([await status(left), await status(again)], [200, 200]);
      clock.advance(DAY + 1);
      t.deepEqual([await status(left), await status(again)], [401, 401]);
      t.is(await latchkey.installation.clients.get(left.client_id), undefined);
      t.deepEqual(await Promise.all(stays.map(status)), [200]);
      const answer = await appOf(latchkey, left).token({ grant_type: 'authorization_code', code: 'x' });
      t.is(answer.body.error, 'invalid_client');
    },
  );
});
