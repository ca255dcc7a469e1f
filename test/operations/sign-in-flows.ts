/** The requests of a sign-in, from the app's first redirect to its code, and of signing out again. */

import { giveFactors } from '../support/factors.ts';
import { givePasskey } from '../support/passkeys.ts';
import { TERMS } from '../support/provider-fixture.ts';
import { CALLBACK, codeOf, PASSWORD } from '../support/relying-party.ts';
import type { Page, User } from '../support/user.ts';
import { type Fixture, LOGIN, newStepper, WITHOUT_TERMS } from './fixture.ts';

const SCOPES = { scope: 'openid email notes:read photos:read' };
const RIGHT = { login: LOGIN, password: PASSWORD };
const WRONG = { login: LOGIN, password: 'wrong' };

function leadsTo(start: string, page: Page): Page {
  if (!page.url.startsWith(start)) throw new Error(`not ${start}: ${page.status} at ${page.url}\n${page.body}`);
  return page;
}

async function firstSignIn({ latchkey, app, measure }: Fixture): Promise<User> {
  const user = newStepper();
  const interaction = `${latchkey.issuer}/interaction/`;
  const resume = `${latchkey.issuer}/auth/`;

  const { url } = app.request(SCOPES);
  const toLogin = leadsTo(interaction, await measure('/auth without a session', () => user.open(url)));
  const login = await measure('login page', () => user.open(toLogin.url));
  await measure('login, wrong password', () => user.submit(login, 'login-submit', WRONG));
  const loggedIn = await measure('login, right password', () => user.submit(login, 'login-submit', RIGHT));
  const { url: resumeUrl } = leadsTo(resume, loggedIn);
  const toConsent = await measure('resume after login', () => user.open(resumeUrl));
  const { url: consentUrl } = leadsTo(interaction, toConsent);
  const consent = await measure('consent page', () => user.open(consentUrl));
  const allowed = leadsTo(resume, await measure('consent', () => user.submit(consent, 'consent-submit')));
  codeOf(await measure('resume after consent', () => user.open(allowed.url)));

  const silent = app.request(SCOPES);
  codeOf(await measure('/auth with session and grant', () => user.open(silent.url)));
  await measure('/auth with a session, prompt=login', () => user.open(app.request({ ...SCOPES, prompt: 'login' }).url));
  const again = app.request({ ...SCOPES, prompt: 'consent' });
  await measure('/auth with session and grant, prompt=consent', () => user.open(again.url));
  const logout = await measure('logout page', () => user.open(`${latchkey.issuer}/session/end`));
  await measure('logout', () => user.submit(logout, 'logout-confirm'));
  return user;
}

async function laterSignIn({ app, measure }: Fixture, user: User): Promise<void> {
  const login = await user.open((await user.open(app.request(SCOPES).url)).url);
  const loggedIn = await measure('login, right password, known device', () =>
    user.submit(login, 'login-submit', RIGHT),
  );
  codeOf(await measure('resume after login, consent remembered', () => user.open(loggedIn.url)));
}

async function newDevice({ app, measure }: Fixture): Promise<void> {
  const user = newStepper();
  const login = await user.open((await user.open(app.request(SCOPES).url)).url);
  await measure('login, right password, new device', () => user.submit(login, 'login-submit', RIGHT));
}

async function denial({ app, measure }: Fixture): Promise<void> {
  const user = newStepper();
  const login = await user.open((await user.open(app.request(SCOPES).url)).url);
  const denied = await measure('denial', () => user.submit(login, 'abort'));
  leadsTo(CALLBACK, await measure('resume after denial', () => user.open(denied.url)));
}

