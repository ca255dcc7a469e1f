/** Tokens of a client for which an administrator has set shorter lifetimes: never longer ones, and from the next refresh on. */
import test from 'ava';
import { decodeJwt } from 'jose';
import { updateClient } from '../../src/domain/clients/change.ts';
import { type Fixture, sharedProvider } from '../support/provider-fixture.ts';
import type { App } from '../support/relying-party.ts';
import { issue, newApi } from './introspecting.ts';
import { advance, stopTime } from './time.ts';

stopTime();
const fixture: Fixture = await sharedProvider();
const { newApp, latchkey } = fixture;

const refresh = (app: App, refreshToken: string | undefined) =>
  app.token({ grant_type: 'refresh_token', refresh_token: refreshToken ?? '' });

async function issueTo(members: Readonly<Record<string, unknown>>) {
  const { app, token } = await issue(fixture, 'refresh token', { app: await newApp(members), isOffline: true });
  return { app, token };
}

test.serial('of what the client has and what the resource has the smaller holds, for userinfo too', async (t) => {
  for (const [seconds, expected] of [
    [120, 120],
    [3600, 600],
  ] as const) {
    const app = await newApp({ access_token_seconds: seconds });
    const { answer, token } = await issue(fixture, 'JWT access token', { app });
    const { iat = 0, exp = 0 } = decodeJwt(token);
    t.deepEqual([exp - iat, answer.expires_in], [expected, expected]);
    t.is((await issue(fixture, 'userinfo token', { app })).answer.expires_in, expected);
  }
});

test.serial('a client gets tokens of its own for no longer', async (t) => {
  const { identifier } = await newApi(fixture, 'opaque');
  const service = {
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
    resources: [identifier],
  };
  const app = await newApp({ ...service, access_token_seconds: 60 });
  const { body } = await app.token({ grant_type: 'client_credentials', resource: identifier });
  t.is(body.expires_in, 60);
});

test.serial('a refresh token lives for no longer without use, and its successor as long again', async (t) => {
  const { app, token } = await issueTo({ refresh_token_idle_seconds: 60 });
  advance(55);
  const { body } = await refresh(app, token);
  advance(55);
  const second = await refresh(app, body.refresh_token);
  t.is(second.statusCode, 200);
  advance(61);
  t.is((await refresh(app, second.body.refresh_token)).body.error, 'invalid_grant');
});

test.serial('refreshing ends at the maximal age, however often it is done', async (t) => {
  const { app, token } = await issueTo({ refresh_token_max_seconds: 60 });
  let current: string | undefined = token;
  advance(58);
  const answers: number[] = [];
  for (let second = 58; second < 63; second += 1) {
    const { statusCode, body } = await refresh(app, current);
    answers.push(statusCode);
    current = body.refresh_token ?? current;
    advance(1);
  }
  t.deepEqual(answers, [200, 200, 400, 400, 400]);
});

for (const member of ['refresh_token_idle_seconds', 'refresh_token_max_seconds']) {
  test.serial(`${member} that is lowered holds for tokens that are out`, async (t) => {
    const { app, token } = await issueTo({});
    advance(100);
    const first = await refresh(app, token);
    await updateClient(app.client.client_id, { [member]: 60 }, latchkey.installation.registration);
    advance(61);
    t.is((await refresh(app, first.body.refresh_token)).body.error, 'invalid_grant');
  });
}

test.serial('a used refresh token is answered again for no longer than it would have lived', async (t) => {
  const { app, token } = await issueTo({ refresh_token_idle_seconds: 60, refresh_grace_seconds: 60 });
  advance(30);
  const first = await refresh(app, token);
  advance(29);
  t.deepEqual((await refresh(app, token)).body, first.body);
  advance(2);
  t.is((await refresh(app, token)).body.error, 'invalid_grant');
  t.is((await refresh(app, first.body.refresh_token)).statusCode, 200, 'and nothing of it ends');
});
