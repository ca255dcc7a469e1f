/** Redeeming a code: who may, with what, and once (RFC 6749 4.1.3, RFC 7636 4.6). */
import test from 'ava';
import got from 'got';
import { LOGIN, obtainCode, redeem, sharedProvider } from '../support/provider-fixture.ts';
import { CALLBACK, newVerifier } from '../support/relying-party.ts';

const { latchkey, newApp } = await sharedProvider();

async function isUsable(accessToken: string): Promise<boolean> {
  const { statusCode } = await got(`${latchkey.issuer}/me`, {
    headers: { authorization: `Bearer ${accessToken}` },
    throwHttpErrors: false,
  });
  return statusCode === 200;
}

const mistakes: Readonly<Record<string, readonly [Readonly<Record<string, string>>, string]>> = {
  'another verifier': [{ code_verifier: newVerifier().verifier }, 'invalid_grant'],
  'the challenge instead of the verifier': [{ code_verifier: 'x'.repeat(43) }, 'invalid_grant'],
  'no verifier': [{ code_verifier: '' }, 'invalid_grant'],
  'a verifier that is none': [{ code_verifier: 'short' }, 'invalid_request'],
  'another redirect URI': [{ redirect_uri: 'https://app.example.com/other' }, 'invalid_grant'],
  'no redirect URI': [{ redirect_uri: '' }, 'invalid_request'],
  'another code': [{ code: 'nonsense' }, 'invalid_grant'],
  'no code': [{ code: '' }, 'invalid_request'],
};

for (const [mistake, [changes, error]] of Object.entries(mistakes)) {
  test(`${mistake} redeems nothing, and the code stays good`, async (t) => {
    const app = await newApp();
    const grant = await obtainCode(app);

    const refused = await redeem(app, grant, changes);

    t.is(refused.statusCode, 400);
    t.is(refused.body.error, error);
    t.is((await redeem(app, grant)).statusCode, 200);
  });
}

test('the code of one app is worth nothing to another', async (t) => {
  const [app, other] = [await newApp(), await newApp()];
  const { statusCode, body } = await redeem(other, await obtainCode(app));
  t.is(statusCode, 400);
  t.is(body.error, 'invalid_grant');
});

test('a code that is presented again ends everything that came of it', async (t) => {
  const app = await newApp();
  const grant = await obtainCode(app);
  const { body } = await redeem(app, grant);
  t.true(await isUsable(body.access_token));

  const replayed = await redeem(app, grant);

  t.is(replayed.statusCode, 400);
  t.is(replayed.body.error, 'invalid_grant');
  t.false(await isUsable(body.access_token));
  const refreshed = await app.token({ grant_type: 'refresh_token', refresh_token: body.refresh_token ?? '' });
  t.is(refreshed.body.error, 'invalid_grant');
});

test('after a replay the user can sign in again', async (t) => {
  const app = await newApp();
  const { user, ...grant } = await obtainCode(app);
  await redeem(app, grant);
  await redeem(app, grant);

  const again = await obtainCode(app, { user });

  t.is((await redeem(app, again)).statusCode, 200);
});

test('a grant type that nobody offers, or that is missing, is an error of its own', async (t) => {
  const app = await newApp();
  const types = { password: 'unsupported_grant_type', implicit: 'unsupported_grant_type', '': 'invalid_request' };
  for (const [type, error] of Object.entries(types)) {
    const { statusCode, body } = await app.token({ grant_type: type, username: LOGIN, password: 'x' });
    t.is(statusCode, 400);
    t.is(body.error, error);
  }
});

test('a grant type that the client is not registered for is refused', async (t) => {
  const app = await newApp({ grant_types: ['authorization_code'] });
  const { statusCode } = await app.token({ grant_type: 'client_credentials' });
  t.is(statusCode, 400);
  const { body } = await redeem(app, await obtainCode(app));
  t.is(body.refresh_token, undefined);
});

test('an app without PKCE by its registration needs no verifier, and one that sends a challenge needs it', async (t) => {
  const app = await newApp({ require_pkce: false });
  const parameters = { grant_type: 'authorization_code', redirect_uri: CALLBACK };
  const withChallenge = await obtainCode(app);
  t.is((await app.token({ ...parameters, code: withChallenge.code })).body.error, 'invalid_grant');

  const { code } = await obtainCode(app, { code_challenge: '', code_challenge_method: '' });
  t.is((await app.token({ ...parameters, code })).statusCode, 200);
});

test('a verifier for a code that was asked for without a challenge is refused', async (t) => {
  const app = await newApp({ require_pkce: false });
  const { code, verifier } = await obtainCode(app, { code_challenge: '', code_challenge_method: '' });
  t.is((await redeem(app, { code, verifier })).body.error, 'invalid_grant');
});
