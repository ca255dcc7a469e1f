/** Apps renew their tokens: a new refresh token each time, a JWT and an ID token. */
import { tokenOperations } from '../../test/operations/expected-operations.ts';
import { newBrowser } from '../browser.ts';
import { authorizationRequest, postForm, redeem, signIn, type Tokens } from '../sign-in.ts';
import { JWT_API } from '../subjects/setup.ts';
import { CALLERS, type Workload } from './workload.ts';

export const refresh: Workload = {
  name: 'refresh with rotation',
  budget: 'refresh',
  operations: tokenOperations['refresh for a JWT']?.length ?? Number.NaN,
  async prepare(connections, fixture) {
    const people = fixture.logins.slice(0, CALLERS).map(async (login) => {
      const { path, verifier } = authorizationRequest(fixture, { scope: 'openid notes:read', resource: JWT_API });
      const code = await signIn(newBrowser(connections), path, login, fixture.password);
      let { refresh_token: token } = await redeem(connections, fixture, { code, verifier, resource: JWT_API });
      return async () => {
        const form = { grant_type: 'refresh_token', refresh_token: token, resource: JWT_API };
        const answer = await postForm<Tokens>(connections, { path: '/token', client: fixture.app, form });
        token = answer.refresh_token;
      };
    });
    return Promise.all(people);
  },
};
