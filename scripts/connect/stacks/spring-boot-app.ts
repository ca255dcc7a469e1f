import { readJson, signIn } from '../browser.ts';
import { expectNotes, expectUser } from '../expect.ts';
import { javaProgram } from '../programs.ts';
import type { Stack } from '../stack.ts';

export const springBootApp: Stack = {
  ...javaProgram,
  name: 'spring-boot-app',
  libraries: ['spring-boot', 'spring-security-oauth2-client'],
  async drive(run) {
    const { page, app, user } = run;
    await signIn(run, '/me');
    const who = expectUser(await readJson(run, '/me'), user);
    expectNotes(await readJson(run, '/notes'));
    // Spring asks on a page of its own first.
    await page.goto(`${app}/logout`);
    await page.click('button[type=submit]');
    await page.click('button#logout-confirm');
    await page.waitForSelector('input[name=login]');
    return [who, 'API called', 'signed out'];
  },
};
