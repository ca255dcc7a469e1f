/** What an administrator revoked comes back only when its user allows it again. */
import test from 'ava';
import { revokeGrants } from '../../src/domain/grants/revoke.ts';
import { newVisitor, obtainCode, sharedProvider, toldApp } from '../support/provider-fixture.ts';
import { type App, CALLBACK, codeOf, PASSWORD } from '../support/relying-party.ts';
import { newUser } from '../support/user.ts';

const { latchkey, newApp, newAccount } = await sharedProvider();
const { installation } = latchkey;
type Account = Awaited<ReturnType<typeof newAccount>>;

const owners = {
  'a client': (app: App) => ({ clientId: app.client.client_id }),
  'an account': (_app: App, { id }: Account) => ({ accountId: id }),
  'an account and a client': (app: App, { id }: Account) => ({ accountId: id, clientId: app.client.client_id }),
};

for (const [name, ownerOf] of Object.entries(owners)) {
  test(`after grants of ${name} were revoked, nothing is allowed silently`, async (t) => {
    const [app, account] = [await newApp(), await newAccount()];
    const { user } = await obtainCode(app, { login: account.email });
    t.deepEqual(await revokeGrants(ownerOf(app, account), installation), { grants: 1, consentWithdrawn: true });
    t.is(toldApp(await user.open(app.request({ prompt: 'none' }).url)).error, 'consent_required');
    t.true((await user.open(app.request().url)).body.includes('id="consent-submit"'));
  });

  test(`a consent that was posted before grants of ${name} were revoked yields no code`, async (t) => {
    for (const metadata of [{}, { first_party: true }]) {
      const [app, account] = [await newApp(metadata), await newAccount()];
      // Stops where the consent was stored and the sign-in has not gone on.
      const user = newVisitor({ stopAt: `${latchkey.issuer}/auth/` });
      const goOn = newUser({ stopAt: CALLBACK, jar: user.jar });
      const page = await goOn.open(app.request({ prompt: 'consent' }).url);
      const consent = await goOn.submit(page, 'login-submit', { login: account.email, password: PASSWORD });
      const posted = await user.submit(consent, 'consent-submit');
      t.true(posted.url.startsWith(`${latchkey.issuer}/auth/`));

      t.like(await revokeGrants(ownerOf(app, account), installation), { grants: 1 });

      const asked = await goOn.open(posted.url);
      t.true(asked.body.includes('id="consent-submit"'), asked.url);
      codeOf(await goOn.submit(asked, 'consent-submit'));
    }
  });
}

test('what others allowed, and what was allowed to others, stays', async (t) => {
  const [app, other] = [await newApp(), await newApp()];
  const account = await newAccount();
  const { user } = await obtainCode(app, { login: account.email });
  await obtainCode(other, { login: account.email, user });
  await revokeGrants({ clientId: app.client.client_id }, installation);
  t.truthy(codeOf(await user.open(other.request({ prompt: 'none' }).url)));
});
