/** The second factor inside of a sign-in: no session before it, and no way around it. */
import test from 'ava';
import { disableAccount, setPassword } from '../../src/domain/accounts/change.ts';
import { ManualClock } from '../support/clock.ts';
import { giveFactors } from '../support/factors.ts';
import { newVisitor, ownProvider, sharedProvider, textOf, toldApp } from '../support/provider-fixture.ts';
import { type App, PASSWORD } from '../support/relying-party.ts';
import type { Page, User } from '../support/user.ts';

const clock = new ManualClock();
const provider = await sharedProvider({ clock });
const { installation } = provider.latchkey;

async function owner() {
  const account = await provider.newAccount();
  return { account, owned: await giveFactors(account.id, installation) };
}

const firstPartyApp = () => provider.newApp({ first_party: true });

async function afterPassword(user: User, app: App, login: string, parameters = {}): Promise<Page> {
  const page = await user.open(app.request(parameters).url);
  return user.submit(page, 'login-submit', { login, password: PASSWORD });
}

const isSecondStep = (page: Page): boolean => page.body.includes('id="mfa-submit"');
const sessionsOf = (accountId: string) => installation.sessions.ofAccount(accountId, { limit: 9 });

test('the right password alone leads to the second factor, and no session knows the account', async (t) => {
  const { account, owned } = await owner();
  const [user, app] = [newVisitor(), await firstPartyApp()];
  const page = await afterPassword(user, app, account.email);
  t.true(isSecondStep(page));
  t.deepEqual(await sessionsOf(account.id), []);
  t.regex((await user.open(app.request({ prompt: 'none' }).url)).url, /login_required/);
  t.is(toldApp(await user.submit(page, 'mfa-submit', { code: owned.code() })).error, undefined);
  t.is((await sessionsOf(account.id)).length, 1);
});

test('a device and a network that know the password alone stay strangers', async (t) => {
  const { account } = await owner();
  const user = newVisitor();
  await afterPassword(user, await firstPartyApp(), account.email, {});
  const cookies = await user.jar.getCookies(provider.latchkey.issuer);
  t.false(cookies.some(({ key }) => key === 'latchkey_device'));
  t.deepEqual(await installation.records.findBy('known_networks', 'accountId', account.id, { limit: 9 }), []);
});

test('neither an empty code, nor the password again, nor another field passes the step', async (t) => {
  const { account, owned } = await owner();
  const [user, app] = [newVisitor(), await firstPartyApp()];
  const page = await afterPassword(user, app, account.email);
  for (const fields of [
    {},
    { code: '' },
    { code: PASSWORD },
    { recovery_code: '' },
    { recovery_code: owned.code() },
    { code: owned.recoveryCodes[0] ?? '' },
    { login: account.email, password: PASSWORD },
  ]) {
    const again = await user.submit(page, 'mfa-submit', fields);
    t.is(again.status, 400);
    t.true(isSecondStep(again));
  }
  t.deepEqual(await sessionsOf(account.id), []);
});

test('the step of one sign-in is not passed by what another one has proven', async (t) => {
  const [ada, grace] = [await owner(), await owner()];
  const app = await firstPartyApp();
  const [one, other] = [newVisitor(), newVisitor()];
  const pageOfAda = await afterPassword(one, app, ada.account.email);
  const pageOfGrace = await afterPassword(other, app, grace.account.email);
  // Grace's cookies, and the address and token of Ada's sign-in.
  t.is((await other.submit(pageOfAda, 'mfa-submit', { code: ada.owned.code() })).status, 400);
  // A sign-in that has proven nothing.
  const third = newVisitor();
  const begun = await third.open(app.request().url);
  const address = begun.url.replace('?', '/second-factor?');
  t.true((await third.open(address)).body.includes('id="login-submit"'));
  t.true(isSecondStep(await other.submit(pageOfGrace, 'mfa-submit', { code: ada.owned.code() })));
});

test('a code lets in once: the same in a second sign-in is wrong, and a recovery code is gone', async (t) => {
  const { account, owned } = await owner();
  const app = await firstPartyApp();
  const code = owned.code();
  const tries = { code, recovery_code: owned.recoveryCodes[0] ?? '' };
  for (const [field, typed] of Object.entries(tries)) {
    const open = async () => {
      const user = newVisitor();
      return { user, page: await afterPassword(user, app, account.email) };
    };
    const [first, second] = [await open(), await open()];
    t.truthy(toldApp(await first.user.submit(first.page, 'mfa-submit', { [field]: typed })).code);
    const again = await second.user.submit(second.page, 'mfa-submit', { [field]: typed });
    t.is(again.status, 400);
    t.regex(textOf(again), /used already/);
  }
});

test('a step that was passed is over: its page leads nowhere a second time', async (t) => {
  const { account, owned } = await owner();
  const [user, app] = [newVisitor(), await firstPartyApp()];
  const page = await afterPassword(user, app, account.email);
  await user.submit(page, 'mfa-submit', { code: owned.code() });
  const again = await user.submit(page, 'mfa-submit', { code: owned.code(1) });
  t.is(again.status, 400);
});

