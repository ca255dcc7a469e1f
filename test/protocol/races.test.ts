/** Fifty at once, one distinct answer: codes, refresh tokens, pushed requests, assertions and proofs on every database. */
import test from 'ava';
import { forEachDatabase } from '../support/drivers.ts';
import { gatedRecords } from '../support/gated-records.ts';
import { LOGIN, newVisitor, obtainCode, ownProvider, redeem, toldApp } from '../support/provider-fixture.ts';
import { atOnce, tally } from '../support/records.ts';
import { type App, signIn, type TokenResponse } from '../support/relying-party.ts';
import { until } from '../support/until.ts';
import type { Page } from '../support/user.ts';
import { newKeyedApp } from './client-assertions.ts';
import { isActive } from './introspecting.ts';

const CALLERS = 50;

function refresh(app: App, refreshToken: string): Promise<TokenResponse> {
  return app.token({ grant_type: 'refresh_token', refresh_token: refreshToken });
}

/** How many got tokens; everybody else must have been told invalid_grant. */
function winners(answers: readonly TokenResponse[]): number {
  const losers = answers.filter(({ statusCode, body }) => statusCode === 400 && body.error === 'invalid_grant');
  return answers.length - losers.length;
}

await forEachDatabase(test, ({ name: database }) => {
  test.serial(`of fifty that redeem one code, one gets tokens (${database})`, async (t) => {
    const { newApp } = await ownProvider(t, { database });
    const app = await newApp();
    const grant = await obtainCode(app);

    const answers = await atOnce(CALLERS, () => redeem(app, grant));

    t.is(winners(answers), 1);
    t.is(answers.filter(({ statusCode }) => statusCode === 200).length, 1);
  });

  test.serial(
    `of fifty that use one refresh token, one gets tokens without a reuse interval (${database})`,
    async (t) => {
      const { newApp } = await ownProvider(t, { database, environment: { REFRESH_GRACE_SECONDS: '0' } });
      const app = await newApp();
      const { body } = await redeem(app, await obtainCode(app));

      const answers = await atOnce(CALLERS, () => refresh(app, body.refresh_token ?? ''));

      t.is(winners(answers), 1);
      t.is(answers.filter(({ statusCode }) => statusCode === 200).length, 1);
    },
  );

  test.serial(
    `fifty that use one refresh token within the reuse interval get one response (${database})`,
    async (t) => {
      const { wrapRecords, holdNext, calls } = gatedRecords();
      const { newApp } = await ownProvider(t, { database, wrapRecords });
      const app = await newApp();
      const { body } = await redeem(app, await obtainCode(app));
      const looks = calls('get', 'refresh_tokens');
      const keeping = holdNext('insert', 'cached_token_responses');

      const answering = atOnce(CALLERS, () => refresh(app, body.refresh_token ?? ''));
      // Else the first may be answered before the last was sent: that one is not under way with it.
      await until('all are under way', () => looks() >= CALLERS);
      keeping.release();
      const answers = await answering;

      t.deepEqual([...new Set(answers.map(({ statusCode }) => statusCode))], [200]);
      t.is(new Set(answers.map((answer) => JSON.stringify(answer.body))).size, 1);
      t.true(await isActive(app, answers[0]?.body.refresh_token ?? ''));
    },
  );

  test.serial(`of fifty sign-ins with one pushed request, one gets a code (${database})`, async (t) => {
    const { newApp, latchkey } = await ownProvider(t, { database });
    const app = await newApp();
    const user = newVisitor();
    await signIn(user, app.request().url, LOGIN);
    const { searchParams } = new URL(app.request().url);
    const { body } = await app.post('/request', Object.fromEntries(searchParams));
    const query = new URLSearchParams({ client_id: app.client.client_id, request_uri: String(body.request_uri) });

    const pages = await atOnce(CALLERS, () => user.open(`${latchkey.issuer}/auth?${query}`));

    const errorOf = (page: Page) => (page.url.startsWith(latchkey.issuer) ? 'page' : toldApp(page).error);
    const outcomes = pages.map(errorOf);
    t.is(tally(outcomes, undefined), 1);
    t.is(tally(outcomes, 'invalid_request_uri') + tally(outcomes, 'page'), CALLERS - 1);
    t.true(pages.every(({ status }) => status < 500));
  });

  test.serial(`of fifty that present one client assertion, one is let in (${database})`, async (t) => {
    const fixture = await ownProvider(t, { database });
    const grantTypes = { grant_types: ['client_credentials'], response_types: [], redirect_uris: [] };
    const keyed = await newKeyedApp(fixture, grantTypes);
    const assertion = await keyed.assertion();

    const answers = await atOnce(CALLERS, () => keyed.post('/token', assertion, { grant_type: 'client_credentials' }));

    const statuses = answers.map(({ statusCode }) => statusCode);
    t.is(tally(statuses, 200), 1);
    // More failures than are free (docs/security.md): the rest is told to wait.
    t.is(tally(statuses, 401) + tally(statuses, 429), CALLERS - 1);
  });

  test.serial(
    `of fifty that send one sign-in form, one goes on and the others read that it is over (${database})`,
    async (t) => {
      const { newApp, latchkey } = await ownProvider(t, { database });
      const app = await newApp({ first_party: true });
      const user = newVisitor();
      const login = await user.open(app.request().url);

      const pages = await atOnce(CALLERS, () => user.submit(login, 'abort'));

      const isTold = ({ url }: Page) => !url.startsWith(latchkey.issuer);
      t.is(pages.filter(isTold).length, 1);
      t.true(pages.every((page) => isTold(page) || page.status === 400));
    },
  );
});
