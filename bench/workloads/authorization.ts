/** A user who is signed in comes from an app that they have allowed: a code at once. */
import { signInOperations } from '../../test/operations/sign-in-operations.ts';
import { newBrowser } from '../browser.ts';
import { authorizationRequest, codeIn, signIn } from '../sign-in.ts';
import { CALLERS, type Workload } from './workload.ts';

export const authorization: Workload = {
  name: '/auth with a live session',
  budget: 'authorization',
  operations: signInOperations['/auth with session and grant']?.length ?? Number.NaN,
  async prepare(connections, fixture) {
    const { path } = authorizationRequest(fixture, { scope: 'openid' });
    // A session of its own for each caller: browsers are not shared.
    const people = fixture.logins.slice(0, CALLERS).map(async (login) => {
      const browser = newBrowser(connections);
      await signIn(browser, path, login, fixture.password);
      return async () => codeIn(await browser.get(path));
    });
    return Promise.all(people);
  },
};