for (const [what, end] of Object.entries({
  disabled: (id: string) => disableAccount(id, installation),
  'given another password': (id: string) =>
    setPassword({ accountId: id, password: 'another horse in the stable' }, installation),
  'ended by its expiry': (id: string) =>
    installation.accounts.update(id, (account) => ({ ...account, expiresAt: clock.now() })),
}))
  test(`an account that is ${what} between the two steps does not get in`, async (t) => {
    const { account, owned } = await owner();
    const [user, app] = [newVisitor(), await firstPartyApp()];
    const page = await afterPassword(user, app, account.email);
    await end(account.id);
    const after = await user.submit(page, 'mfa-submit', { code: owned.code() });
    t.true(after.body.includes('id="login-submit"'));
    t.deepEqual(await sessionsOf(account.id), []);
  });

test('a remembered browser is not asked again for 30 days, and its sign-in is no stronger than the password', async (t) => {
  const { account, owned } = await owner();
  const [user, app] = [newVisitor(), await firstPartyApp()];
  const page = await afterPassword(user, app, account.email);
  await user.submit(page, 'mfa-submit', { code: owned.code(), remember_device: 'yes' });
  const again = await afterPassword(user, app, account.email, { prompt: 'login' });
  t.truthy(toldApp(again).code);
  const [session] = await sessionsOf(account.id);
  t.is(session?.document.state.acr, 'urn:latchkey:acr:password');
  // Another account in that browser is asked.
  t.true(isSecondStep(await afterPassword(user, app, (await owner()).account.email, { prompt: 'login' })));
});

for (const [what, end] of Object.entries({
  'a new password': (id: string) => setPassword({ accountId: id, password: PASSWORD }, installation),
  'a change of factors': (id: string) =>
    installation.factors.change(id, (factors) => ({ ...factors, changedAt: factors.changedAt + 1 })),
  'ending it': (id: string) => installation.rememberedDevices.endAllOf(id),
}))
  test(`a remembered browser is asked again after ${what}`, async (t) => {
    const { account, owned } = await owner();
    const [user, app] = [newVisitor(), await firstPartyApp()];
    const page = await afterPassword(user, app, account.email);
    await user.submit(page, 'mfa-submit', { code: owned.code(), remember_device: 'yes' });
    await end(account.id);
    t.true(isSecondStep(await afterPassword(user, app, account.email, { prompt: 'login' })));
  });

test('what a browser keeps of being remembered is of no use for another account, nor when it is made up', async (t) => {
  const { account, owned } = await owner();
  const [user, app] = [newVisitor(), await firstPartyApp()];
  await user.submit(await afterPassword(user, app, account.email), 'mfa-submit', {
    code: owned.code(),
    remember_device: 'yes',
  });
  for (const value of ['', 'x', 'A'.repeat(43), 'A'.repeat(5000)]) {
    const stranger = newVisitor();
    await stranger.jar.setCookie(`latchkey_second_factor=${value}; Path=/`, provider.latchkey.issuer);
    t.true(isSecondStep(await afterPassword(stranger, app, account.email)));
  }
});

test("what somebody else has kept of a shared browser skips nobody else's second factor", async (t) => {
  const [mallory, ada] = [await owner(), await owner()];
  const app = await firstPartyApp();
  const shared = newVisitor();
  const remember = async ({ account, owned }: Awaited<ReturnType<typeof owner>>) =>
    shared.submit(await afterPassword(shared, app, account.email, { prompt: 'login' }), 'mfa-submit', {
      code: owned.code(),
      remember_device: 'yes',
    });
  await remember(mallory);
  const kept = (await shared.jar.getCookies(provider.latchkey.issuer)).find(({ key }) => key.includes('second_factor'));
  await remember(ada);
  const elsewhere = newVisitor();
  await elsewhere.jar.setCookie(`latchkey_second_factor=${kept?.value}; Path=/`, provider.latchkey.issuer);
  t.true(isSecondStep(await afterPassword(elsewhere, app, ada.account.email)));
  t.false(isSecondStep(await afterPassword(elsewhere, app, mallory.account.email, { prompt: 'login' })));
  t.false(isSecondStep(await afterPassword(shared, app, mallory.account.email, { prompt: 'login' })));
});

test('a session that is raised by a factor alone is no fresh proof, and its page is no way around max_age', async (t) => {
  const own = new ManualClock();
  const { latchkey, newAccount, newApp } = await ownProvider(t, { clock: own });
  const account = await newAccount();
  const owned = await giveFactors(account.id, latchkey.installation);
  const [user, app] = [newVisitor(), await newApp({ first_party: true })];
  const passed = await afterPassword(user, app, account.email);
  await user.submit(passed, 'mfa-submit', { code: owned.code(), remember_device: 'yes' });
  await afterPassword(user, app, account.email, { prompt: 'login' });
  const raised = await user.open(app.request({ acr_values: 'urn:latchkey:acr:mfa', max_age: '60' }).url);
  t.true(isSecondStep(raised));
  own.advance(61);
  const late = await user.submit(raised, 'mfa-submit', { code: owned.code() });
  t.true(late.body.includes('id="login-submit"'));
  const proof = await user.open(`${latchkey.issuer}/account/proof?section=factors&level=urn:latchkey:acr:mfa`);
  t.true(isSecondStep(proof));
  const shown = await user.submit(proof, 'mfa-submit', { code: owned.code() });
  t.true(shown.body.includes('id="proof"'));
  t.false(shown.body.includes('data-proof="fresh"'));
});
