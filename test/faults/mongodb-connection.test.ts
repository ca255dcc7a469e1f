/** Connections to MongoDB that break in the middle of a request: the client may try again, and nothing pays out twice. */
import test, { type ExecutionContext } from 'ava';
import { onMongodb } from '../support/mongodb/on-mongodb.ts';
import { fileOwner } from '../support/owner.ts';
import type { TokenResponse } from '../support/relying-party.ts';
import { command, oneBehindProxy, type SignedInApp } from './behind-proxy.ts';

/** RFC 9110 10.2.3: "unavailable" says when to come back. */
function isToldToRetry(t: ExecutionContext, { statusCode, headers, body }: TokenResponse): void {
  t.is(statusCode, 503);
  t.is(body.error, 'temporarily_unavailable');
  t.regex(headers['retry-after'] ?? '', /^\d+$/);
}

const refreshWrites = {
  'the token is consumed': command('update', 'refresh_tokens', 'consumedAt'),
  'its successor is stored': command('update', 'refresh_tokens', 'version'),
  'the answer is kept': command('insert', 'cached_token_responses'),
};

await onMongodb(test, () => {
  const behindProxy = oneBehindProxy(fileOwner(test, 'mongodb'));

  test.serial('a refresh whose connection breaks anywhere can be tried again, and has one answer', async (t) => {
    const { proxy, signInToApp } = await behindProxy();
    const apps: (SignedInApp & { readonly what: string })[] = [];
    for (const [what, matches] of Object.entries(refreshWrites)) {
      for (const when of ['before', 'after'] as const) {
        const app = await signInToApp();
        const cut = proxy.cutNext(matches, when);
        isToldToRetry(t, await app.refresh());
        await cut;
        apps.push({ ...app, what: `${when} ${what}` });
      }
    }

    await Promise.all(
      apps.map(async ({ refresh, what }) => {
        const answer = await refresh();
        t.is(answer.statusCode, 200, what);
        t.deepEqual((await refresh()).body, answer.body, what);
        t.is((await refresh(answer.body.refresh_token)).statusCode, 200, what);
      }),
    );
  });

  test.serial('a code whose connection breaks before it is consumed is good; after that it is not', async (t) => {
    const { proxy, signInToApp } = await behindProxy();
    const { newCode } = await signInToApp();
    for (const [when, outcome] of [
      ['before', 200],
      ['after', 400],
    ] as const) {
      const redeem = await newCode();
      const cut = proxy.cutNext(command('update', 'authorization_codes', 'consumedAt'), when);
      isToldToRetry(t, await redeem());
      await cut;
      t.is((await redeem()).statusCode, outcome, when);
    }
  });

  for (const [what, matches] of Object.entries({
    'the session is saved': command('update', 'sessions'),
    'the code is stored': command('update', 'authorization_codes'),
  })) {
    for (const when of ['before', 'after'] as const) {
      test.serial(`a silent sign-in whose connection breaks ${when} ${what} can be tried again`, async (t) => {
        const { proxy, signInToApp } = await behindProxy();
        const { anotherApp, user, newCode } = await signInToApp();
        const app = await anotherApp();
        const cut = proxy.cutNext(matches, when);
        const page = await user.open(app.request({ prompt: 'none' }).url);
        await cut;
        t.is(page.status, 503);
        t.regex(page.headers['retry-after'] ?? '', /^\d+$/);
        // What oidc-provider had answered before it failed: a code, and the cookie of a session that may not be there.
        t.is(page.headers.location, undefined);
        if (what === 'the session is saved') t.is(page.headers['set-cookie'], undefined);

        const redeem = await newCode();
        t.is((await redeem()).statusCode, 200);
      });
    }
  }
});
