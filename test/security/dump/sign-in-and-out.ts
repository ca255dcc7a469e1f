/** People: a sign-in with all its detours, a refusal, a sign-out, and what they leave lying about. */
import { newPerson, type Page, type Person } from '../../support/person.ts';
import { type AuthorizationRequest, CALLBACK, codeOf, type TokenAnswer } from '../../support/relying-party.ts';
import { ada, NOTES_API, type World } from './world.ts';

const RIGHT = { login: ada.email, password: ada.password };

export interface SignedIn {
  readonly person: Person;
  readonly tokens: Required<TokenAnswer>;
  /** What redeemed the code. */
  readonly form: Readonly<Record<string, string>>;
}

const browser = (): Person => newPerson({ stopAt: 'https://app.example.com/' });

export function redeeming(page: Page, { verifier }: AuthorizationRequest, resource?: string): Record<string, string> {
  const proof = { code: codeOf(page), redirect_uri: CALLBACK, code_verifier: verifier };
  return { grant_type: 'authorization_code', ...proof, ...(resource !== undefined && { resource }) };
}

export async function signInWithDetours({ app }: World): Promise<SignedIn> {
  const person = browser();
  const scope = 'openid profile email phone address offline_access notes:read';
  const hints = { login_hint: ada.email, nonce: 'a nonce of this request', prompt: 'consent' };
  const request = app.request({ scope, resource: NOTES_API, ...hints });
  const login = await person.open(request.url);
  await person.submit(login, 'login-submit', { ...RIGHT, password: 'a quill and a father, by mistake' });
  await person.submit(login, 'login-submit', { ...RIGHT, login: 'nobody.of.that.name@people.example' });
  const consent = await person.submit(login, 'login-submit', { ...RIGHT, login: ada.username });
  const form = redeeming(await person.submit(consent, 'consent-submit'), request, NOTES_API);
  const { body } = await app.token(form);
  return { person, tokens: body as Required<TokenAnswer>, form };
}

/** Without a resource the token is opaque, and for userinfo. */
export async function signInSilently({ app }: World, person: Person): Promise<SignedIn> {
  const request = app.request({ scope: 'openid profile email phone address' });
  const form = redeeming(await person.open(request.url), request);
  const { body } = await app.token(form);
  return { person, tokens: body as Required<TokenAnswer>, form };
}

export async function signInAnew({ app }: World): Promise<Person> {
  const person = browser();
  const page = await person.open(app.request({ scope: 'openid profile email phone address' }).url);
  codeOf(await person.submit(page, 'login-submit', RIGHT));
  return person;
}

export async function refuse({ app }: World): Promise<void> {
  const person = browser();
  await person.submit(await person.open(app.request().url), 'abort');
}

/** A login page and a consent page that stay open, and a code that nobody redeems. */
export async function leaveThingsOpen({ app }: World, person: Person): Promise<void> {
  await browser().open(app.request({ login_hint: ada.email }).url);
  await person.open(app.request({ prompt: 'consent' }).url);
  await person.open(app.request({ scope: 'openid' }).url);
}

export async function signOut({ wire }: World, { person, tokens }: SignedIn): Promise<void> {
  const query = new URLSearchParams({
    id_token_hint: tokens.id_token,
    post_logout_redirect_uri: 'https://app.example.com/signed-out',
    state: 'a state of this sign-out',
  });
  const question = await person.open(`${wire.address}/session/end?${query}`);
  await person.submit(question, 'logout-confirm');
}
