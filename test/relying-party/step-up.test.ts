/** The example app and API: what needs more than a password is done after a stronger sign-in. */
import test from 'ava';
import { stepUpOf } from '../../examples/relying-party/openid/step-up.ts';
import { openProvider } from '../browser/fixture.ts';
import { giveFactors } from '../support/factors.ts';
import { newUser, type Page } from '../support/user.ts';

const NOTE = 'the robin is back';

const isAt = (origin: string, { url }: Page): boolean => url.startsWith(`${origin}/`);

test('the app passes on what the API asks for, and goes on with the token of that', async (t) => {
  const { latchkey, app, user: account } = await openProvider(t, { name: 'sqlite' });
  const user = newUser({ headers: { 'sec-fetch-site': 'same-origin' } });
  const { email: login, password } = account;
  const signIn = await user.submit(await user.open(app), 'sign-in');
  const consent = await user.submit(signIn, 'login-submit', { login, password });
  const home = await user.submit(consent, 'consent-submit');
  const written = await user.submit(home, 'add-note', { text: NOTE });
  t.true(isAt(app, written) && written.body.includes(NOTE));

  const asked = await user.submit(written, 'remove-notes');
  t.true(asked.body.includes('id="step-up"') && asked.body.includes(NOTE));
  const { code } = await giveFactors(account.id, latchkey.installation);
  const factor = await user.submit(asked, 'step-up-submit');
  t.true(isAt(latchkey.issuer, factor));
  t.false(factor.body.includes('id="login-submit"'));

  const back = await user.submit(factor, 'mfa-submit', { code: code() });
  t.true(isAt(app, back) && back.body.includes(NOTE), back.url);
  t.false(back.body.includes('id="step-up"'));
  const removed = await user.submit(back, 'remove-notes');
  t.is(removed.status, 200);
  t.false(removed.body.includes(NOTE) || removed.body.includes('id="step-up"'));
});

const ask = (challenge: string, status = 401) => stepUpOf({ request: 'DELETE', body: null, status, challenge });
const INSUFFICIENT = 'Bearer realm="notes", error="insufficient_user_authentication"';

test('a challenge is read as far as it asks for a sign-in', (t) => {
  t.deepEqual(ask(`${INSUFFICIENT}, acr_values="a b", max_age="5"`), { acrValues: 'a b', maxAge: '5' });
  t.deepEqual(ask(INSUFFICIENT), {});
  for (const other of [
    'Bearer realm="notes", error="invalid_token", acr_values="a"',
    'Bearer realm="error=\\"insufficient_user_authentication\\""',
    '',
  ])
    t.is(ask(other), undefined, other);
  t.is(ask(INSUFFICIENT, 403), undefined);
});
