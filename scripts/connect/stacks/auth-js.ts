import { randomBytes } from 'node:crypto';
import { allowAccess, enterPassword, readJson } from '../browser.ts';
import { expectNobody, expectNotes, expectUser } from '../expect.ts';
import { nodeProgram } from '../programs.ts';
import type { Stack } from '../stack.ts';

export const authJs: Stack = {
  ...nodeProgram,
  name: 'auth-js',
  libraries: ['@auth/express', '@auth/core'],
  environment: () => ({ AUTH_SECRET: randomBytes(32).toString('hex') }),
  async drive(run) {
    const { page, app, user } = run;
    // Auth.js asks on pages of its own first.
    await page.goto(`${app}/login`);
    await page.click('form[action$="/signin/latchkey"] button');
    await enterPassword(page, user);
    await allowAccess(run);
    const who = expectUser(await readJson(run, '/me'), user);
    expectNotes(await readJson(run, '/notes'));
    await page.goto(`${app}/logout`);
    await page.click('button#submitButton');
    await page.click('button#logout-confirm');
    await page.waitForURL(`${app}/**`);
    await expectNobody(run, '/me');
    return [who, 'API called', 'signed out'];
  },
};
