/** Every form of a step of a sign-in: how somebody comes to it. A new page is one row; other forms are in forms-elsewhere.ts. */
import type { ExecutionContext } from 'ava';
import type { Response } from 'got';
import { secretOn } from '../account/factors.ts';
import { formOf, type PageForm } from '../security/sent-form.ts';
import { codeOfSecret, giveFactors } from '../support/factors.ts';
import { givePasskey } from '../support/passkeys.ts';
import { LOGIN, newVisitor, type Fixture as Provider, TERMS } from '../support/provider-fixture.ts';
import { type App, PASSWORD } from '../support/relying-party.ts';
import type { Page, User } from '../support/user.ts';

export interface AtForm {
  readonly user: User;
  readonly app: App;
  readonly page: Page;
  /** What this user has to type, beside the fields of the row. */
  readonly typed?: Readonly<Record<string, string>>;
}

export interface FormRow {
  /** Below views/, without the ending. */
  readonly view: string;
  /** Id of the button that sends it. */
  readonly button: string;
  /** What is filled in, so that it is right. */
  readonly fields?: Readonly<Record<string, string>>;
  readonly open: (provider: Provider, user: User) => Promise<AtForm>;
}

const right = { login: LOGIN, password: PASSWORD };

/** Where the app lets a sign-in begin: the way on from a page on which nothing goes on. */
export const START = 'https://app.example.com/sign-in';

export async function atLogin(
  { newApp }: Provider,
  user: User,
  metadata: Readonly<Record<string, unknown>> = {},
): Promise<AtForm> {
  const app = await newApp({ initiate_login_uri: START, ...metadata });
  return { user, app, page: await user.open(app.request().url) };
}

async function afterLogin(
  provider: Provider,
  user: User,
  login: string,
  metadata: Readonly<Record<string, unknown>> = {},
): Promise<AtForm> {
  const at = await atLogin(provider, user, metadata);
  return { ...at, page: await user.submit(at.page, 'login-submit', { ...right, login }) };
}

async function atTerms(provider: Provider, user: User): Promise<AtForm> {
  const { email } = await provider.newAccount({ acceptedTerms: { version: 'older', at: 0 } });
  return afterLogin(provider, user, email);
}

async function atRegister(provider: Provider, user: User): Promise<AtForm> {
  const at = await atLogin(provider, user);
  return { ...at, page: await user.open(at.app.request({ prompt: 'create' }).url) };
}

const atConsent = async (provider: Provider, user: User): Promise<AtForm> =>
  afterLogin(provider, user, (await provider.newAccount()).email);

async function atSelectAccount(provider: Provider, user: User): Promise<AtForm> {
  const at = await afterLogin(provider, user, (await provider.newAccount()).email, { first_party: true });
  return { ...at, page: await user.open(at.app.request({ prompt: 'select_account' }).url) };
}

const atNotAllowed = async (provider: Provider, user: User): Promise<AtForm> =>
  afterLogin(provider, user, (await provider.newAccount()).email, { allowed_groups: ['staff'] });

async function atSecondFactor(provider: Provider, user: User): Promise<AtForm> {
  const { id, email } = await provider.newAccount();
  const { code } = await giveFactors(id, provider.latchkey.installation);
  return { ...(await afterLogin(provider, user, email)), typed: { code: code() } };
}

async function atMailedCode(provider: Provider, user: User): Promise<AtForm> {
  const at = await atLogin(provider, user);
  return { ...at, page: await user.open(at.page.url.replace('?', '/mailed-code?')) };
}

async function atEnteringCode(provider: Provider, user: User): Promise<AtForm> {
  const at = await atMailedCode(provider, user);
  return { ...at, page: await user.submit(at.page, 'mailed-code-submit', { email: 'nobody@example.com' }) };
}

async function atPasskey(provider: Provider, user: User): Promise<AtForm> {
  const { answerTo } = await givePasskey((await provider.newAccount()).id, provider.latchkey);
  const at = await atLogin(provider, user);
  return { ...at, typed: { passkey: answerTo(at.page) } };
}

/** Of the people of one group alone: the others sign in by their passwords. */
export const REQUIRE_SECOND_FACTOR = 'group:careful';

export interface AtSecondFactor extends AtForm {
  readonly email: string;
}

/** Somebody who must have a second factor, and has none. */
export async function atEnrolment(provider: Provider, user: User): Promise<AtSecondFactor> {
  const { email } = await provider.newAccount({ claims: { groups: ['careful'] } });
  return { ...(await afterLogin(provider, user, email)), email };
}

