/** The authorization code flow, as apps see it. */
import test from 'ava';
import got from 'got';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { startInstallation } from '../support/installation.ts';
import { appOf, obtainTokens, PASSWORD, WEB_APP } from '../support/relying-party.ts';

const LOGIN = 'ada@example.com';
const API = 'https://api.example.com/';

async function start(t: import('ava').ExecutionContext) {
  const latchkey = await startInstallation();
  t.teardown(latchkey.stop);
  const account = await latchkey.createAccount({ email: LOGIN, name: 'Ada', password: PASSWORD });
  await latchkey.createResource({ identifier: API, scopes: { 'notes:read': 'Read your notes' } });
  const app = appOf(latchkey, await latchkey.createClient(WEB_APP));
  return { latchkey, account, app };
}

test('a sign-in ends in an ID token, userinfo and a JWT access token for the API', async (t) => {
  const { latchkey, account, app } = await start(t);

  const { tokens } = await obtainTokens(app, LOGIN, { scope: 'openid email notes:read', resource: API });

  t.is(decodeProtectedHeader(tokens.access_token).typ, 'at+jwt');
  const claims = decodeJwt(tokens.access_token);
  t.is(claims.iss, latchkey.issuer);
  t.is(claims.aud, API);
  t.is(claims.sub, account.id);
  t.is(claims.scope, 'notes:read');
  t.is(decodeJwt(tokens.id_token ?? '').sub, account.id);

  const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '', scope: 'openid email' };
  const refreshed = await app.token(refresh);
  t.is(refreshed.statusCode, 200);
  t.not(refreshed.body.refresh_token, tokens.refresh_token);
  const userinfo = await got(`${latchkey.issuer}/me`, {
    headers: { authorization: `Bearer ${refreshed.body.access_token}` },
  }).json();
  t.like(userinfo, { sub: account.id, email: LOGIN });
});
