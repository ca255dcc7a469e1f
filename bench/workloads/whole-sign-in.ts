/** Everything from an app's first redirect to its tokens, in a fresh browser: login, consent, code, exchange. */
import { tokenOperations } from '../../test/operations/expected-operations.ts';
import { signInOperations } from '../../test/operations/sign-in-operations.ts';
import { newBrowser } from '../browser.ts';
import { authorizationRequest, redeem, signIn } from '../sign-in.ts';
import { JWT_API } from '../subjects/setup.ts';
import type { Workload } from './workload.ts';

/** As many as there are cores to hash on. */
const AT_ONCE = 2;

const steps = [
  '/auth without a session',
  'login page',
  'login, right password',
  'resume after login',
  'consent page',
  'consent',
  'resume after consent',
] as const;

export const wholeSignIn: Workload = {
  name: 'a whole sign-in',
  operations: [...steps.map((step) => signInOperations[step]), tokenOperations['code for a JWT']].flat().length,
  async prepare(connections, fixture) {
    const parameters = { scope: 'openid notes:read', resource: JWT_API, prompt: 'consent' };
    return fixture.logins.slice(0, AT_ONCE).map((login) => async () => {
      const { path, verifier } = authorizationRequest(fixture, parameters);
      const code = await signIn(newBrowser(connections), path, login, fixture.password);
      await redeem(connections, fixture, { code, verifier, resource: JWT_API });
    });
  },
};
