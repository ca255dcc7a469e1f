/** How the events of mailed codes, in place of passwords, come about. */
import { mailsTo } from '../support/mails.ts';
import { type Drive, newBrowser, type Watched, watchedProvider } from './fixture.ts';

async function askForCode(provider: Watched, email: string) {
  const user = newBrowser();
  const login = await user.open((await provider.newApp()).request().url);
  const page = await user.open(login.url.replace('?', '/mailed-code?'));
  return { user, page: await user.submit(page, 'mailed-code-submit', { email }) };
}

const withCodes =
  (act: (provider: Watched) => Promise<unknown>): Drive =>
  async (_shared, t) => {
    const provider = await watchedProvider(t, { environment: { SIGN_IN_BY_MAIL: 'on' } });
    await act(provider);
    return provider;
  };

async function typesCode(provider: Watched, typed?: string): Promise<void> {
  const { email } = await provider.newAccount();
  const { user, page } = await askForCode(provider, email);
  const [mail] = await mailsTo(provider.latchkey, email);
  await user.submit(page, 'code-submit', { code: typed ?? mail?.body.slice(0, 8) ?? '' });
}

export const signsInByCode = withCodes((provider) => typesCode(provider));

export const typesWrongCode = withCodes((provider) => typesCode(provider, 'wrong'));

export const codeDrives: Readonly<Record<string, Drive>> = {
  mailed: withCodes(async (provider) => askForCode(provider, (await provider.newAccount()).email)),
  unknown_account: withCodes((provider) => askForCode(provider, 'nobody@example.com')),
  not_usable: withCodes(async (provider) => {
    const { id, email } = await provider.newAccount();
    await provider.latchkey.installation.accounts.update(id, (account) => ({ ...account, isDisabled: true }));
    await askForCode(provider, email);
  }),
  too_many_mails: withCodes(async (provider) => {
    const { email } = await provider.newAccount();
    // As the outbox answers beyond its quotas; a test of its own uses them up.
    Object.assign(provider.latchkey.installation.outbox, { admit: async () => ({ isAdmitted: false }) });
    await askForCode(provider, email);
  }),
};
