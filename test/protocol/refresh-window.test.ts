/** Whose retry of a refresh gets the first answer again, for how long, and what happens to everybody else. */
import test, { type ExecutionContext } from 'ava';
import got from 'got';
import { ManualClock } from '../support/clock.ts';
import { API, type Fixture, LOGIN, ownProvider } from '../support/provider-fixture.ts';
import { type App, obtainTokens, type TokenResponse } from '../support/relying-party.ts';
import { type DpopKey, newDpopKey } from './dpop-proofs.ts';

const OTHER_API = 'https://photos.example.com/';
const WINDOW_SECONDS = 10;
/** Longer than changes of a client may stay unseen. */
const SEEN_BY_THEN_SECONDS = 6;

async function start(t: ExecutionContext, metadata: object = {}) {
  const clock = new ManualClock();
  const resources = [{ identifier: OTHER_API, scopes: { 'photos:read': 'See your photos' } }];
  const fixture = await ownProvider(t, { clock, resources });
  return { ...fixture, clock, app: await fixture.newApp({ resources: [API, OTHER_API], ...metadata }) };
}

interface Refreshing {
  readonly form?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

function refresh(
  { app, latchkey }: { app: App } & Pick<Fixture, 'latchkey'>,
  refreshToken: string | undefined,
  { form, headers }: Refreshing = {},
) {
  const { client } = app;
  const isPublic = client.token_endpoint_auth_method === 'none';
  return got.post(`${latchkey.issuer}/token`, {
    form: {
      grant_type: 'refresh_token',
      refresh_token: refreshToken ?? '',
      ...(isPublic && { client_id: client.client_id }),
      ...form,
    },
    ...(!isPublic && { username: client.client_id, password: client.client_secret }),
    headers: { ...headers },
    throwHttpErrors: false,
    retry: { limit: 0 },
    responseType: 'json',
  }) as unknown as Promise<TokenResponse>;
}

const provenBy = async (key: DpopKey, { latchkey }: Pick<Fixture, 'latchkey'>): Promise<Refreshing> => ({
  headers: { DPoP: await key.proof({ address: `${latchkey.issuer}/token` }) },
});

/** Changes what an app is registered with, and waits until every instance has seen it. */
async function change({ app, clock, latchkey }: Awaited<ReturnType<typeof start>>, changed: object): Promise<void> {
  await latchkey.installation.clients.update(app.client.client_id, (client) => ({
    ...client,
    metadata: { ...client.metadata, ...changed },
  }));
  clock.advance(SEEN_BY_THEN_SECONDS);
}

const outcome = ({ statusCode, body }: TokenResponse): string => `${statusCode} ${body.error ?? 'tokens'}`;

test('a retry for another resource is refused, and nothing is revoked', async (t) => {
  const fixture = await start(t);
  const apis = { scope: 'openid notes:read photos:read', resource: API };
  const { tokens } = await obtainTokens(fixture.app, LOGIN, apis);
  const first = await refresh(fixture, tokens.refresh_token, { form: { resource: API } });

  t.is(outcome(await refresh(fixture, tokens.refresh_token, { form: { resource: OTHER_API } })), '400 invalid_grant');
  t.is(outcome(await refresh(fixture, tokens.refresh_token)), '400 invalid_grant');

  t.deepEqual((await refresh(fixture, tokens.refresh_token, { form: { resource: API } })).body, first.body);
  t.is(outcome(await refresh(fixture, first.body.refresh_token)), '200 tokens');
});

for (const method of ['client_secret_basic', 'none']) {
  test(`a retry with another DPoP key is refused, and nothing is revoked (${method})`, async (t) => {
    const fixture = await start(t, { token_endpoint_auth_method: method });
    const [mine, other] = [await newDpopKey(), await newDpopKey()];
    const { tokens } = await obtainTokens(fixture.app, LOGIN);
    // A public client's token is bound to the key from here on, a confidential client's is not.
    const { body } = await refresh(fixture, tokens.refresh_token, await provenBy(mine, fixture));
    const first = await refresh(fixture, body.refresh_token, await provenBy(mine, fixture));
    t.is(outcome(first), '200 tokens');

    t.is(outcome(await refresh(fixture, body.refresh_token, await provenBy(other, fixture))), '400 invalid_grant');
    t.is(outcome(await refresh(fixture, body.refresh_token)), '400 invalid_grant');

    t.deepEqual((await refresh(fixture, body.refresh_token, await provenBy(mine, fixture))).body, first.body);
    t.is(outcome(await refresh(fixture, first.body.refresh_token, await provenBy(mine, fixture))), '200 tokens');
  });
}

test('a retry by another app is refused, and nothing is revoked', async (t) => {
  const fixture = await start(t);
  const { tokens } = await obtainTokens(fixture.app, LOGIN);
  const first = await refresh(fixture, tokens.refresh_token);

  const stranger = await fixture.newApp();
  t.is(outcome(await refresh({ ...fixture, app: stranger }, tokens.refresh_token)), '400 invalid_grant');

  t.is(outcome(await refresh(fixture, first.body.refresh_token)), '200 tokens');
});

test('within the reuse interval introspection calls the used token inactive', async (t) => {
  const fixture = await start(t);
  const { tokens } = await obtainTokens(fixture.app, LOGIN);
  await refresh(fixture, tokens.refresh_token);

  const { body } = await fixture.app.post('/token/introspection', { token: tokens.refresh_token ?? '' });

  t.deepEqual(body, { active: false });
});

test('an app that says it reads pages gets the first answer as JSON, too', async (t) => {
  const fixture = await start(t);
  const { tokens } = await obtainTokens(fixture.app, LOGIN);
  const first = await refresh(fixture, tokens.refresh_token);

  const again = await refresh(fixture, tokens.refresh_token, { headers: { accept: 'text/html' } });

  t.deepEqual(again.body, first.body);
  t.regex(again.headers['content-type'] ?? '', /^application\/json/);
  t.is(again.headers['cache-control'], 'no-store');
});

test('after the reuse interval a replay ends the family', async (t) => {
  const fixture = await start(t);
  const { tokens } = await obtainTokens(fixture.app, LOGIN);
  const first = await refresh(fixture, tokens.refresh_token);
  fixture.clock.advance(WINDOW_SECONDS);
  t.deepEqual((await refresh(fixture, tokens.refresh_token)).body, first.body);

  fixture.clock.advance(1);

  t.is(outcome(await refresh(fixture, tokens.refresh_token)), '400 invalid_grant');
  t.is(outcome(await refresh(fixture, first.body.refresh_token)), '400 invalid_grant');
});

test('an app may have a reuse interval of its own', async (t) => {
  const fixture = await start(t, { refresh_grace_seconds: 60 });
  const { tokens } = await obtainTokens(fixture.app, LOGIN);
  const first = await refresh(fixture, tokens.refresh_token);

  fixture.clock.advance(59);

  t.deepEqual((await refresh(fixture, tokens.refresh_token)).body, first.body);
});

test('for an app without a reuse interval the second use is a replay at once', async (t) => {
  const fixture = await start(t, { refresh_grace_seconds: 0 });
  const { tokens } = await obtainTokens(fixture.app, LOGIN);
  const first = await refresh(fixture, tokens.refresh_token);
  t.is(outcome(first), '200 tokens');

  t.is(outcome(await refresh(fixture, tokens.refresh_token)), '400 invalid_grant');
  t.is(outcome(await refresh(fixture, first.body.refresh_token)), '400 invalid_grant');
});

test('a token that was used before the app had a reuse interval stays used', async (t) => {
  const fixture = await start(t, { refresh_grace_seconds: 0 });
  const { tokens } = await obtainTokens(fixture.app, LOGIN);
  t.is(outcome(await refresh(fixture, tokens.refresh_token)), '200 tokens');

  await change(fixture, { refresh_grace_seconds: 60 });

  t.is(outcome(await refresh(fixture, tokens.refresh_token)), '400 invalid_grant');
  fixture.clock.advance(60);
  t.is(outcome(await refresh(fixture, tokens.refresh_token)), '400 invalid_grant');
});
