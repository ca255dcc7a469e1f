/** The page /account: from the sign-in's return to a change. */
import { PASSWORD } from '../support/relying-party.ts';
import { type Fixture, LOGIN, newStepper } from './fixture.ts';

export async function accountFlows({ latchkey, measure }: Fixture): Promise<void> {
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
}
