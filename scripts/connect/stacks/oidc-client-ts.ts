import type { Page } from 'playwright-core';
import { allowAccess, enterPassword, type Json } from '../browser.ts';
import { expectNotes, expectUser } from '../expect.ts';
import { nodeProgram } from '../programs.ts';
import type { Stack } from '../stack.ts';

/** What the page shows once it shows something with this word in it. */
async function shown(page: Page, word: string): Promise<Json> {
  const text = await page.locator('#result', { hasText: word }).textContent();
  return JSON.parse(text ?? '') as Json;
}

export const oidcClientTs: Stack = {
  ...nodeProgram,
  name: 'oidc-client-ts',
  libraries: ['oidc-client-ts', 'vite'],
  start: ['npx', 'vite'],
  async drive(run) {
    const { page, app, user } = run;
    await page.goto(app);
    await shown(page, 'nobody is signed in');
    await page.click('#sign-in');
    await enterPassword(page, user);
    await allowAccess(run);
    const who = expectUser(await shown(page, '"sub"'), user);
    const callApi = async () => {
      await page.click('#call-api');
      expectNotes(await shown(page, 'notes'));
    };
    await callApi();
    await page.click('#refresh');
    await shown(page, 'expires_in');
    await callApi();
    await page.click('#sign-out');
    await page.click('button#logout-confirm');
    await page.waitForURL(`${app}/**`);
    await shown(page, 'nobody is signed in');
    return [who, 'API called', 'refreshed', 'signed out'];
  },
};
