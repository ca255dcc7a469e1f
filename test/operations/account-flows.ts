/** The page /account: from the sign-in's return to a change, and to the ends of sessions and apps. */
import { secretOn } from '../account/factors.ts';
import { codeOfSecret } from '../support/factors.ts';
import { PASSWORD } from '../support/relying-party.ts';
import type { User } from '../support/user.ts';
import { answered, type Fixture, LOGIN, newCode, newStepper } from './fixture.ts';

/** In a session of its own. */
async function useApp(fixture: Fixture): Promise<void> {
  const { form } = await newCode(fixture, { scope: 'openid' });
  await answered(fixture.app.token(form));
}

async function factors({ latchkey, measure }: Fixture, user: User): Promise<void> {
  const address = `${latchkey.issuer}/account`;
  const key = await measure('key of a new app', () => user.open(`${address}/factors/app`));
  await measure('new app, wrong code', () => user.submit(key, 'totp-confirm', { code: 'none' }));
  const code = codeOfSecret(secretOn(key), latchkey.installation.clock.now());
  await measure('new app', () => user.submit(key, 'totp-confirm', { code }));
  const page = await user.open(address);
  await measure('recovery codes renewed', () => user.submit(page, 'recovery-codes-renew'));
  await measure('factor removed', () => user.submit(page, 'remove-factor-0'));
}

export async function accountFlows(fixture: Fixture): Promise<void> {
  const { latchkey, measure } = fixture;
  const user = newStepper();
  const address = `${latchkey.issuer}/account`;
  const toSignIn = await measure('account page, signed out', () => user.open(address));
  const login = await user.open((await user.open(toSignIn.url)).url);
  const resume = await user.submit(login, 'login-submit', { login: LOGIN, password: PASSWORD });
  const callback = await measure('resume to the account page', () => user.open(resume.url));
  await measure('return to the account page', () => user.open(callback.url));
  const page = await measure('account page', () => user.open(address));
  await measure('name changed', () => user.submit(page, 'name-submit', { name: 'Ada' }));
  await measure('new address asked for', () => user.submit(page, 'email-submit', { email: 'new@example.com' }));
  await factors(fixture, user);
  await useApp(fixture);
  const withApp = await measure('account page, with an app', () => user.open(address));
  await measure('session ended', () => user.submit(withApp, 'end-session-1'));
  await useApp(fixture);
  const withOther = await user.open(address);
  await measure('other sessions ended', () => user.submit(withOther, 'end-other-sessions'));
  await useApp(fixture);
  await measure('app revoked', () => user.submit(withOther, 'revoke-app-0'));
}
