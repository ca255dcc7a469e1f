/** A MongoDB server that is slow, silent or no longer the primary: every answer says "try again", soon, and then it works again. */
import test, { type ExecutionContext } from 'ava';
import got, { type Response } from 'got';
import { notPrimary, type stepDowns } from '../support/mongodb/not-primary.ts';
import { onMongodb } from '../support/mongodb/on-mongodb.ts';
import { fileOwner } from '../support/owner.ts';
import { CALLBACK } from '../support/relying-party.ts';
import { newUser } from '../support/user.ts';
import { type BehindProxy, command, oneBehindProxy, type SignedInApp, SOON_MS } from './behind-proxy.ts';

type Ask = () => Promise<Pick<Response<unknown>, 'statusCode' | 'headers'>>;

async function isUnavailableSoon(t: ExecutionContext, what: string, ask: Ask): Promise<void> {
  const startedAt = performance.now();
  const { statusCode, headers } = await ask();
  t.is(statusCode, 503, what);
  t.regex(headers['retry-after'] ?? '', /^\d+$/, what);
  const tookMs = performance.now() - startedAt;
  t.true(tookMs < SOON_MS, `${what}: ${tookMs} ms`);
}

/** One request to every kind of endpoint that needs the database. */
function requestsTo({ issuer }: BehindProxy, { app, user, tokens, refresh }: SignedInApp): Record<string, Ask> {
  const opened =
    (who: typeof user, url: string): Ask =>
    async () => {
      const { status, headers } = await who.open(url);
      return { statusCode: status, headers };
    };
  const { url } = app.request({ prompt: 'none' });
  return {
    'a refresh': () => refresh(),
    introspection: () => app.post('/token/introspection', { token: tokens.access_token }),
    revocation: () => app.post('/token/revocation', { token: tokens.access_token }),
    'a pushed request': () => app.post('/request', Object.fromEntries(new URL(url).searchParams)),
    userinfo: () =>
      got(`${issuer}/me`, {
        headers: { authorization: `Bearer ${tokens.access_token}` },
        throwHttpErrors: false,
        retry: { limit: 0 },
      }),
    'a silent sign-in': opened(user, url),
    'a first sign-in': opened(newUser({ stopAt: CALLBACK }), app.request().url),
    'a sign-out': opened(user, `${issuer}/session/end`),
  };
}

async function statusOf(address: string): Promise<number> {
  return (await got(address, { throwHttpErrors: false, retry: { limit: 0 } })).statusCode;
}

await onMongodb(test, () => {
  const behindProxy = oneBehindProxy(fileOwner(test, 'mongodb'));

  test.serial(
    'a silent server makes every request unavailable soon, and it works again without a restart',
    async (t) => {
      const fixture = await behindProxy();
      const { issuer, proxy } = fixture;
      const app = await fixture.signInToApp();
      proxy.stall();
      t.teardown(proxy.goOn);

      await Promise.all([
        ...Object.entries(requestsTo(fixture, app)).map(([what, ask]) => isUnavailableSoon(t, what, ask)),
        ...['/.well-known/openid-configuration', '/jwks', '/livez'].map(async (path) =>
          t.is(await statusOf(`${issuer}${path}`), 200, path),
        ),
      ]);
      t.is(await statusOf(`${issuer}/readyz`), 503);
      proxy.goOn();

      t.is(await statusOf(`${issuer}/readyz`), 200);
      t.is((await app.refresh()).statusCode, 200);
      t.is((await (await app.newCode())()).statusCode, 200);
    },
  );

  test.serial('a server that is too slow is as good as none; one that is a little slow is served', async (t) => {
    const { proxy, signInToApp } = await behindProxy();
    const { refresh } = await signInToApp();
    t.teardown(proxy.goOn);
    proxy.delay(SOON_MS);
    await isUnavailableSoon(t, 'a refresh', refresh);

    proxy.goOn();
    proxy.delay(20);

    t.is((await refresh()).statusCode, 200);
  });

  for (const codeName of ['NotWritablePrimary', 'PrimarySteppedDown'] as const satisfies (keyof typeof stepDowns)[]) {
    test.serial(`a primary that steps down (${codeName}) means "try again", and the next try is served`, async (t) => {
      const { proxy, signInToApp } = await behindProxy();
      const { refresh, newCode } = await signInToApp();
      const redeem = await newCode();
      for (const [what, ask, write] of [
        ['a refresh', refresh, command('update', 'refresh_tokens', 'consumedAt')],
        ['a code', redeem, command('update', 'authorization_codes', 'consumedAt')],
      ] as const) {
        const answered = proxy.answerNext(write, (request) => notPrimary(request, codeName));
        await isUnavailableSoon(t, what, () => ask());
        await answered;
        t.is((await ask()).statusCode, 200, what);
      }
    });
  }
});