export const codeAt = (page: Page): string => codeOfSecret(secretOn(page), Date.now());

async function atAdded(provider: Provider, user: User): Promise<AtForm> {
  const at = await atEnrolment(provider, user);
  return { ...at, page: await user.submit(at.page, 'totp-confirm', { code: codeAt(at.page) }) };
}

export async function atSentCode(provider: Provider, user: User): Promise<AtSecondFactor> {
  const at = await atEnrolment(provider, user);
  return { ...at, page: await user.submit(at.page, 'send-code-mail') };
}

/** In the order in which a sign-in comes to them. */
export const formsOfSignIn: Readonly<Record<string, FormRow>> = {
  login: { view: 'interactions/login', button: 'login-submit', fields: right, open: atLogin },
  'cancelling at login': { view: 'interactions/login', button: 'abort', open: atLogin },
  'a passkey': { view: 'layout/passkey-assertion', button: 'passkey', open: atPasskey },
  'choosing an account': { view: 'interactions/select-account', button: 'account-0', open: atSelectAccount },
  'cancelling at choosing': { view: 'interactions/select-account', button: 'abort', open: atSelectAccount },
  'cancelling at asking for a code': { view: 'mailed-code/ask', button: 'abort', open: atMailedCode },
  'cancelling at entering a code': { view: 'mailed-code/enter', button: 'abort', open: atEnteringCode },
  'cancelling at registering': { view: 'registration/register', button: 'abort', open: atRegister },
  'second factor': { view: 'second-factor/second-factor', button: 'mfa-submit', open: atSecondFactor },
  'cancelling at adding an app': { view: 'second-factor/enrolment', button: 'abort', open: atEnrolment },
  'going on with an app that was added': { view: 'second-factor/added', button: 'mfa-submit', open: atAdded },
  'cancelling at a sent code': { view: 'second-factor/sent-code', button: 'abort', open: atSentCode },
  'cancelling at the second factor': { view: 'second-factor/second-factor', button: 'abort', open: atSecondFactor },
  terms: {
    view: 'interactions/terms',
    button: 'terms-submit',
    fields: { terms: TERMS.TERMS_VERSION },
    open: atTerms,
  },
  'cancelling at the terms': { view: 'interactions/terms', button: 'abort', open: atTerms },
  consent: { view: 'interactions/consent', button: 'consent-submit', open: atConsent },
  denial: { view: 'interactions/consent', button: 'abort', open: atConsent },
  'leaving an app that is for others': { view: 'interactions/not-allowed', button: 'abort', open: atNotAllowed },
};

/** Posted to oidc-provider or to apps, with what they check themselves. */
export const formsOfOthers: Readonly<Record<string, string>> = {
  'logout/confirm': 'oidc-provider checks it (test/protocol/logout.test.ts)',
  'hand-over': 'what oidc-provider hands over (test/protocol/hand-over.test.ts)',
};

export const newPerson = (): User => newVisitor({ stopAt: 'https://app.example.com/' });

/** How a browser says that another site sent a form. */
export const foreignHeaders: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'another site': { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
  'a sibling site': { 'sec-fetch-site': 'same-site' },
  'another origin': { origin: 'https://evil.example' },
};

/** The form that this button sends, with what the button itself says. */
export function formIn(page: Page, button: string): PageForm {
  const form = page.body.match(/<form[\s\S]*?<\/form>/g)?.find((html) => html.includes(`id="${button}"`)) ?? '';
  // A form without an address is sent to that of its page.
  const action = /action="([^"]*)"/.exec(form)?.[1];
  const { address, hidden } = formOf(page, action === undefined ? `id="${button}"` : `action="${action}"`);
  const pressed = new RegExp(`<button id="${button}"[^>]* name="([^"]*)" value="([^"]*)"`).exec(form);
  return { address, hidden: { ...hidden, ...(pressed && { [pressed[1] ?? '']: pressed[2] ?? '' }) } };
}

/** Refused, and its button leads on: below this site, or to where the app lets a sign-in begin. */
export function saysWhatToDo(t: ExecutionContext, { statusCode, body }: Response<string>, how: string): void {
  t.is(statusCode, 403, how);
  t.regex(body, /class="button[^"]*" href="(?:\/|https:\/\/app\.example\.com\/)/, how);
}
