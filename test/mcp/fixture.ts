/** What tests of MCP clients share: a provider at which they register themselves, and a person who signs in. */
import type { TestInstallation } from '../support/installation.ts';
import { type FixtureOptions, LOGIN, newVisitor, textOf } from '../support/provider-fixture.ts';
import { newInitialAccessToken } from '../support/registrations.ts';
import { signIn } from '../support/relying-party.ts';

export const openRegistration = {
  environment: { REGISTRATION: 'open' },
  extraOptions: { features: { registration: { enabled: true, initialAccessToken: true } } },
} as const satisfies FixtureOptions;

/** Brings an initial access token along, which an MCP client has none of. */
export function withToken({ issuer, installation }: TestInstallation): typeof fetch {
  return async (input, init) => {
    if (String(input) !== `${issuer}/reg`) return fetch(input, init);
    const headers = new Headers(init?.headers);
    headers.set('authorization', `Bearer ${await newInitialAccessToken(installation)}`);
    return fetch(input, { ...init, headers });
  };
}

/** Signs in where the client sends the browser, and allows what it asks for. */
export async function visit(url: URL): Promise<URL> {
  const stopAt = String(url.searchParams.get('redirect_uri'));
  const page = await signIn(newVisitor({ stopAt }), url.href, LOGIN);
  if (!page.url.startsWith(stopAt)) throw new Error(`the client was not reached, but ${page.url}: ${textOf(page)}`);
  return new URL(page.url);
}
