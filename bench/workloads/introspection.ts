/** An API asks about a person's opaque access token. */
import { tokenUseOperations } from '../../test/operations/expected-operations.ts';
import { newBrowser } from '../browser.ts';
import { authorizationRequest, postForm, redeem, signIn } from '../sign-in.ts';
import { OPAQUE_API } from '../subjects/world.ts';
import { callers, type Workload } from './workload.ts';

export const introspection: Workload = {
  name: 'introspection of an opaque token',
  budget: 'introspection',
  operations: tokenUseOperations['introspection of an opaque token']?.length ?? Number.NaN,
  async prepare(connections, world) {
    const { path, verifier } = authorizationRequest(world, { scope: 'openid photos:read', resource: OPAQUE_API });
    const code = await signIn(newBrowser(connections), path, world.logins[0] ?? '', world.password);
    const { access_token: token } = await redeem(connections, world, { code, verifier, resource: OPAQUE_API });
    return callers(() => async () => {
      const request = { path: '/token/introspection', client: world.api, form: { token } };
      const { active } = await postForm<{ active: boolean }>(connections, request);
      if (!active) throw new Error('the token is not active');
    });
  },
};
