/** Users: a sign-in with all its detours, one that is denied, a sign-out, and pages and codes left unused. */

import { type AuthorizationRequest, CALLBACK, codeOf, type TokenAnswer } from '../../support/relying-party.ts';
import { newUser, type Page, type User } from '../../support/user.ts';
import { ada, type Fixture, NOTES_API } from './fixture.ts';

const RIGHT = { login: ada.email, password: ada.password };

export interface SignedIn {
  readonly user: User;
  readonly tokens: Required<TokenAnswer>;
  /** What redeemed the code. */
  readonly form: Readonly<Record<string, string>>;
}

const browser = (): User => newUser({ stopAt: 'https://app.example.com/', headers: { 'user-agent': ada.userAgent } });

export function redeeming(page: Page, { verifier }: AuthorizationRequest, resource?: string): Record<string, string> {
  const proof = { code: codeOf(page), redirect_uri: CALLBACK, code_verifier: verifier };
  return { grant_type: 'authorization_code', ...proof, ...(resource !== undefined && { resource }) };
}

export async function signInWithDetours({ app }: Fixture): Promise<SignedIn> {
  const user = browser();
  const scope = 'openid profile email phone address offline_access notes:read';
  const hints = { login_hint: ada.email, nonce: 'a nonce of this request', prompt: 'consent' };
  const request = app.request({ scope, resource: NOTES_API, ...hints });
  const login = await user.open(request.url);
  await user.submit(login, 'login-submit', { ...RIGHT, password: 'a quill and a father, by mistake' });
  await user.submit(login, 'login-submit', { ...RIGHT, login: 'nobody.of.that.name@people.example' });
  const consent = await user.submit(login, 'login-submit', { ...RIGHT, login: ada.username });
  const form = redeeming(await user.submit(consent, 'consent-submit'), request, NOTES_API);
  const { body } = await app.token(form);
  return { user, tokens: body as Required<TokenAnswer>, form };
}

/** Without a resource the token is opaque, and for userinfo. */
export async function signInSilently({ app }: Fixture, user: User): Promise<SignedIn> {
  const request = app.request({ scope: 'openid profile email phone address' });
  const form = redeeming(await user.open(request.url), request);
  const { body } = await app.token(form);
  return { user, tokens: body as Required<TokenAnswer>, form };
}

export async function signInAnew({ app }: Fixture): Promise<User> {
  const user = browser();
  const page = await user.open(app.request({ scope: 'openid profile email phone address' }).url);
  codeOf(await user.submit(page, 'login-submit', RIGHT));
  return user;
}

/** As far as the mail: who has forgotten, and who never had an account. */
export async function forgetPassword({ app, wire }: Fixture): Promise<void> {
  const user = browser();
  const login = await user.open(app.request().url);
  const address = /id="forgot-password" href="([^"]*)"/.exec(login.body)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const recover = await user.open(new URL(address, wire.address).href);
  for (const email of [ada.email, 'nobody.of.that.name@people.example'])
    await user.submit(recover, 'recover-submit', { email });
}

export async function deny({ app }: Fixture): Promise<void> {
  const user = browser();
  await user.submit(await user.open(app.request().url), 'abort');
}

/** Somebody who has not proven the address yet. */
export async function beginToRegister({ app }: Fixture): Promise<void> {
  const user = browser();
  const fields = {
    email: 'wren.unproven@people.example',
    name: 'Wren Unproven',
    password: 'not one of these is proven',
  };
  const register = await user.open(app.request({ prompt: 'create' }).url);
  const waiting = await user.submit(register, 'register-submit', fields);
  await user.submit(waiting, 'send-again');
}

/** A login page and a consent page that stay open, and a code that is never redeemed. */
export async function leaveThingsOpen({ app }: Fixture, user: User): Promise<void> {
  await browser().open(app.request({ login_hint: ada.email }).url);
  await user.open(app.request({ prompt: 'consent' }).url);
  await user.open(app.request({ scope: 'openid' }).url);
}

export async function signOut({ wire }: Fixture, { user, tokens }: SignedIn): Promise<void> {
  const query = new URLSearchParams({
    id_token_hint: tokens.id_token,
    post_logout_redirect_uri: 'https://app.example.com/signed-out',
    state: 'a state of this sign-out',
  });
  const question = await user.open(`${wire.address}/session/end?${query}`);
  await user.submit(question, 'logout-confirm');
}
