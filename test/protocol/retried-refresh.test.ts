/** Parallel tabs and lost responses: the same refresh token gets the same answer for a while. */
import test, { type ExecutionContext } from 'ava';
import { beginRequest, underWayTogether } from '../support/held-requests.ts';
import { startInstallation } from '../support/installation.ts';
import { type App, appOf, obtainTokens, PASSWORD, type TokenResponse, WEB_APP } from '../support/relying-party.ts';

const LOGIN = 'ada@example.com';

async function start(t: ExecutionContext, environment: Record<string, string> = {}, client: object = {}) {
  const latchkey = await startInstallation({ environment });
  t.teardown(latchkey.stop);
  await latchkey.createAccount({ email: LOGIN, password: PASSWORD });
  const app = appOf(latchkey, await latchkey.createClient({ ...WEB_APP, ...client }));
  const { tokens } = await obtainTokens(app, LOGIN);
  return { latchkey, app, refreshToken: tokens.refresh_token ?? '' };
}

function refresh(app: App, refreshToken: string, extra: Record<string, string> = {}): Promise<TokenResponse> {
  return app.token({ grant_type: 'refresh_token', refresh_token: refreshToken, ...extra });
}

test('ten tabs that refresh at once all get one answer', async (t) => {
  const { latchkey, app, refreshToken } = await start(t);
  const form = { grant_type: 'refresh_token', refresh_token: refreshToken };
  const credentials = `${app.client.client_id}:${app.client.client_secret}`;

  const answers = await underWayTogether(10, () => beginRequest(`${latchkey.issuer}/token`, credentials, form));

  t.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  t.is(new Set(answers.map(({ body }) => JSON.stringify(body))).size, 1);
  t.is((await refresh(app, String(answers[0]?.body.refresh_token))).statusCode, 200);
});

test('a lost response can be fetched again', async (t) => {
  const { app, refreshToken } = await start(t);
  const first = await refresh(app, refreshToken);

  const again = await refresh(app, refreshToken);

  t.deepEqual(again.body, first.body);
});

test('a retry that asks for another scope is refused, and nothing is revoked', async (t) => {
  const { app, refreshToken } = await start(t);
  const first = await refresh(app, refreshToken);

  const other = await refresh(app, refreshToken, { scope: 'openid' });

  t.is(other.statusCode, 400);
  t.is(other.body.error, 'invalid_grant');
  t.is((await refresh(app, first.body.refresh_token ?? '')).statusCode, 200);
});

test('with the reuse interval at 0 one of fifty wins, the others get invalid_grant', async (t) => {
  const { app, refreshToken } = await start(t, { REFRESH_GRACE_SECONDS: '0' });

  const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(app, refreshToken)));

  t.is(answers.filter(({ statusCode }) => statusCode === 200).length, 1);
  t.true(answers.every(({ statusCode, body }) => statusCode === 200 || body.error === 'invalid_grant'));
});

test('with the reuse interval at 0 a second use ends the family', async (t) => {
  const { app, refreshToken } = await start(t, { REFRESH_GRACE_SECONDS: '0' });
  const { body } = await refresh(app, refreshToken);

  t.is((await refresh(app, refreshToken)).statusCode, 400);

  t.is((await refresh(app, body.refresh_token ?? '')).body.error, 'invalid_grant');
});
