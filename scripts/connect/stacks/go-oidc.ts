import { readJson, signIn, signOut } from '../browser.ts';
import { expect, expectNobody, expectNotes, expectUser } from '../expect.ts';
import { goProgram } from '../programs.ts';
import type { Stack } from '../stack.ts';

export const goOidc: Stack = {
  ...goProgram,
  name: 'go-oidc',
  libraries: ['github.com/coreos/go-oidc/v3', 'golang.org/x/oauth2'],
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
