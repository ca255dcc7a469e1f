/** An API asks about a user's opaque access token. */
import { tokenUseOperations } from '../../test/operations/token-use-operations.ts';
import { newBrowser } from '../browser.ts';
import { authorizationRequest, postForm, redeem, signIn } from '../sign-in.ts';
import { OPAQUE_API } from '../subjects/setup.ts';
import { callers, type Workload } from './workload.ts';

export const introspection: Workload = {
  name: 'introspection of an opaque token',
  budget: 'introspection',
  operations: tokenUseOperations['introspection of an opaque token']?.length ?? Number.NaN,
  async prepare(connections, fixture) {
    const { path, verifier } = authorizationRequest(fixture, { scope: 'openid photos:read', resource: OPAQUE_API });
    const code = await signIn(newBrowser(connections), path, fixture.logins[0] ?? '', fixture.password);
    const { access_token: token } = await redeem(connections, fixture, { code, verifier, resource: OPAQUE_API });
    return callers(() => async () => {
      const request = { path: '/token/introspection', client: fixture.api, form: { token } };
      const { active } = await postForm<{ active: boolean }>(connections, request);
      if (!active) throw new Error('the token is not active');
    });
  },
};
