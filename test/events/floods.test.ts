/** What strangers cause flushes nothing that the user, their clients or administrators caused. */
import test from 'ava';
import { obtainCode, redeem } from '../support/provider-fixture.ts';
import type { App } from '../support/relying-party.ts';
import { newBrowser, request, type Watched, watchedProvider } from './fixture.ts';

/** More than a record of refusals holds. */
const FLOOD = 60;

const refusedGrant = { grant_type: 'refresh_token', refresh_token: 'unknown' };

function credentialsOf({ client: { client_id: id, client_secret: secret } }: App) {
  return { client_id: id, client_secret: String(secret) };
}

async function flood(act: () => Promise<unknown>): Promise<void> {
  for (let start = 0; start < FLOOD; start += 10) await Promise.all(Array.from({ length: 10 }, act));
}

async function reasonsOf(provider: Watched, { client }: App): Promise<readonly string[]> {
  return (await provider.kept({ kind: 'client', id: client.client_id })).map(
    ({ reason, detail = '' }) => `${reason} ${detail}`,
  );
}

const asStranger: Readonly<Record<string, (provider: Watched, app: App) => Promise<unknown>>> = {
  'a wrong secret': (provider, app) =>
    request(provider, '/token', { form: { ...refusedGrant, ...credentialsOf(app), client_secret: 'wrong' } }),
  'an authorization request': (_provider, app) => newBrowser().open(app.request({ prompt: 'none' }).url),
  'no secret at all': (provider, { client }) =>
    request(provider, '/token', { form: { ...refusedGrant, client_id: client.client_id } }),
  'an attestation that nobody checks': (provider, { client }) => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const attestation = `${part({ alg: 'ES256' })}.${part({ sub: client.client_id })}.${part({})}`;
    const headers = { 'oauth-client-attestation': attestation };
    return request(provider, '/token', { form: { ...refusedGrant, client_id: client.client_id }, headers });
  },
};

for (const [name, act] of Object.entries(asStranger)) {
  test(`refusals of strangers flush none of the client that proved who it is: ${name}`, async (t) => {
    const provider = await watchedProvider(t, { environment: { BUDGET_FACTOR: '100' } });
    const app = await provider.newApp();
    await request(provider, '/token', { form: { ...refusedGrant, ...credentialsOf(app) } });
    await flood(() => act(provider, app));
    const reasons = await reasonsOf(provider, app);
    t.is(reasons.length, 51);
    t.regex(reasons.at(-1) ?? '', /^invalid_grant /);
  });
}

test('a client that proves who it is flushes its own refusals, and none of strangers', async (t) => {
  const provider = await watchedProvider(t);
  const app = await provider.newApp();
  await asStranger['a wrong secret']?.(provider, app);
  await flood(() => request(provider, '/token', { form: { ...refusedGrant, ...credentialsOf(app) } }));
  const reasons = await reasonsOf(provider, app);
  t.is(reasons.length, 51);
  t.regex(reasons.at(-1) ?? '', /^not_proven /);
});

test('a client without a secret proves nothing: its refusals are among those of strangers', async (t) => {
  const provider = await watchedProvider(t);
  const app = await provider.newApp({ token_endpoint_auth_method: 'none' });
  await flood(() => request(provider, '/token', { form: { ...refusedGrant, client_id: app.client.client_id } }));
  t.is((await reasonsOf(provider, app)).length, 50);
});

test('wrong passwords flush nothing from the record of an account, and throttled ones are kept once a minute', async (t) => {
  const provider = await watchedProvider(t);
  const { id, email } = await provider.newAccount();
  const app = await provider.newApp();
  const { user: _user, ...grant } = await obtainCode(app, { user: newBrowser(), login: email });
  await redeem(app, grant);
  const attempt = async () => {
    const user = newBrowser();
    const page = await user.open((await provider.newApp()).request().url);
    await user.submit(page, 'login-submit', { login: email, password: 'wrong' });
  };
  for (let count = 0; count < FLOOD; count += 1) await attempt();
  const kept = (await provider.kept({ kind: 'account', id })).map(({ event }) => event);
  const count = (name: string) => kept.filter((event) => event === name).length;
  const lines = provider.newLines().filter(({ event, accountId }) => event.startsWith('sign_in.') && accountId === id);
  t.is(lines.length, FLOOD + 1);
  t.true(lines.filter(({ event }) => event === 'sign_in.throttled').length > 1);
  t.is(count('sign_in.throttled'), 1);
  t.true(count('sign_in.failed') <= 49);
  t.deepEqual(kept.slice(-2), ['consent.given', 'sign_in.succeeded']);
});
