/** A signed-in user, their app and its API, which repeat the usual requests. */
import type { Dispatcher } from 'undici';
import { newBrowser } from '../browser.ts';
import { authorizationRequest, codeIn, postForm, redeem, signIn, type Tokens } from '../sign-in.ts';
import { type Fixture, OPAQUE_API, resources } from '../subjects/setup.ts';

export const flows = ['/auth with a session', 'code exchange', 'refresh', 'introspection'] as const;

export type Flow = (typeof flows)[number];

/** Does what comes next, and says what it was. */
export type Visitor = () => Promise<Flow>;

export async function newVisitor(connections: Dispatcher, fixture: Fixture, login: string): Promise<Visitor> {
  const browser = newBrowser(connections);
  // Opaque tokens: each is a record, and looked up by the API that gets it.
  const wanted = { scope: `openid ${resources[OPAQUE_API].scope}`, resource: OPAQUE_API };
  const { path, verifier } = authorizationRequest(fixture, wanted);
  let code = await signIn(browser, path, login, fixture.password);
  let tokens: Tokens = await redeem(connections, fixture, { code, verifier, resource: OPAQUE_API });
  const post = <T>(to: string, client: Fixture['app'], form: Readonly<Record<string, string>>): Promise<T> =>
    postForm<T>(connections, { path: to, client, form });
  // Each needs what the one before it brought.
  const steps: Readonly<Record<Flow, () => Promise<void>>> = {
    async '/auth with a session'() {
      code = codeIn(await browser.get(path));
    },
    async 'code exchange'() {
      tokens = await redeem(connections, fixture, { code, verifier, resource: OPAQUE_API });
    },
    async refresh() {
      const proof = { refresh_token: tokens.refresh_token, resource: OPAQUE_API };
      tokens = await post<Tokens>('/token', fixture.app, { grant_type: 'refresh_token', ...proof });
    },
    async introspection() {
      const form = { token: tokens.access_token, token_type_hint: 'access_token' };
      const { active } = await post<{ active: boolean }>('/token/introspection', fixture.api, form);
      if (!active) throw new Error('the token is not active');
    },
  };
  let taken = 0;
  return async () => {
    const flow = flows[taken % flows.length] ?? flows[0];
    taken += 1;
    await steps[flow]();
    return flow;
  };
}
