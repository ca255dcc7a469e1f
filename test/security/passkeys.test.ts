/** Passkeys over HTTP: signing in alone, as a second factor, and adding one. What is forged is in test/unit/factors. */
import test from 'ava';
import { decodeJwt } from 'jose';
import { disableAccount } from '../../src/domain/accounts/change.ts';
import type { NewAccount } from '../../src/domain/accounts/create.ts';
import { notify } from '../../src/domain/notices/notices.ts';
import { atAccount, isLoginPage } from '../account/fixture.ts';
import { ManualClock } from '../support/clock.ts';
import { mailsTo } from '../support/mails.ts';
import { challengeOf, givePasskey, newAuthenticator, optionsOf } from '../support/passkeys.ts';
import { newVisitor, obtainCode, ownProvider, redeem, sharedProvider, toldApp } from '../support/provider-fixture.ts';
import { type App, PASSWORD } from '../support/relying-party.ts';
import type { Page, User } from '../support/user.ts';

const provider = await sharedProvider();
const { installation, issuer } = provider.latchkey;

/** Somebody with a passkey; without `password` they have nothing else. */
async function owner(details: Partial<NewAccount> = {}, at = provider) {
  const account = await at.newAccount(details);
  return { account, ...(await givePasskey(account.id, at.latchkey)) };
}

const problemOf = ({ body }: Page) => /data-problem="([^"]*)"/.exec(body)?.[1];
const firstPartyApp = (at = provider) => at.newApp({ first_party: true });
const sessionsOf = async (id: string, at = provider) =>
  (await at.latchkey.installation.sessions.ofAccount(id, { limit: 9 })).map(({ document }) => document.state);
const passkeysOf = async (id: string, at = provider) => (await at.latchkey.installation.factors.get(id)).passkeys;

async function atLogin(app: App, user: User = newVisitor(), parameters = {}) {
  return { user, page: await user.open(app.request(parameters).url) };
}

test('whoever has a passkey signs in without a password, at the highest level and at the time of the passkey', async (t) => {
  const { account, answerTo } = await owner({ password: undefined as never });
  const { user, page } = await atLogin(await firstPartyApp());
  t.truthy(toldApp(await user.submit(page, 'passkey', { passkey: answerTo(page), remember: 'yes' })).code);
  const [state] = await sessionsOf(account.id);
  t.like(state, { acr: 'phr', amr: ['hwk', 'user', 'mfa'], transient: undefined });
  const known = await installation.records.findBy('known_networks', 'accountId', account.id, { limit: 9 });
  t.is(known.length, 1);
});

test('the box to stay signed in counts for passkeys too', async (t) => {
  const { account, answerTo } = await owner();
  const { user, page } = await atLogin(await firstPartyApp());
  await user.submit(page, 'passkey', { passkey: answerTo(page) });
  t.like((await sessionsOf(account.id))[0], { transient: true });
  const names = (await user.jar.getCookies(issuer)).map(({ key }) => key);
  t.false(names.includes('latchkey_device'));
});

test('an account without a password has no way in but its passkey', async (t) => {
  const { account } = await owner({ password: undefined as never });
  const { user, page } = await atLogin(await firstPartyApp());
  for (const password of ['', ' ', 'undefined', 'null', PASSWORD]) {
    const again = await user.submit(page, 'login-submit', { login: account.email, password });
    t.true(isLoginPage(again));
  }
  t.deepEqual(await sessionsOf(account.id), []);
});

test('the password budget of an account keeps no passkey out', async (t) => {
  const { account, answerTo } = await owner();
  const app = await firstPartyApp();
  for (let tries = 0; tries < 30; tries += 1) {
    const { user, page } = await atLogin(app);
    await user.submit(page, 'login-submit', { login: account.email, password: 'wrong' });
  }
  const { user, page } = await atLogin(app);
  t.is(
    problemOf(await user.submit(page, 'login-submit', { login: account.email, password: PASSWORD })),
    'too_many_attempts',
  );
  t.truthy(toldApp(await user.submit(page, 'passkey', { passkey: answerTo(page) })).code);
});

test('what was signed for one sign-in is nothing in another, and in the same one only once', async (t) => {
  const { account, answerTo } = await owner();
  const app = await firstPartyApp();
  const [one, other] = [await atLogin(app), await atLogin(app)];
  const passkey = answerTo(one.page);
  t.is(problemOf(await other.user.submit(other.page, 'passkey', { passkey })), 'passkey_refused');
  t.truthy(toldApp(await one.user.submit(one.page, 'passkey', { passkey })).code);
  t.is((await one.user.submit(one.page, 'passkey', { passkey })).status, 400);
  t.is((await sessionsOf(account.id)).length, 1);
});

