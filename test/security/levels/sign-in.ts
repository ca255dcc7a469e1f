/** Signs somebody in at any level, without the pages of its factor: what those do is tested with them. */
import type { Account } from '../../../src/storage/records/accounts.ts';
import type { TestInstallation } from '../../support/installation.ts';
import { CALLBACK } from '../../support/relying-party.ts';
import type { Page, User } from '../../support/user.ts';
import type { Method } from './rows.ts';

/** As the sign-in page ends its step; the browser goes on from there. */
async function prove({ installation, issuer }: TestInstallation, user: User, page: Page, login: object): Promise<Page> {
  const uid = new URL(page.url).pathname.split('/')[2] ?? '';
  const isThere = await installation.issued.change('Interaction', uid, (payload) => ({
    payload: { ...payload, result: { login } },
    expiresAt: Date.now() + 60_000,
  }));
  return isThere ? user.open(`${issuer}/auth/${uid}`) : page;
}

/** To where the request ends: at the app, or at a page that asks for more. */
export async function signInBy(
  latchkey: TestInstallation,
  { user, account, url }: { readonly user: User; readonly account: Pick<Account, 'id'>; readonly url: string },
  { acr, amr }: Pick<Method, 'acr' | 'amr'>,
): Promise<Page> {
  const page = await user.open(url);
  if (page.url.startsWith(CALLBACK)) return page;
  const ts = Math.floor(Date.now() / 1000);
  return prove(latchkey, user, page, { accountId: account.id, acr, amr, ts, remember: true });
}
