/** What is open in a browser when the account expires leads nowhere; the matrix of test/security/endings has every carrier. */
import test from 'ava';
import { newVisitor, obtainCode, sharedProvider, toldApp } from '../support/provider-fixture.ts';
import { PASSWORD } from '../support/relying-party.ts';

const { latchkey, newAccount, newApp } = await sharedProvider();
const { accounts } = latchkey.installation;

const bars = {
  'has expired': { expiresAt: 1 },
  'waits for approval': { awaitsApproval: true },
} as const;

for (const [what, bar] of Object.entries(bars)) {
  test(`whose account ${what} while the consent page is open gets no code, but the sign-in page`, async (t) => {
    const { id, email } = await newAccount();
    const user = newVisitor();
    const app = await newApp();
    const login = await user.open(app.request().url);
    const consent = await user.submit(login, 'login-submit', { login: email, password: PASSWORD });
    await accounts.update(id, (account) => ({ ...account, ...bar }));
    const next = await user.submit(consent, 'consent-submit');
    t.true(next.body.includes('id="login-submit"'), next.url);
    t.false(next.body.includes(email));
  });

  test(`whose account ${what} gets nothing silently, from a pushed request or with a hint, and is not named`, async (t) => {
    const { id, email } = await newAccount();
    const app = await newApp();
    const { user } = await obtainCode(app, { login: email });
    await accounts.update(id, (account) => ({ ...account, ...bar }));
    const parameters = Object.fromEntries(new URL(app.request({ prompt: 'none' }).url).searchParams);
    const { body } = await app.post('/request', parameters);
    const pushed = new URLSearchParams({ client_id: app.client.client_id, request_uri: String(body.request_uri) });
    t.is(toldApp(await user.open(`${latchkey.issuer}/auth?${pushed}`)).error, 'login_required');
    const demanded = app.request({ claims: JSON.stringify({ id_token: { sub: { value: id } } }) });
    t.false((await user.open(demanded.url)).body.includes(email));
  });
}
