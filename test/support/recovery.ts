/** Getting back in without the password, as far as the mail or as far as the new password. */
import { mailsTo } from './mails.ts';
import { type Fixture, newVisitor } from './provider-fixture.ts';
import type { Page, User } from './user.ts';

type Provider = Pick<Fixture, 'latchkey'>;

/** Fills in the page, and returns what is shown after it. `query`: from where the user came. */
export async function askForLink(
  { latchkey }: Provider,
  login: string,
  { user = newVisitor(), query = '' }: { readonly user?: User; readonly query?: string } = {},
): Promise<Page> {
  return user.submit(await user.open(`${latchkey.issuer}/recover${query}`), 'recover-submit', { email: login });
}

/** The newest link in a mail to the address. */
export async function newestLink({ latchkey }: Provider, email: string): Promise<string> {
  const link = (await mailsTo(latchkey, email)).findLast(({ text }) => text === 'reset_password')?.link;
  if (link === undefined) throw new Error(`no link was mailed to ${email}`);
  return link;
}

export async function newLink(
  provider: Provider,
  email: string,
  from: Parameters<typeof askForLink>[2] = {},
): Promise<string> {
  await askForLink(provider, email, from);
  return newestLink(provider, email);
}

export async function choosePassword(link: string, password: string, user: User = newVisitor()): Promise<Page> {
  return user.submit(await user.open(link), 'reset-submit', { password });
}