test('a sign-in that did not work says why, and keeps what was typed and ticked', async (t) => {
  const clock = new ManualClock();
  const own = await ownProvider(t, { clock });
  const { answerTo, account } = await owner({}, own);
  const { user, page } = await atLogin(await firstPartyApp(own));
  const stranger = newAuthenticator(own.latchkey).get({ challenge: challengeOf(page), userHandle: 'A'.repeat(43) });
  const answers = {
    passkey_refused: stranger,
    passkey_unverified: answerTo(page, { flags: 1 }),
    passkey_expired: '',
  };
  for (const [problem, passkey] of Object.entries(answers)) {
    const fields = { passkey, login: 'half <b>an</b> address', remember: '' };
    const again = await user.submit(page, 'passkey', fields);
    t.is(again.status, 400);
    t.is(problemOf(again), problem);
    t.true(again.body.includes('value="half &lt;b&gt;an&lt;/b&gt; address"'));
    t.notRegex(again.body, /name="remember"[^>]* checked/);
    t.not(challengeOf(again), challengeOf(page));
  }
  clock.advance(601);
  t.is(problemOf(await user.submit(page, 'passkey', { passkey: answerTo(page) })), 'passkey_expired');
  await disableAccount(account.id, own.latchkey.installation);
  const after = await user.submit(page, 'passkey', { passkey: answerTo(await user.open(page.url)) });
  t.is(problemOf(after), 'passkey_refused');
});

test('where the app demands another account, the passkey of this one starts no session', async (t) => {
  const { account, answerTo } = await owner();
  const app = await firstPartyApp();
  const { user: _ada, ...grant } = await obtainCode(app);
  const { id_token: hint = '' } = (await redeem(app, grant)).body;
  t.is(decodeJwt(hint).sub, provider.account.id);
  const { user, page } = await atLogin(app, newVisitor(), { id_token_hint: hint });
  t.is(problemOf(await user.submit(page, 'passkey', { passkey: answerTo(page) })), 'other_account');
  t.deepEqual(await sessionsOf(account.id), []);
});

test('only our own page of this sign-in posts a passkey', async (t) => {
  const { answerTo } = await owner();
  const { user, page } = await atLogin(await firstPartyApp());
  for (const csrf of ['', 'another']) {
    const refused = await user.submit(page, 'passkey', { passkey: answerTo(page), csrf });
    t.is(refused.status, 403);
  }
});

test('after a password the passkey is the second factor: unlocked it is the higher level, touched the lower one', async (t) => {
  const clock = new ManualClock();
  const own = await ownProvider(t, { clock });
  const app = await firstPartyApp(own);
  for (const [flags, acr] of [
    [5, 'phr'],
    [1, 'urn:latchkey:acr:mfa'],
  ] as const) {
    const { account, answerTo, authenticator } = await owner({}, own);
    const { user, page: login } = await atLogin(app);
    const page = await user.submit(login, 'login-submit', { login: account.email, password: PASSWORD });
    const { allowCredentials, userVerification } = optionsOf(page);
    t.deepEqual(allowCredentials, [{ id: authenticator.id, type: 'public-key' }]);
    t.is(userVerification, 'preferred');
    const passwordAt = Math.floor(clock.now() / 1000);
    clock.advance(60);
    const stale = await user.submit(page, 'passkey', { passkey: answerTo(login) });
    t.is(problemOf(stale), 'passkey_refused', 'what was signed to sign in alone is no second factor');
    t.truthy(toldApp(await user.submit(page, 'passkey', { passkey: answerTo(page, { flags }) })).code);
    const [state] = await sessionsOf(account.id, own);
    t.like(state, { acr, amr: ['pwd', 'hwk', 'user', 'mfa'], loginTs: acr === 'phr' ? passwordAt + 60 : passwordAt });
  }
});

test('a passkey is added after a fresh proof, once, and its name is text wherever it is shown', async (t) => {
  const { user, account } = await atAccount(provider);
  const page = await user.open(`${issuer}/account/factors/passkey`);
  const authenticator = newAuthenticator(provider.latchkey);
  const name = '"><script>alert(1)</script>';
  const wrong = await user.submit(page, 'passkey-add', { name, passkey: '{}' });
  t.is(wrong.status, 400);
  t.is(problemOf(wrong), 'passkey_invalid');
  t.false(wrong.body.includes('<script>alert'));
  t.true(wrong.body.includes('value="&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"'));

  const passkey = authenticator.create({ challenge: challengeOf(wrong) });
  t.is((await user.submit(wrong, 'passkey-add', { name, passkey })).status, 200);
  t.like(await passkeysOf(account.id), [{ id: authenticator.id, name }]);

  t.is(problemOf(await user.submit(wrong, 'passkey-add', { passkey })), 'passkey_expired');
  const again = await user.open(page.url);
  t.deepEqual(optionsOf(again).excludeCredentials, [
    { id: authenticator.id, type: 'public-key', transports: ['internal'] },
  ]);
  const twice = authenticator.create({ challenge: challengeOf(again) });
  t.is(problemOf(await user.submit(again, 'passkey-add', { passkey: twice })), 'passkey_known');
  t.is((await passkeysOf(account.id)).length, 1);
});

