import { isDeepStrictEqual } from 'node:util';
import { readJson, signIn, signOut } from '../browser.ts';
import { expect, expectUser } from '../expect.ts';
import type { Stack } from '../stack.ts';

export const expressOpenidConnect: Stack = {
  name: 'express-openid-connect',
  title: 'express-openid-connect (Node)',
  toolchain: 'node',
  libraries: ['express-openid-connect'],
  install: [['npm', 'install']],
  start: ['node', 'app.js'],
  async drive(run) {
    await signIn(run, '/login');
    const who = expectUser(await readJson(run, '/'), run.user);
    const isServed = async () => isDeepStrictEqual(await readJson(run, '/notes'), { notes: [] });
    expect(await isServed(), 'the API did not serve its notes');
    await readJson(run, '/refresh');
    expect(await isServed(), 'the API did not serve its notes after a refresh');
    await signOut(run, '/logout');
    expect('error' in (await readJson(run, '/')), 'somebody is still signed in');
    return [who, 'API called', 'refreshed', 'signed out'];
  },
};
