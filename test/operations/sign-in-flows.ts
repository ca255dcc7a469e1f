/** The requests of a sign-in, from the app's first redirect to its code, and of signing out again. */
import type { Page } from '../support/person.ts';
import { CALLBACK, codeOf, PASSWORD } from '../support/relying-party.ts';
import { LOGIN, newStepper, type World } from './world.ts';

const SCOPES = { scope: 'openid email notes:read photos:read' };
const RIGHT = { login: LOGIN, password: PASSWORD };
const WRONG = { login: LOGIN, password: 'wrong' };

function leadsTo(start: string, page: Page): Page {
  if (!page.url.startsWith(start)) throw new Error(`not ${start}: ${page.status} at ${page.url}\n${page.body}`);
  return page;
}

async function firstSignIn({ latchkey, app, measure }: World): Promise<void> {
  const person = newStepper();
  const interaction = `${latchkey.issuer}/interaction/`;
  const resume = `${latchkey.issuer}/auth/`;

  const { url } = app.request(SCOPES);
  const toLogin = leadsTo(interaction, await measure('/auth without a session', () => person.open(url)));
  const login = await measure('login page', () => person.open(toLogin.url));
  await measure('login, wrong password', () => person.submit(login, 'login-submit', WRONG));
  const loggedIn = await measure('login, right password', () => person.submit(login, 'login-submit', RIGHT));
  const { url: resumeUrl } = leadsTo(resume, loggedIn);
  const toConsent = await measure('resume after login', () => person.open(resumeUrl));
  const { url: consentUrl } = leadsTo(interaction, toConsent);
  const consent = await measure('consent page', () => person.open(consentUrl));
  const allowed = leadsTo(resume, await measure('consent', () => person.submit(consent, 'consent-submit')));
  codeOf(await measure('resume after consent', () => person.open(allowed.url)));

  const silent = app.request(SCOPES);
  codeOf(await measure('/auth with session and grant', () => person.open(silent.url)));
  const logout = await measure('logout page', () => person.open(`${latchkey.issuer}/session/end`));
  await measure('logout', () => person.submit(logout, 'logout-confirm'));
}

async function laterSignIn({ app, measure }: World): Promise<void> {
  const person = newStepper();
  const login = await person.open((await person.open(app.request(SCOPES).url)).url);
  const loggedIn = await person.submit(login, 'login-submit', RIGHT);
  codeOf(await measure('resume after login, consent remembered', () => person.open(loggedIn.url)));
}

async function refusal({ app, measure }: World): Promise<void> {
  const person = newStepper();
  const login = await person.open((await person.open(app.request(SCOPES).url)).url);
  const refused = await measure('refusal', () => person.submit(login, 'abort'));
  leadsTo(CALLBACK, await measure('resume after refusal', () => person.open(refused.url)));
}

export async function signInFlows(world: World): Promise<void> {
  await firstSignIn(world);
  await laterSignIn(world);
  await refusal(world);
}
