import { readJson, signIn, signOut } from '../browser.ts';
import { expect, expectNobody, expectNotes, expectUser } from '../expect.ts';
import { nodeProgram } from '../programs.ts';
import type { Stack } from '../stack.ts';

export const expressOpenidConnect: Stack = {
  ...nodeProgram,
  name: 'express-openid-connect',
  libraries: ['express-openid-connect'],
  async drive(run) {
    await signIn(run, '/login');
    const who = expectUser(await readJson(run, '/'), run.user);
    expectNotes(await readJson(run, '/notes'));
    expect('expires_in' in (await readJson(run, '/refresh')), 'it was not refreshed');
    expectNotes(await readJson(run, '/notes'));
    await signOut(run, '/logout');
    await expectNobody(run, '/');
    return [who, 'API called', 'refreshed', 'signed out'];
  },
};
