/** Whoever knew an old password has no budget of his own any more, neither on his devices nor in his network. */
import test from 'ava';
import { disableAccount, enableAccount, endSessions, setPassword } from '../../src/domain/accounts/change.ts';
import { budgets } from '../../src/domain/throttle/budgets.ts';
import { stopTime } from '../protocol/time.ts';
import { newVisitor, sharedProvider } from '../support/provider-fixture.ts';
import { PASSWORD } from '../support/relying-party.ts';
import type { Page, User } from '../support/user.ts';

stopTime();
const { latchkey, newApp, newAccount } = await sharedProvider();
const { installation } = latchkey;

const NETWORK = '203.0.113';
const from = (address: string): User => newVisitor({ headers: { 'x-forwarded-for': address } });

async function attempt(user: User, login: string, password: string): Promise<Page> {
  const app = await newApp();
  return user.submit(await user.open(app.request({ prompt: 'login' }).url), 'login-submit', { login, password });
}

/** Signed in with the password, and then guessing: whether the account's own ways are open after strangers' are used up. */
async function isKnownAfter(act: (accountId: string) => Promise<unknown>, visitor: number) {
  const { id, email } = await newAccount();
  const device = from(`${NETWORK}.${visitor}`);
  await attempt(device, email, PASSWORD);
  await act(id);
  for (let n = 0; n < budgets.account.limit; n += 1) await attempt(from(`198.${visitor}.${n}.7`), email, 'guess');
  return {
    device: (await attempt(device, email, 'another guess')).status !== 429,
    network: (await attempt(from(`${NETWORK}.${visitor}`), email, 'another guess')).status !== 429,
  };
}

const password = 'another good one';
const endings: Readonly<Record<string, (accountId: string) => Promise<unknown>>> = {
  'set-password': (accountId) => setPassword({ accountId, password }, installation),
  'sessions-end': (accountId) => endSessions(accountId, installation),
  'disable and enable': async (accountId) => {
    await disableAccount(accountId, installation);
    await enableAccount(accountId, installation);
  },
};

for (const [n, [name, end]] of Object.entries(endings).entries()) {
  test.serial(`after ${name} the devices and networks of before are strangers`, async (t) => {
    t.deepEqual(await isKnownAfter(end, n + 1), { device: false, network: false });
  });
}

test.serial('where sessions are kept, devices and networks stay known', async (t) => {
  const keep = (accountId: string) => setPassword({ accountId, password, keepsSessions: true }, installation);
  t.deepEqual(await isKnownAfter(keep, 9), { device: true, network: true });
});
