/** What most protocol tests need: a provider with two people, one API, and apps as they are wanted. */
import { randomUUID } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import type { NewAccount } from '../../src/domain/accounts/create-account.ts';
import type { Account } from '../../src/ports/accounts.ts';
import { type InstallationWishes, startInstallation, type TestInstallation } from '../support/installation.ts';
import { newPerson, type Page, type Person, type PersonWishes } from '../support/person.ts';
import {
  type App,
  appOf,
  CALLBACK,
  codeOf,
  PASSWORD,
  signIn,
  type TokenResponse,
  WEB_APP,
} from '../support/relying-party.ts';

export const LOGIN = 'ada@example.com';
export const OTHER_LOGIN = 'grace@example.com';
export const API = 'https://api.example.com/';
export const API_SCOPES = { 'notes:read': 'Read your notes', 'notes:write': 'Write notes for you' };

export interface WorldWishes extends InstallationWishes {
  readonly person?: Partial<NewAccount>;
  /** Beside the API that there always is. */
  readonly resources?: readonly Parameters<TestInstallation['createResource']>[0][];
}

export interface World {
  readonly latchkey: TestInstallation;
  readonly account: Account;
  /** Somebody whom no other test signs in or ends. */
  newAccount(): Promise<Account>;
  /** An ordinary web app, but for what is said here. */
  newApp(metadata?: Readonly<Record<string, unknown>>): Promise<App>;
}

async function openWorld(wishes: WorldWishes): Promise<World> {
  const latchkey = await startInstallation({
    ...wishes,
    environment: { TRUSTED_PROXIES: '127.0.0.0/8,::1', ...wishes.environment },
  });
  const account = await latchkey.createAccount({ email: LOGIN, name: 'Ada', password: PASSWORD, ...wishes.person });
  await latchkey.createAccount({ email: OTHER_LOGIN, name: 'Grace', password: PASSWORD });
  await latchkey.createResource({ identifier: API, scopes: API_SCOPES });
  for (const resource of wishes.resources ?? []) await latchkey.createResource(resource);
  return {
    latchkey,
    account,
    newAccount: () => latchkey.createAccount({ email: `${randomUUID()}@example.com`, password: PASSWORD }),
    newApp: async (metadata = {}) => appOf(latchkey, await latchkey.createClient({ ...WEB_APP, ...metadata })),
  };
}

/** One for all tests of a file: they share neither apps nor browsers, so none sees another. The last thing to wait for before the tests. */
export async function sharedWorld(wishes: WorldWishes = {}): Promise<World> {
  const world = await openWorld(wishes);
  test.after.always(() => world.latchkey.stop());
  return world;
}

/** For a test that breaks things. */
export async function ownWorld(t: ExecutionContext, wishes: WorldWishes = {}): Promise<World> {
  const world = await openWorld(wishes);
  t.teardown(world.latchkey.stop);
  return world;
}

let visitors = 0;

/** Each from an address of its own: those who try at once from one address are told to wait. */
export function newVisitor({ stopAt = CALLBACK, headers }: PersonWishes = {}): Person {
  visitors += 1;
  const address = `10.${(visitors >> 16) & 0xff}.${(visitors >> 8) & 0xff}.${visitors & 0xff}`;
  return newPerson({ stopAt, headers: { 'x-forwarded-for': address, ...headers } });
}

/** What the app was told at its callback, in the query or the fragment; throws when the person ended up elsewhere. */
export function toldApp(page: Page): Readonly<Record<string, string>> {
  if (!page.url.startsWith(CALLBACK)) throw new Error(`the app was not reached, but ${page.url}:\n${page.body}`);
  const { searchParams, hash } = new URL(page.url);
  return Object.fromEntries(hash === '' ? searchParams : new URLSearchParams(hash.slice(1)));
}

/** What a person reads on a page, tags left out. */
export function textOf(page: Page): string {
  return page.body
    .replace(/<(head|style)[\s\S]*?<\/\1>/g, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

export interface SignInWishes {
  readonly person?: Person;
  readonly login?: string;
  /** Of the authorization request. */
  readonly [parameter: string]: unknown;
}

/** Signs in for these parameters, as far as a code. */
export async function obtainCode(
  app: App,
  { person = newVisitor(), login = LOGIN, ...parameters }: SignInWishes = {},
): Promise<{ readonly code: string; readonly verifier: string; readonly person: Person }> {
  const { url, verifier } = app.request(parameters as Readonly<Record<string, string>>);
  return { code: codeOf(await signIn(person, url, login)), verifier, person };
}

export function redeem(
  app: App,
  { code, verifier }: { readonly code: string; readonly verifier: string },
  extra: Readonly<Record<string, string>> = {},
): Promise<TokenResponse> {
  return app.token({
    grant_type: 'authorization_code',
    code,
    redirect_uri: CALLBACK,
    code_verifier: verifier,
    ...extra,
  });
}
