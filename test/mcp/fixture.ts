/** What tests of MCP clients share: a provider at which they register themselves, and a person who signs in. */
import { type FixtureOptions, LOGIN, newVisitor, textOf } from '../support/provider-fixture.ts';
import { signIn } from '../support/relying-party.ts';

export const openRegistration = {
  environment: { REGISTRATION: 'open' },
} as const satisfies FixtureOptions;

/** Signs in where the client sends the browser, and allows what it asks for. */
export async function visit(url: URL): Promise<URL> {
  const stopAt = String(url.searchParams.get('redirect_uri'));
  const page = await signIn(newVisitor({ stopAt }), url.href, LOGIN);
  if (!page.url.startsWith(stopAt)) throw new Error(`the client was not reached, but ${page.url}: ${textOf(page)}`);
  return new URL(page.url);
}