async function terms({ app, measure }: Fixture): Promise<void> {
  const user = newStepper();
  const login = await user.open((await user.open(app.request(SCOPES).url)).url);
  const loggedIn = await user.submit(login, 'login-submit', { ...RIGHT, login: WITHOUT_TERMS });
  const toTerms = await measure('resume after login, terms not accepted', () => user.open(loggedIn.url));
  const page = await measure('terms page', () => user.open(toTerms.url));
  const accepted = await measure('terms', () => user.submit(page, 'terms-submit', { terms: TERMS.TERMS_VERSION }));
  await measure('resume after terms', () => user.open(accepted.url));
}

async function chosenAccount({ app, measure }: Fixture, user: User): Promise<void> {
  const { url } = await user.open(app.request({ ...SCOPES, prompt: 'select_account' }).url);
  const choices = await measure('choosing an account, page', () => user.open(url));
  const chosen = await measure('choosing an account', () => user.submit(choices, 'account-0'));
  codeOf(await measure('resume after choosing an account', () => user.open(chosen.url)));
  const again = await user.open(app.request({ ...SCOPES, prompt: 'login' }).url);
  await measure('login page with a session', () => user.open(again.url));
}

async function secondFactor({ latchkey, app, measure }: Fixture): Promise<void> {
  const { id, email } = await latchkey.createAccount({ email: 'turing@example.com', password: PASSWORD });
  const { code } = await giveFactors(id, latchkey.installation);
  const user = newStepper();
  const login = await user.open((await user.open(app.request(SCOPES).url)).url);
  const passed = await measure('login, right password, factor missing', () =>
    user.submit(login, 'login-submit', { ...RIGHT, login: email }),
  );
  const page = await measure('second factor page', () => user.open(passed.url));
  await measure('second factor, wrong code', () => user.submit(page, 'mfa-submit', { code: code(5) }));
  await measure('second factor, right code', () => user.submit(page, 'mfa-submit', { code: code() }));
}

async function rememberedDevice({ latchkey, app, measure }: Fixture): Promise<void> {
  const { id, email } = await latchkey.createAccount({ email: 'hopper@example.com', password: PASSWORD });
  const { code } = await giveFactors(id, latchkey.installation);
  const user = newStepper();
  const typed = { ...RIGHT, login: email };
  const login = await user.open((await user.open(app.request(SCOPES).url)).url);
  const page = await user.open((await user.submit(login, 'login-submit', typed)).url);
  await measure('second factor, right code, device remembered', () =>
    user.submit(page, 'mfa-submit', { code: code(), remember_device: 'yes' }),
  );
  const again = await user.open((await user.open(app.request({ ...SCOPES, prompt: 'login' }).url)).url);
  await measure('login, right password, device remembered', () => user.submit(again, 'login-submit', typed));
}

async function passkeys({ latchkey, app, measure }: Fixture): Promise<void> {
  const { id, email } = await latchkey.createAccount({ email: 'wilkes@example.com', password: PASSWORD });
  const { answerTo } = await givePasskey(id, latchkey);
  const user = newStepper();
  const login = await user.open((await user.open(app.request(SCOPES).url)).url);
  await measure('passkey of nobody', () =>
    user.submit(login, 'passkey', { passkey: answerTo(login, { userHandle: 'A'.repeat(43) }) }),
  );
  await measure('passkey alone', () => user.submit(login, 'passkey', { passkey: answerTo(login) }));
  const other = newStepper();
  const again = await other.open((await other.open(app.request(SCOPES).url)).url);
  const passed = await other.submit(again, 'login-submit', { ...RIGHT, login: email });
  const page = await other.open(passed.url);
  await measure('second factor, passkey', () => other.submit(page, 'passkey', { passkey: answerTo(page) }));
}

export async function signInFlows(fixture: Fixture): Promise<void> {
  const user = await firstSignIn(fixture);
  await laterSignIn(fixture, user);
  await chosenAccount(fixture, user);
  await newDevice(fixture);
  await denial(fixture);
  await terms(fixture);
  await secondFactor(fixture);
  await rememberedDevice(fixture);
  await passkeys(fixture);
}
