/** What a person does in the browser, on our pages and in front of a stack's program. */
import type { Page } from 'playwright-core';
import type { Run, User } from './stack.ts';

/** Opens where the program starts a sign-in, and goes through our pages until the program has the browser back. */
export async function signIn({ page, app, user }: Run, path: string): Promise<void> {
  await page.goto(`${app}${path}`);
  await enterPassword(page, user);
  await allowAccess({ page, app });
}

export async function enterPassword(page: Page, { email, password }: User): Promise<void> {
  await page.fill('input[name=login]', email);
  await page.fill('input[name=password]', password);
  await page.click('button#login-submit');
}

/** Allows all that the program asks for, which has the browser back after that. */
export async function allowAccess({ page, app }: Pick<Run, 'page' | 'app'>): Promise<void> {
  await page.click('button#consent-submit');
  await page.waitForURL(`${app}/**`);
}

/** Opens where the program starts signing out, confirms it on our page, and ends where the program wanted people to go. */
export async function signOut({ page, app }: Run, path: string): Promise<void> {
  await page.goto(`${app}${path}`);
  await page.click('button#logout-confirm');
  await page.waitForURL(`${app}/**`);
}

export type Json = Readonly<Record<string, unknown>>;

/** What the program answers here, as JSON. */
export async function readJson({ page, app }: Pick<Run, 'page' | 'app'>, path: string): Promise<Json> {
  const response = await page.goto(`${app}${path}`);
  const text = (await response?.text()) ?? '';
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new Error(`${path} answered ${response?.status()} with no JSON: ${text.slice(0, 500)}`, { cause });
  }
}
