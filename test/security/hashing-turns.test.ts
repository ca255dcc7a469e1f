/** Whoever sends a password to be hashed waits behind themselves: by their network and whom it is for, at every door. */
import test from 'ava';
import type { HashingCaller } from '../../src/domain/passwords/hashing-queue.ts';
import { hashPassword } from '../../src/domain/passwords/password-hash.ts';
import { atAccount } from '../account/fixture.ts';
import { inviteTo } from '../support/invitations.ts';
import { type Fixture, newVisitor, ownProvider } from '../support/provider-fixture.ts';
import { choosePassword, newLink } from '../support/recovery.ts';
import { PASSWORD } from '../support/relying-party.ts';
import type { User } from '../support/user.ts';

type Door = (provider: Fixture, user: User) => Promise<unknown>;

const doors: Readonly<Record<string, Door>> = {
  'the link of a reset': async (provider, user) =>
    choosePassword(await newLink(provider, (await provider.newAccount()).email), 'four words for a gate', user),
  'an invitation': async ({ latchkey }, user) => {
    const { link } = await inviteTo(latchkey, 'invited@example.com');
    return user.submit(await user.open(link), 'confirm-submit', { password: 'four words for a gate' });
  },
  'the account page': async (provider, user) => {
    const { page } = await atAccount(provider, {}, user);
    return user.submit(page, 'password-submit', { password: 'four words for a gate' });
  },
  registering: async ({ latchkey }, user) => {
    const page = await user.open(`${latchkey.issuer}/account/register`);
    return user.submit(page, 'register-submit', { email: 'new@example.com', password: 'four words for a gate' });
  },
  'a sign-in whose hash is renewed': async (provider, user) => {
    const account = await provider.newAccount();
    const passwordHash = await hashPassword(PASSWORD, 5);
    await provider.latchkey.installation.accounts.update(account.id, (current) => ({ ...current, passwordHash }));
    const login = await user.open(`${provider.latchkey.issuer}/account`);
    return user.submit(login, 'login-submit', { login: account.email, password: PASSWORD });
  },
};

for (const [name, pass] of Object.entries(doors)) {
  test(`whoever has a password hashed at ${name} takes turns by their network and account`, async (t) => {
    const provider = await ownProvider(t, { environment: { ACCOUNT_REGISTRATION: 'open' } });
    const { hasher } = provider.latchkey.installation;
    const { hash } = hasher;
    const callers: (HashingCaller | undefined)[] = [];
    await provider.newAccount();
    const user = newVisitor({ headers: { 'x-forwarded-for': '198.51.100.7' } });
    Object.assign(hasher, {
      hash(password: string, caller?: HashingCaller) {
        callers.push(caller);
        return hash(password, caller);
      },
    });
    await pass(provider, user);
    const [last] = callers.slice(-1);
    t.is(last?.address, '198.51.100.7');
    t.truthy(last?.network);
    t.false(['', 'ourselves'].includes(last?.account ?? ''));
  });
}
