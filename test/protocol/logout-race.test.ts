/** A request that races with logout never brings the session back. */
import test from 'ava';
import { forEachDatabase } from '../support/drivers.ts';
import { startInstallation } from '../support/installation.ts';
import { type App, appOf, CALLBACK, PASSWORD, signIn, WEB_APP } from '../support/relying-party.ts';
import { newUser } from '../support/user.ts';

const LOGIN = 'ada@example.com';
const ROUNDS = 20;

await forEachDatabase(test, ({ name }) => {
  test(`${name}: silent sign-ins that race with logout leave no session behind`, async (t) => {
    const latchkey = await startInstallation({ database: name });
    t.teardown(latchkey.stop);
    await latchkey.createAccount({ email: LOGIN, password: PASSWORD });
    const apps = await Promise.all(
      [1, 2, 3].map(async () => appOf(latchkey, await latchkey.createClient({ ...WEB_APP, first_party: true }))),
    );
    const [app] = apps as [App, ...App[]];

    for (let round = 0; round < ROUNDS; round += 1) {
      const user = newUser({ stopAt: CALLBACK });
      await signIn(user, app.request().url, LOGIN);
      const before = await user.jar.clone();
      const logout = await user.open(`${latchkey.issuer}/session/end`);

      const racing = [...apps, ...apps].map((other) => user.open(other.request({ prompt: 'none' }).url));
      await Promise.all([user.submit(logout, 'logout-confirm'), ...racing]);

      // Whatever cookie the browser held at any time: none opens the session again.
      for (const jar of [before, user.jar]) {
        const later = newUser({ stopAt: CALLBACK, jar });
        const page = await later.open(app.request({ prompt: 'none' }).url);
        t.is(new URL(page.url).searchParams.get('error'), 'login_required', `round ${round}`);
      }
    }
  });
});
