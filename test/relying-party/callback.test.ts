/** Which answers the example app takes for its own, and what it says about the others. */
import test from 'ava';
import got, { type Response } from 'got';
import { type ExampleApp, startExampleApp } from './example-app.ts';

const plain = { throwHttpErrors: false, followRedirect: false, retry: { limit: 0 } } as const;

interface Started {
  readonly cookie: string;
  readonly state: string;
}

async function start({ app }: ExampleApp): Promise<Started> {
  const { headers } = await got.post(`${app}/sign-in`, { ...plain, headers: { origin: app } });
  const cookie = headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  return { cookie, state: new URL(headers.location ?? '').searchParams.get('state') ?? '' };
}

function answer(
  { app }: ExampleApp,
  cookie: string,
  query: Readonly<Record<string, string>>,
): Promise<Response<string>> {
  return got(`${app}/callback?${new URLSearchParams(query)}`, { ...plain, headers: { cookie } });
}

test('an answer to a sign-in that this browser did not start is not used', async (t) => {
  const example = await startExampleApp(t);
  const [mine, theirs] = [await start(example), await start(example)];
  const query = { code: 'c', state: theirs.state, iss: example.issuer };

  const foreign = await answer(example, mine.cookie, query);

  t.is(foreign.statusCode, 400);
  t.regex(foreign.body, /not started here/);
});

test('an answer that names another issuer, or none, is not used', async (t) => {
  const example = await startExampleApp(t);
  for (const iss of [{ iss: 'https://elsewhere.example' }, {}]) {
    const { cookie, state } = await start(example);

    const mixedUp = await answer(example, cookie, { code: 'c', state, ...iss });

    t.is(mixedUp.statusCode, 400);
    t.regex(mixedUp.body, /could not be trusted/);
  }
});

test('a denial is shown with the error code of the provider, and can be answered once', async (t) => {
  const example = await startExampleApp(t);
  const { cookie, state } = await start(example);
  const description = '<b>no</b>';
  const query = { error: 'access_denied', error_description: description, state, iss: example.issuer };

  const refused = await answer(example, cookie, query);

  t.is(refused.statusCode, 403);
  t.regex(refused.body, /access_denied/);
  t.false(refused.body.includes(description));
  t.is((await answer(example, cookie, query)).statusCode, 400);
});

test('two tabs can sign in at once', async (t) => {
  const example = await startExampleApp(t);
  const { cookie, state } = await start(example);
  const again = await got.post(`${example.app}/sign-in`, { ...plain, headers: { origin: example.app, cookie } });
  const second = new URL(again.headers.location ?? '').searchParams.get('state') ?? '';

  for (const each of [state, second]) {
    const query = { error: 'access_denied', state: each, iss: example.issuer };
    t.is((await answer(example, cookie, query)).statusCode, 403);
  }
});

test('a provider that cannot be reached is said so, and found again once it answers', async (t) => {
  const example = await startExampleApp(t);
  example.stopProvider();

  const unreachable = await got.post(`${example.app}/sign-in`, { ...plain, headers: { origin: example.app } });

  t.is(unreachable.statusCode, 502);
  t.regex(unreachable.body, /cannot be reached/);
  await example.restartProvider();
  t.is((await start(example)).state.length, 43);
});

test('a link that starts a sign-in must name the provider of this app', async (t) => {
  const { app, issuer } = await startExampleApp(t);

  const right = await got(`${app}/sign-in?${new URLSearchParams({ iss: issuer, login_hint: 'robin' })}`, plain);
  t.is(right.statusCode, 303);
  t.is(new URL(right.headers.location ?? '').searchParams.get('login_hint'), 'robin');
  for (const wrong of [
    '',
    '?iss=',
    '?iss=https://elsewhere.example',
    `?iss=${issuer}/`,
    `?iss=${issuer}&iss=${issuer}`,
  ])
    t.is((await got(`${app}/sign-in${wrong}`, plain)).statusCode, 400, wrong);
});