test('an old proof adds nothing: not on the page, and not by a page that was left open', async (t) => {
  const clock = new ManualClock();
  const own = await ownProvider(t, { clock });
  const { user, account } = await atAccount(own);
  const page = await user.open(`${own.latchkey.issuer}/account/factors/passkey`);
  const passkey = () => newAuthenticator(own.latchkey).create({ challenge: challengeOf(page) });
  clock.advance(601);
  t.true(isLoginPage(await user.open(page.url)));
  t.true(isLoginPage(await user.submit(page, 'passkey-add', { passkey: passkey() })));
  const other = await atAccount(own);
  const foreign = await other.user.submit(page, 'passkey-add', { passkey: passkey() });
  t.is(foreign.status, 403);
  t.deepEqual(await passkeysOf(account.id, own), []);
});

test('the first passkey brings ten recovery codes, which are shown once, and another is added in the same sitting', async (t) => {
  const { user, account } = await atAccount(provider);
  const add = async () => {
    const page = await user.open(`${issuer}/account/factors/passkey`);
    const passkey = newAuthenticator(provider.latchkey).create({ challenge: challengeOf(page) });
    return user.submit(page, 'passkey-add', { passkey });
  };
  const shown = await add();
  t.is(shown.body.match(/[A-Z2-9]{5}-[A-Z2-9]{5}/g)?.length, 10);
  t.notRegex((await add()).body, /[A-Z2-9]{5}-[A-Z2-9]{5}/);
  t.is((await passkeysOf(account.id)).length, 2);
});

test('a passkey that was only touched adds no other, and the page says so before one is made', async (t) => {
  const { account, answerTo } = await owner();
  const user = newVisitor();
  const login = await user.open(`${issuer}/account`);
  const asked = await user.submit(login, 'login-submit', { login: account.email, password: PASSWORD });
  await user.submit(asked, 'passkey', { passkey: answerTo(asked, { flags: 1 }) });
  const page = await user.open(`${issuer}/account/factors/passkey`);
  t.is(page.status, 403);
  t.notRegex(page.body, /data-options/);
  t.is((await passkeysOf(account.id)).length, 1);
});

test('whoever is disabled while adding a passkey has none', async (t) => {
  const { user, account } = await atAccount(provider);
  const page = await user.open(`${issuer}/account/factors/passkey`);
  await disableAccount(account.id, installation);
  const passkey = newAuthenticator(provider.latchkey).create({ challenge: challengeOf(page) });
  t.is((await user.submit(page, 'passkey-add', { passkey })).status, 403);
  t.deepEqual(await passkeysOf(account.id), []);
});

test('at an IP address nothing of passkeys is offered or served', async (t) => {
  const own = await ownProvider(t, { environment: { ISSUER: 'http://127.0.0.1:3000' } });
  const { address, routes } = own.latchkey;
  const { search } = new URL((await own.newApp()).request().url);
  const page = await newVisitor().open(`${address}/auth${search}`);
  t.true(isLoginPage(page));
  t.notRegex(page.body, /id="passkey"|webauthn/);
  t.deepEqual(
    routes.filter(({ name }) => name.includes('passkey')),
    [],
  );
});

test('after "This was not me" a passkey that was added since the mail signs nobody in alone; an older one does', async (t) => {
  const account = await provider.newAccount();
  const now = installation.clock.now();
  const { answerTo } = await givePasskey(account.id, provider.latchkey, { addedAt: now });
  const older = await givePasskey(account.id, provider.latchkey, { addedAt: now - 86_400_000 });
  await notify(account, { text: 'factor_added' }, 'en', { ...installation, issuer });
  const [mail] = (await mailsTo(provider.latchkey, account.email)).slice(-1);
  const reader = newVisitor();
  await reader.submit(await reader.open(mail?.link ?? ''), 'not-me-submit');
  const app = await firstPartyApp();
  const thief = await atLogin(app);
  t.is(problemOf(await thief.user.submit(thief.page, 'passkey', { passkey: answerTo(thief.page) })), 'passkey_refused');
  t.deepEqual(await sessionsOf(account.id), []);
  const own = await atLogin(app);
  t.truthy(toldApp(await own.user.submit(own.page, 'passkey', { passkey: older.answerTo(own.page) })).code);
});
