/** What a person does with an app that calls the API and refreshes: signs in, sees who they are, signs out. */
import { readJson, signIn, signOut } from './browser.ts';
import { expect, expectNobody, expectNotes, expectUser } from './expect.ts';
import type { Stack } from './stack.ts';

/** `whoAmI` is where the app shows what it knows of its user. */
export function driveWebApp(whoAmI = '/me'): Stack['drive'] {
  return async (run) => {
    await signIn(run, '/login');
    const who = expectUser(await readJson(run, whoAmI), run.user);
    expectNotes(await readJson(run, '/notes'));
    expect('expires_in' in (await readJson(run, '/refresh')), 'it was not refreshed');
    expectNotes(await readJson(run, '/notes'));
    await signOut(run, '/logout');
    await expectNobody(run, whoAmI);
    return [who, 'API called', 'refreshed', 'signed out'];
  };
}
