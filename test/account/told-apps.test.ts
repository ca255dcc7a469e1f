/** Apps are told of sessions that their owner ended at /account (OIDC Back-Channel Logout 1.0), and hold nothing up. */
import test from 'ava';
import { decodeJwt } from 'jose';
import { startOutside } from '../protocol/outside.ts';
import { newVisitor, obtainCode, redeem, sharedProvider } from '../support/provider-fixture.ts';
import type { User } from '../support/user.ts';
import { atAccount, isLoginPage } from './fixture.ts';

const app = await startOutside((_call, response) => response.writeHead(200).end());
const broken = await startOutside((_call, response) => response.writeHead(500).end());
const silent = await startOutside(() => undefined);
const fixture = await sharedProvider({
  environment: { OUTBOUND_ALLOW_PRIVATE: [app, broken, silent].map(({ origin }) => origin).join() },
});
const { issuer, installation, logged } = fixture.latchkey;
test.after.always(() => Promise.all([app, broken, silent].map((outside) => outside.stop())));

function told(path: string): readonly Record<string, unknown>[] {
  return app.calls
    .filter((call) => call.path === path)
    .map(({ body }) => decodeJwt(new URLSearchParams(body).get('logout_token') ?? ''));
}

async function signedInAt(uri: string, login: string, user: User = newVisitor()) {
  const client = await fixture.newApp({ backchannel_logout_uri: uri, backchannel_logout_session_required: true });
  const { user: browser, ...code } = await obtainCode(client, { user, login });
  const { body } = await redeem(client, code);
  return { client: client.client.client_id, browser, sid: decodeJwt(body.id_token ?? '').sid };
}

test('the apps of an ended session get its logout token, and those of other sessions none', async (t) => {
  const { user, account } = await atAccount(fixture);
  const ended = await signedInAt(`${app.origin}/one`, account.email);
  const second = await signedInAt(`${app.origin}/two`, account.email, ended.browser);
  const page = await user.open(`${issuer}/account`);
  await signedInAt(`${app.origin}/other`, account.email);
  await user.submit(page, 'end-session-1');
  for (const [path, { client, sid }] of [
    ['/one', ended],
    ['/two', second],
  ] as const) {
    const [token, ...more] = told(path);
    t.like(token, { aud: client, sub: account.id, sid: String(sid) });
    t.deepEqual(more, []);
  }
  t.deepEqual(told('/other'), []);
});

test('the apps of all other sessions are told, each session by its own identifier, and those of this one are not', async (t) => {
  const { user, account } = await atAccount(fixture);
  const others = [
    await signedInAt(`${app.origin}/a`, account.email),
    await signedInAt(`${app.origin}/b`, account.email),
  ];
  await signedInAt(`${app.origin}/own`, account.email, user);
  await user.submit(await user.open(`${issuer}/account`), 'end-other-sessions');
  t.deepEqual(
    [...told('/a'), ...told('/b')].map(({ sid }) => sid),
    others.map(({ sid }) => sid),
  );
  t.deepEqual(told('/own'), []);
});

test('an app that fails, or never answers, keeps no session alive and no page waiting', async (t) => {
  const { user, account } = await atAccount(fixture);
  const { browser } = await signedInAt(`${broken.origin}/fails`, account.email);
  await signedInAt(`${silent.origin}/hangs`, account.email, browser);
  await signedInAt(`${app.origin}/answers`, account.email, browser);
  const began = performance.now();
  const answer = await user.submit(await user.open(`${issuer}/account`), 'end-session-1');
  t.true(answer.body.includes('id="ended"'));
  t.true(performance.now() - began < 6000);
  t.is(told('/answers').length, 1);
  t.true(isLoginPage(await browser.open(`${issuer}/account`)));
  t.is(logged.filter(({ event }) => event === 'backchannel.error').length, 2);
});

test('a hundred sessions at an app that never answers hold the page up for seconds only', async (t) => {
  const { user, account } = await atAccount(fixture);
  const { client } = await signedInAt(`${silent.origin}/many`, account.email);
  const expiresAt = Date.now() + 3_600_000;
  for (let number = 0; number < 100; number += 1)
    await installation.sessions.create({
      uid: `${account.id} ${number}`,
      state: { accountId: account.id, authorizations: { [client]: { sid: `s-${number}` } } },
      sessionIds: [],
      isDestroyed: false,
      expiresAt,
    });
  const page = await user.open(`${issuer}/account`);
  const began = performance.now();
  const answer = await user.submit(page, 'end-other-sessions');
  t.true(answer.body.includes('id="no-other-sessions"'));
  t.true(performance.now() - began < 10_000, String(performance.now() - began));
});

test('an app that was removed, or whose registration is not valid any more, is no error', async (t) => {
  const { user, account } = await atAccount(fixture);
  const { client, browser } = await signedInAt(`${app.origin}/removed`, account.email);
  await installation.clients.remove(client);
  await installation.providerDeps.caches.clients.reload(client);
  t.true((await user.submit(await user.open(`${issuer}/account`), 'end-session-1')).body.includes('id="ended"'));
  t.true(isLoginPage(await browser.open(`${issuer}/account`)));
});
