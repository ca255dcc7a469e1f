/** A database that is lost: every address says "try again", readiness turns red, and all goes on when it is back. */
import test from 'ava';
import got, { type Response } from 'got';
import { LOGIN, newVisitor, obtainCode, redeem, sharedProvider, toldApp } from '../support/provider-fixture.ts';
import { PASSWORD } from '../support/relying-party.ts';
import type { Page } from '../support/user.ts';
import { breakableStorage } from './broken-storage.ts';

const storage = breakableStorage();
const { latchkey, newApp } = await sharedProvider(storage);
const { issuer } = latchkey;
const credentials = { login: LOGIN, password: PASSWORD };

const read = (path: string, headers = {}): Promise<Response<string>> =>
  got(`${issuer}${path}`, { headers, throwHttpErrors: false, retry: { limit: 0 }, followRedirect: false });

type Told = Pick<Response<unknown>, 'statusCode' | 'headers' | 'rawBody'>;

function isTryAgain({ statusCode, headers, rawBody }: Told): boolean {
  const body = Buffer.from(rawBody).toString();
  const isPage = body.startsWith('<!doctype html>') && !body.includes('server_error');
  const isJson = body.startsWith('{"error":"temporarily_unavailable"');
  return statusCode === 503 && Number(headers['retry-after']) > 0 && (isPage || isJson);
}

const asTold = ({ status, headers, body }: Page): Told => ({
  ...{ statusCode: status, headers, rawBody: Buffer.from(body) },
});

test.serial(
  'every request that needs the database is told to try again, as a page or as JSON, and then goes on',
  async (t) => {
    const app = await newApp();
    const { user, ...grant } = await obtainCode(app);
    const { body: tokens } = await redeem(app, await obtainCode(app));
    const [fresh, inConsent] = [newVisitor(), newVisitor()];
    const login = await fresh.open(app.request().url);
    const consent = await inConsent.submit(
      await inConsent.open((await newApp()).request().url),
      'login-submit',
      credentials,
    );
    const logout = await user.open(`${issuer}/session/end`);
    const { searchParams } = new URL(app.request().url);
    const authorization = { authorization: `Bearer ${tokens.access_token}` };
    const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' };

    storage.lose();
    const told: Readonly<Record<string, Told>> = {
      'a sign-in that begins': asTold(await newVisitor().open(app.request().url)),
      'a silent sign-in': asTold(await user.open(app.request({ prompt: 'none' }).url)),
      'the sign-in page': asTold(await fresh.open(login.url)),
      'a password': asTold(await fresh.submit(login, 'login-submit', credentials)),
      'a consent': asTold(await inConsent.submit(consent, 'consent-submit')),
      'a denial': asTold(await inConsent.submit(consent, 'abort')),
      'the sign-out page': asTold(await user.open(`${issuer}/session/end`)),
      'a sign-out': asTold(await user.submit(logout, 'logout-confirm')),
      'a code': await redeem(app, grant),
      'a refresh': await app.token(refresh),
      introspection: await app.post('/token/introspection', { token: tokens.access_token }),
      revocation: await app.post('/token/revocation', { token: tokens.access_token }),
      'a pushed request': await app.post('/request', Object.fromEntries(searchParams)),
      userinfo: await read('/me', authorization),
      'userinfo, asked by a browser': await read('/me', { ...authorization, accept: 'text/html' }),
      'a client that nobody remembers': await read('/auth?client_id=unheard-of', { accept: 'text/html' }),
    };
    const lost = Object.entries(told).filter(([, answer]) => !isTryAgain(answer));
    storage.recover();
    t.deepEqual(
      lost.map(([what, { statusCode, rawBody }]) => [what, statusCode, Buffer.from(rawBody).toString()]),
      [],
    );

    t.is((await redeem(app, grant)).statusCode, 200);
    t.is((await app.token(refresh)).statusCode, 200);
    t.true((await fresh.submit(login, 'login-submit', credentials)).status < 400);
    t.true('code' in toldApp(await inConsent.submit(consent, 'consent-submit')));
    t.is((await user.submit(logout, 'logout-confirm')).status, 200);
  },
);

test.serial('readiness turns red and green again, and the process lives on', async (t) => {
  t.is((await read('/readyz')).statusCode, 200);
  storage.lose();
  const [ready, alive] = [await read('/readyz'), await read('/livez')];
  storage.recover();
  t.is(ready.statusCode, 503);
  t.is(alive.statusCode, 200);
  t.is((await read('/readyz')).statusCode, 200);
});

test.serial('what needs no database is served without one', async (t) => {
  storage.lose();
  const paths = ['/', '/jwks', '/.well-known/openid-configuration', '/nowhere'];
  const answers = await Promise.all(paths.map((path) => read(path)));
  storage.recover();
  t.deepEqual(
    answers.map(({ statusCode }) => statusCode),
    [200, 200, 200, 404],
  );
});
