/** A sign-in that was proven but not finished when its account was disabled. */
import test from 'ava';
import got from 'got';
import { disableAccount, enableAccount } from '../../src/domain/accounts/change.ts';
import { ManualClock } from '../support/clock.ts';
import { startInstallation } from '../support/installation.ts';
import { appOf, CALLBACK, PASSWORD, WEB_APP } from '../support/relying-party.ts';
import { newUser } from '../support/user.ts';

const LOGIN = 'ada@example.com';

test('a sign-in under way when the account was disabled does not come through once it is enabled again', async (t) => {
  const clock = new ManualClock();
  const latchkey = await startInstallation({ clock });
  t.teardown(latchkey.stop);
  const { id } = await latchkey.createAccount({ email: LOGIN, password: PASSWORD });
  const app = appOf(latchkey, await latchkey.createClient({ ...WEB_APP, first_party: true }));
  // The user's password is accepted, and the address that goes on is not opened yet.
  const user = newUser({ stopAt: `${latchkey.issuer}/auth/` });
  const proven = await user.submit(await user.open(app.request().url), 'login-submit', {
    login: LOGIN,
    password: PASSWORD,
  });

  clock.advance(2);
  await disableAccount(id, latchkey.installation);
  await enableAccount(id, latchkey.installation);

  const resumed = await got(proven.url, { cookieJar: user.jar, followRedirect: false, throwHttpErrors: false });
  t.is(resumed.statusCode, 303);
  t.true(resumed.headers.location?.startsWith('/interaction/'), resumed.headers.location);
  t.false(resumed.headers.location?.startsWith(CALLBACK));
});
