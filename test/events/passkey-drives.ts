/** How the events of passkeys come about. */
import { atAccount } from '../account/fixture.ts';
import { challengeOf, givePasskey, newAuthenticator, type OwnedPasskey } from '../support/passkeys.ts';
import type { Page } from '../support/user.ts';
import { type Drive, newBrowser, type Watched } from './fixture.ts';

/** Somebody with a passkey that has signed nine times, and what is sent for it. */
const atPasskey =
  (sent: (owned: OwnedPasskey, page: Page, provider: Watched) => Promise<string> | string): Drive =>
  async (provider) => {
    const { id } = await provider.newAccount();
    const owned = await givePasskey(id, provider.latchkey, { counter: 9 });
    const user = newBrowser();
    const page = await user.open((await provider.newApp()).request().url);
    await user.submit(page, 'passkey', { passkey: await sent(owned, page, provider) });
    return provider;
  };

export const signsInByPasskey = atPasskey(({ answerTo }, page) => answerTo(page, { counter: 10 }));

export const failsByPasskey: Readonly<Record<string, Drive>> = {
  passkey_cloned: atPasskey(({ answerTo }, page) => answerTo(page, { counter: 9 })),
  passkey_unknown: atPasskey(({ answerTo }, page) => answerTo(page, { userHandle: 'A'.repeat(43) })),
  passkey_unverified: atPasskey(({ answerTo }, page) => answerTo(page, { flags: 1 })),
  wrong_passkey: atPasskey(({ answerTo }, page) => answerTo(page, { origin: 'https://evil.example' })),
  async passkey_doubtful(provider, t) {
    const drive = atPasskey(async ({ answerTo, accountId }, page, { latchkey }) => {
      const doubtfulPasskeys = { since: 0, until: latchkey.installation.clock.now() };
      await latchkey.installation.accounts.update(accountId, (account) => ({ ...account, doubtfulPasskeys }));
      return answerTo(page, { counter: 10 });
    });
    return drive(provider, t);
  },
  passkey_reused: atPasskey(async ({ answerTo }, page, { latchkey }) => {
    // As if another request with it had just been answered.
    const { issued, clock } = latchkey.installation;
    await issued.firstSeen(`\0passkey challenge\0${challengeOf(page)}`, clock.now() + 60_000);
    return answerTo(page, { counter: 10 });
  }),
};

/** At /account, a moment after the sign-in. */
export const addsPasskey: Drive = async (provider) => {
  const { user } = await atAccount(provider, {}, newBrowser());
  const page = await user.open(`${provider.latchkey.issuer}/account/factors/passkey`);
  const passkey = newAuthenticator(provider.latchkey).create({ challenge: challengeOf(page) });
  await user.submit(page, 'passkey-add', { passkey });
  return provider;
};
