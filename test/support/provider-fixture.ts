/** What most protocol tests need: a provider with two people, one API, and apps as they are wanted. */
import { randomUUID } from 'node:crypto';
import test from 'ava';
import type { NewAccount } from '../../src/domain/accounts/create.ts';
import { createScope } from '../../src/domain/scopes/scopes.ts';
import type { Account } from '../../src/storage/records/accounts.ts';
import type { OrganisationScope } from '../../src/storage/records/scopes.ts';
import { type InstallationOptions, startInstallation, type TestInstallation } from './installation.ts';
import type { Owner } from './owner.ts';
import { type App, appOf, CALLBACK, codeOf, PASSWORD, signIn, type TokenResponse, WEB_APP } from './relying-party.ts';
import { newUser, type Page, type User, type UserOptions } from './user.ts';

export const LOGIN = 'ada@example.com';
export const OTHER_LOGIN = 'grace@example.com';
export const API = 'https://api.example.com/';
export const API_SCOPES = { 'notes:read': 'Read your notes', 'notes:write': 'Write notes for you' };

/** Settings of an installation with terms. */
export const TERMS = { TERMS_URL: 'https://example.com/terms', TERMS_VERSION: '2026-11' } as const;

export interface FixtureOptions extends InstallationOptions {
  readonly user?: Partial<NewAccount>;
  /** Beside the API that there always is. */
  readonly resources?: readonly Parameters<TestInstallation['createResource']>[0][];
  /** The organisation's own. */
  readonly scopes?: readonly OrganisationScope[];
}

export interface Fixture {
  readonly latchkey: TestInstallation;
  readonly account: Account;
  /** Somebody whom no other test signs in or ends. */
  newAccount(details?: Partial<NewAccount>): Promise<Account>;
  /** An ordinary web app, but for what is said here. */
  newApp(metadata?: Readonly<Record<string, unknown>>): Promise<App>;
}

async function openProvider(options: FixtureOptions): Promise<Fixture> {
  const latchkey = await startInstallation({
    ...options,
    environment: { TRUSTED_PROXIES: '127.0.0.0/8,::1', ...options.environment },
  });
  // Where there are terms, everybody has accepted them, unless a test says otherwise.
  const { terms } = latchkey.config;
  const usual = { password: PASSWORD, ...(terms && { acceptedTerms: { version: terms.version, at: 0 } }) };
  const account = await latchkey.createAccount({ email: LOGIN, name: 'Ada', ...usual, ...options.user });
  await latchkey.createAccount({ email: OTHER_LOGIN, name: 'Grace', ...usual });
  await latchkey.createResource({ identifier: API, scopes: API_SCOPES });
  for (const resource of options.resources ?? []) await latchkey.createResource(resource);
  for (const scope of options.scopes ?? []) await createScope(scope, latchkey.installation);
  await latchkey.follow();
  return {
    latchkey,
    account,
    newAccount: (details = {}) =>
      latchkey.createAccount({ email: `${randomUUID()}@example.com`, ...usual, ...details }),
    newApp: async (metadata = {}) => appOf(latchkey, await latchkey.createClient({ ...WEB_APP, ...metadata })),
  };
}

/** One for all tests of a file: they share neither apps nor browsers, so none sees another. The last thing to wait for before the tests. */
export async function sharedProvider(options: FixtureOptions = {}): Promise<Fixture> {
  const fixture = await openProvider(options);
  test.after.always(() => fixture.latchkey.stop());
  return fixture;
}

/** For a test that breaks things. */
export async function ownProvider(t: Owner, options: FixtureOptions = {}): Promise<Fixture> {
  const fixture = await openProvider(options);
  t.teardown(fixture.latchkey.stop);
  return fixture;
}

let visitors = 0;

/** Each from an address of its own: those who try at once from one address are told to wait. */
export function newVisitor({ stopAt = CALLBACK, headers, ...rest }: UserOptions = {}): User {
  visitors += 1;
  // A network of its own, for what a network may do in a day is bounded.
  const address = `10.${(visitors >> 8) & 0xff}.${visitors & 0xff}.1`;
  return newUser({ ...rest, stopAt, headers: { 'x-forwarded-for': address, ...headers } });
}

/** What the app was told at its callback, in the query or the fragment; throws when the user ended up elsewhere. */
export function toldApp(page: Page): Readonly<Record<string, string>> {
  if (!page.url.startsWith(CALLBACK)) throw new Error(`the app was not reached, but ${page.url}:\n${page.body}`);
  const { searchParams, hash } = new URL(page.url);
  return Object.fromEntries(hash === '' ? searchParams : new URLSearchParams(hash.slice(1)));
}

/** What a user reads on a page, tags left out. */
export function textOf(page: Page): string {
  return page.body
    .replace(/<(head|style)[\s\S]*?<\/\1>/g, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

export interface SignInOptions {
  readonly user?: User;
  readonly login?: string;
  /** Of the authorization request. */
  readonly [parameter: string]: unknown;
}

/** Signs in for these parameters, as far as a code. */
export async function obtainCode(
  app: App,
  { user = newVisitor(), login = LOGIN, ...parameters }: SignInOptions = {},
): Promise<{ readonly code: string; readonly verifier: string; readonly user: User }> {
  const { url, verifier } = app.request(parameters as Readonly<Record<string, string>>);
  return { code: codeOf(await signIn(user, url, login)), verifier, user };
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
