import { readJson, signIn, signOut } from '../browser.ts';
import { expect, expectUser } from '../expect.ts';
import type { Stack } from '../stack.ts';

export const passportOpenidconnect: Stack = {
  name: 'passport-openidconnect',
  title: 'passport-openidconnect (Node)',
  toolchain: 'node',
  libraries: ['passport-openidconnect', 'passport'],
  install: [['npm', 'install']],
  start: ['node', 'app.js'],
  async drive(run) {
    await signIn(run, '/login');
    const who = expectUser(await readJson(run, '/me'), run.user);
    await signOut(run, '/logout');
    expect('error' in (await readJson(run, '/me')), 'somebody is still signed in');
    return [who, 'signed out'];
  },
};
