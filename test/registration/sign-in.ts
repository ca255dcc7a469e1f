import { type Fixture, newVisitor } from '../support/provider-fixture.ts';
import type { Page } from '../support/user.ts';

/** In a new browser: as far as the page that follows the sign-in page. */
export async function signIn({ newApp }: Fixture, login: string, password: string): Promise<Page> {
  const user = newVisitor();
  return user.submit(await user.open((await newApp()).request().url), 'login-submit', { login, password });
}
