/** What a user does on the pages, step by step. */
import type { Page } from 'playwright-core';
import type { Fixture } from './fixture.ts';

/** Opens the app and presses "Sign in"; the provider's sign-in page follows. */
export async function startSignIn(page: Page, app: string): Promise<void> {
  await page.goto(app);
  await page.click('#sign-in');
}

export async function enterPassword(page: Page, { user }: Fixture, password = user.password): Promise<void> {
  await page.fill('input[name=login]', user.email);
  await page.fill('input[name=password]', password);
  await page.click('button#login-submit');
}

export async function allow(page: Page): Promise<void> {
  await page.click('button#consent-submit');
}

/** The whole way from the app to the app. */
export async function signIn(page: Page, fixture: Fixture): Promise<void> {
  await startSignIn(page, fixture.app);
  await enterPassword(page, fixture);
  await allow(page);
  await page.waitForSelector('#greeting');
}

/** Signs out at the app and confirms it at the provider. */
export async function signOut(page: Page): Promise<void> {
  await page.click('#sign-out');
  await page.click('button#logout-confirm');
}

/** The value of a claim in one of the app's tables. */
export async function claim(page: Page, table: string, name: string): Promise<string | undefined> {
  return (await page.textContent(`#${table} tr[data-claim="${name}"] td.value`))?.trim();
}
