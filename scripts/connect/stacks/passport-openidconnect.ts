import { readJson, signIn, signOut } from '../browser.ts';
import { expectNobody, expectUser } from '../expect.ts';
import { nodeProgram } from '../programs.ts';
import type { Stack } from '../stack.ts';

export const passportOpenidconnect: Stack = {
  ...nodeProgram,
  name: 'passport-openidconnect',
  libraries: ['passport-openidconnect', 'passport'],
  environment: () => ({ SCOPE: 'openid profile email groups' }),
  async drive(run) {
    await signIn(run, '/login');
    const who = expectUser(await readJson(run, '/me'), run.user);
    await signOut(run, '/logout');
    await expectNobody(run, '/me');
    return [who, 'signed out'];
  },
};
