/** Many who accept one invitation at once, on every database. */
import test from 'ava';
import { forEachDatabase } from '../support/drivers.ts';
import { startInstallation } from '../support/installation.ts';
import { inviteTo } from '../support/invitations.ts';
import { newVisitor } from '../support/provider-fixture.ts';

await forEachDatabase(test, ({ name: database }) => {
  test(`${database}: of fifty who accept at once, each with a password of their own, one gets the account`, async (t) => {
    const shared = await startInstallation({ database });
    t.teardown(shared.stop);
    const email = 'ada@example.test';
    const { link } = await inviteTo(shared, email, { groups: ['staff'] });
    const visits = await Promise.all(
      Array.from({ length: 50 }, async (_, number) => {
        const user = newVisitor();
        return { user, page: await user.open(link), password: `a robin sings ${number} songs` };
      }),
    );
    const answers = await Promise.all(
      visits.map(async ({ user, page, password }) => ({
        password,
        status: (await user.submit(page, 'confirm-submit', { password })).status,
      })),
    );
    const winners = answers.filter(({ status }) => status === 200);
    t.is(winners.length, 1);
    t.is(answers.filter(({ status }) => status === 410).length, 49);
    const { items } = await shared.installation.accounts.list({ limit: 9 });
    t.deepEqual(
      items.map((account) => account.email),
      [email],
    );
    const { passwordHash } = items[0] ?? {};
    const right = await Promise.all(
      answers.map(async ({ password }) => (await shared.installation.hasher.verify(password, passwordHash)).isRight),
    );
    t.deepEqual(right.map((isRight, at) => (isRight ? answers[at]?.status : undefined)).filter(Boolean), [200]);
  });
});
