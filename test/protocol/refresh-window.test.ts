/** Whose retry of a refresh gets the first answer again, for how long, and what happens to everybody else. */
import test, { type ExecutionContext } from 'ava';
import got from 'got';
import { ManualClock } from '../support/clock.ts';
import { gatedRecords } from '../support/gated-records.ts';
import { API, type Fixture, type FixtureOptions, LOGIN, obtainCode, ownProvider } from '../support/provider-fixture.ts';
import { type App, CALLBACK, obtainTokens, type TokenResponse } from '../support/relying-party.ts';
import { until } from '../support/until.ts';
import { type DpopKey, newDpopKey } from './dpop-proofs.ts';

const OTHER_API = 'https://photos.example.com/';
const WINDOW_SECONDS = 10;
/** Longer than changes of a client may stay unseen. */
const SEEN_BY_THEN_SECONDS = 6;

async function start(t: ExecutionContext, metadata: object = {}, options: FixtureOptions = {}) {
  const clock = new ManualClock();
  const resources = [{ identifier: OTHER_API, scopes: { 'photos:read': 'See your photos' } }];
  const fixture = await ownProvider(t, { clock, resources, ...options });
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
  t.is(outcome(await refresh(fixture, tokens.refresh_token, { form: { scope: 'openid' } })), '400 invalid_grant');

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

test('requests that were under way together all get the one answer, however many', async (t) => {
  const { wrapRecords, holdNext, calls } = gatedRecords();
  const fixture = await start(t, {}, { wrapRecords });
  const { tokens } = await obtainTokens(fixture.app, LOGIN);
  const looks = calls('get', 'refresh_tokens');
  const keeping = holdNext('insert', 'cached_token_responses');
  const first = refresh(fixture, tokens.refresh_token);
  await keeping.reached;
  const others = Array.from({ length: 40 }, () => refresh(fixture, tokens.refresh_token));
  await until('all have looked', () => looks() > 40);
  keeping.release();

  const answers = await Promise.all([first, ...others]);

  t.deepEqual([...new Set(answers.map(outcome))], ['200 tokens']);
  t.is(new Set(answers.map(({ body }) => JSON.stringify(body))).size, 1);
  for (let late = 0; late < 3; late += 1) t.is(outcome(await refresh(fixture, tokens.refresh_token)), '200 tokens');
  t.is(outcome(await refresh(fixture, tokens.refresh_token)), '400 invalid_grant');
});

test('of those that come after the response was stored three get it, a fourth is refused, and nothing is revoked', async (t) => {
  const fixture = await start(t);
  const { tokens } = await obtainTokens(fixture.app, LOGIN);
  const first = await refresh(fixture, tokens.refresh_token);

  for (let late = 0; late < 3; late += 1) t.deepEqual((await refresh(fixture, tokens.refresh_token)).body, first.body);
  for (let later = 0; later < 3; later += 1) {
    t.is(outcome(await refresh(fixture, tokens.refresh_token)), '400 invalid_grant');
  }

  const next = await refresh(fixture, first.body.refresh_token);
  t.is(outcome(next), '200 tokens');
  t.deepEqual((await refresh(fixture, first.body.refresh_token)).body, next.body);
});

test('a retry that asks for something else is not counted among the three', async (t) => {
  const fixture = await start(t);
  const { tokens } = await obtainTokens(fixture.app, LOGIN);
  const first = await refresh(fixture, tokens.refresh_token);
  for (let other = 0; other < 4; other += 1) {
    const form = { resource: OTHER_API };
    t.is(outcome(await refresh(fixture, tokens.refresh_token, { form })), '400 invalid_grant');
  }
  for (let late = 0; late < 3; late += 1) t.deepEqual((await refresh(fixture, tokens.refresh_token)).body, first.body);
});

for (const [what, metadata, isProven, seconds] of [
  ['a public app without DPoP', { token_endpoint_auth_method: 'none' }, false, 3],
  ['a public app with DPoP', { token_endpoint_auth_method: 'none' }, true, 10],
  ['a confidential app', {}, false, 10],
] as const) {
  test(`where nothing is set, ${what} has a reuse interval of ${seconds} seconds`, async (t) => {
    const fixture = await start(t, metadata);
    const proof = async () => (isProven ? provenBy(await key, fixture) : {});
    const key = newDpopKey();
    const { code, verifier } = await obtainCode(fixture.app);
    const form = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: CALLBACK };
    const { body } = await refresh(fixture, undefined, { form, ...(await proof()) });
    const first = await refresh(fixture, body.refresh_token, await proof());
    fixture.clock.advance(seconds);
    t.deepEqual((await refresh(fixture, body.refresh_token, await proof())).body, first.body);
    fixture.clock.advance(1);
    t.is(outcome(await refresh(fixture, body.refresh_token, await proof())), '400 invalid_grant');
    t.is(outcome(await refresh(fixture, first.body.refresh_token, await proof())), '400 invalid_grant');
  });
}

test('REFRESH_GRACE_SECONDS sets the interval of public apps too', async (t) => {
  const environment = { REFRESH_GRACE_SECONDS: '20' };
  const fixture = await start(t, { token_endpoint_auth_method: 'none' }, { environment });
  const { tokens } = await obtainTokens(fixture.app, LOGIN);
  const first = await refresh(fixture, tokens.refresh_token);
  fixture.clock.advance(20);
  t.deepEqual((await refresh(fixture, tokens.refresh_token)).body, first.body);
});

test('after the clock was set back a used token is used, however far back', async (t) => {
  for (const seconds of [-1, -60, -86_400]) {
    const fixture = await start(t);
    const { tokens } = await obtainTokens(fixture.app, LOGIN);
    const first = await refresh(fixture, tokens.refresh_token);
    fixture.clock.advance(seconds);
    t.is(outcome(await refresh(fixture, tokens.refresh_token)), '400 invalid_grant');
    t.is(outcome(await refresh(fixture, first.body.refresh_token)), '400 invalid_grant');
  }
});
