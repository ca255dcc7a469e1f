import { randomBytes } from 'node:crypto';
import { allowAccess, enterPassword, readJson } from '../browser.ts';
import { expect, expectUser } from '../expect.ts';
import type { Stack } from '../stack.ts';

export const authJs: Stack = {
  name: 'auth-js',
  title: 'Auth.js (Node)',
  toolchain: 'node',
  libraries: ['@auth/express', '@auth/core'],
  install: [['npm', 'install']],
  start: ['node', 'app.js'],
  environment: () => ({ AUTH_SECRET: randomBytes(32).toString('hex') }),
  async drive(run) {
    const { page, app, user } = run;
    // Auth.js asks on pages of its own first.
    await page.goto(`${app}/login`);
    await page.click('form[action$="/signin/latchkey"] button');
    await enterPassword(page, user);
    await allowAccess(run);
    const who = expectUser(await readJson(run, '/me'), user);
    await page.goto(`${app}/logout`);
    await page.click('button#submitButton');
    await page.click('button#logout-confirm');
    await page.waitForURL(`${app}/**`);
    expect('error' in (await readJson(run, '/me')), 'somebody is still signed in');
    return [who, 'signed out'];
  },
};
