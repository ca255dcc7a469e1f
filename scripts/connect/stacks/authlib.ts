import { randomBytes } from 'node:crypto';
import { readJson, signIn, signOut } from '../browser.ts';
import { expect, expectNobody, expectNotes, expectUser } from '../expect.ts';
import { pythonProgram } from '../programs.ts';
import type { Stack } from '../stack.ts';

export const authlib: Stack = {
  ...pythonProgram,
  name: 'authlib',
  libraries: ['Authlib', 'Flask'],
  start: ['.venv/bin/python', 'app.py'],
  environment: () => ({ SESSION_KEY: randomBytes(32).toString('hex') }),
  async drive(run) {
    await signIn(run, '/login');
    const who = expectUser(await readJson(run, '/me'), run.user);
    expectNotes(await readJson(run, '/notes'));
    expect('expires_in' in (await readJson(run, '/refresh')), 'it was not refreshed');
    expectNotes(await readJson(run, '/notes'));
    await signOut(run, '/logout');
    await expectNobody(run, '/me');
    return [who, 'API called', 'refreshed', 'signed out'];
  },
};
