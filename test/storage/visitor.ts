/** Somebody who is signed in, with an app that holds a refresh token: does again and again what must go on working. */
import type { ExecutionContext } from 'ava';
import got from 'got';
import { appOf, CALLBACK, codeOf, obtainTokens, signIn } from '../support/relying-party.ts';
import { newUser, type Page, type User } from '../support/user.ts';
import { API, LOGIN, SCOPE, type Seeded } from './installation-on.ts';

export interface Visitor {
  readonly user: User;
  /** Uses session, refresh token, client, account and keys, by the process at this port. */
  goesOn(t: ExecutionContext, port: number): Promise<void>;
  /** Asks for a code with the session's cookie alone; the page is the app's when that works. */
  opensSilently(port: number): Promise<Page>;
}

async function keyIds(base: string): Promise<readonly string[]> {
  const { keys } = await got(`${base}/jwks`).json<{ keys: { kid: string }[] }>();
  return keys.map(({ kid }) => kid);
}

export async function newVisitor(seeded: Seeded): Promise<Visitor> {
  const { user, tokens } = await obtainTokens(appOf(seeded, seeded.client), LOGIN);
  return visitorOf(seeded, { user, refreshToken: tokens.refresh_token });
}

/** Who signed in at another time. */
export async function visitorOf(
  { issuer, client, service }: Pick<Seeded, 'issuer' | 'client' | 'service'>,
  { user, refreshToken: first }: { readonly user: User; readonly refreshToken: string | undefined },
): Promise<Visitor> {
  const at = (port: number): string => `http://localhost:${port}`;
  const kids = await keyIds(issuer);
  let refreshToken = first;

  const opensSilently = (port: number): Promise<Page> =>
    user.open(appOf({ issuer: at(port) }, client).request({ prompt: 'none' }).url);

  return {
    user,
    opensSilently,
    async goesOn(t, port) {
      t.truthy(codeOf(await opensSilently(port)), 'the session');
      const app = appOf({ issuer: at(port) }, client);
      const refreshed = await app.token({ grant_type: 'refresh_token', refresh_token: refreshToken ?? '' });
      t.is(refreshed.statusCode, 200, `the refresh token: ${JSON.stringify(refreshed.body)}`);
      refreshToken = refreshed.body.refresh_token;
      const job = appOf({ issuer: at(port) }, service);
      const issued = await job.token({ grant_type: 'client_credentials', resource: API, scope: SCOPE });
      t.is(issued.statusCode, 200, `the client: ${JSON.stringify(issued.body)}`);
      const other = newUser({ stopAt: CALLBACK });
      t.truthy(codeOf(await signIn(other, app.request().url, LOGIN)), 'the account');
      t.deepEqual(await keyIds(at(port)), kids);
    },
  };
}
