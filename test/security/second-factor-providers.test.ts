/** Two providers on one database: a code or a recovery code lets in once, whichever of them it comes to. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import test from 'ava';
import { giveFactors } from '../support/factors.ts';
import { startInstallation } from '../support/installation.ts';
import { appOf, CALLBACK, PASSWORD, WEB_APP } from '../support/relying-party.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { newUser, type Page } from '../support/user.ts';

const SIGN_INS = 6;

test('of those who type one code at once, at two providers, one is let in', async (t) => {
  const storageUrl = `sqlite:${join(await temporaryFolder(t), 'shared.db')}`;
  const environment = {
    TRUSTED_PROXIES: '127.0.0.0/8,::1',
    SECRET_KEYS: randomBytes(32).toString('base64url'),
  };
  const one = await startInstallation({ storageUrl, environment });
  t.teardown(one.stop);
  const other = await startInstallation({ storageUrl, environment: { ...environment, ISSUER: one.issuer } });
  t.teardown(other.stop);
  const account = await one.createAccount({ email: 'ada@example.com', password: PASSWORD });
  const app = appOf(one, await one.createClient({ ...WEB_APP, first_party: true }));
  const owned = await giveFactors(account.id, one.installation);

  const atSecondFactor = async (_: unknown, at: number) => {
    const user = newUser({ stopAt: CALLBACK, headers: { 'x-forwarded-for': `10.9.${at}.1` } });
    const login = await user.open(app.request().url);
    return { user, page: await user.submit(login, 'login-submit', { login: account.email, password: PASSWORD }) };
  };
  const isIn = ({ url }: Page): boolean => url.startsWith(CALLBACK);

  for (const typed of [{ code: owned.code() }, { recovery_code: owned.recoveryCodes[0] ?? '' }]) {
    const tabs = await Promise.all(Array.from({ length: SIGN_INS }, atSecondFactor));
    const answers = await Promise.all(
      tabs.map(({ user, page }, at) => {
        const url = at % 2 === 0 ? page.url : page.url.replace(one.address, other.address);
        return user.submit({ ...page, url }, 'mfa-submit', typed);
      }),
    );
    t.is(answers.filter(isIn).length, 1);
    t.is(answers.filter(({ status }) => status === 400).length, SIGN_INS - 1);
  }
});
