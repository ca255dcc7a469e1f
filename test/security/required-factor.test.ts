/** Accounts that must have a second factor and have none: they add one inside of the sign-in, or take a code that is sent. */
import test, { type ExecutionContext } from 'ava';
import { decodeJwt } from 'jose';
import { Secret, TOTP } from 'otpauth';
import { disableAccount } from '../../src/domain/accounts/change.ts';
import { ManualClock } from '../support/clock.ts';
import { giveFactors } from '../support/factors.ts';
import { mailsTo } from '../support/mails.ts';
import {
  type Fixture,
  newVisitor,
  ownProvider,
  redeem,
  sharedProvider,
  textOf,
  toldApp,
} from '../support/provider-fixture.ts';
import { type App, PASSWORD } from '../support/relying-party.ts';
import type { Page, User } from '../support/user.ts';

const clock = new ManualClock();
const provider = await sharedProvider({ clock, environment: { REQUIRE_SECOND_FACTOR: 'everybody' } });
const { installation } = provider.latchkey;

interface Visit {
  readonly user: User;
  readonly app: App;
  readonly verifier: string;
  readonly page: Page;
  readonly accountId: string;
  readonly email: string;
}

async function afterPassword(
  parameters: Readonly<Record<string, string>> = {},
  { newAccount, newApp }: Pick<Fixture, 'newAccount' | 'newApp'> = provider,
): Promise<Visit> {
  const { id: accountId, email } = await newAccount();
  const [user, app] = [newVisitor(), await newApp({ first_party: true })];
  const { url, verifier } = app.request(parameters);
  const login = await user.open(url);
  const page = await user.submit(login, 'login-submit', { login: email, password: PASSWORD });
  return { user, app, verifier, page, accountId, email };
}

function codeFor({ body }: Page, at = clock): string {
  const [, secret = ''] = /id="totp-secret"[^>]*>([^<]+)</.exec(body) ?? [];
  return new TOTP({ secret: Secret.fromBase32(secret.replaceAll(' ', '')) }).generate({ timestamp: at.now() });
}

const codesOn = ({ body }: Page): readonly string[] =>
  [...body.matchAll(/<li><code>([^<]+)</g)].map(([, code = '']) => code);
const sessionsOf = (accountId: string) => installation.sessions.ofAccount(accountId, { limit: 9 });

async function idTokenOf({ app, verifier }: Visit, page: Page) {
  const { code = '' } = toldApp(page);
  return decodeJwt((await redeem(app, { code, verifier })).body.id_token ?? '');
}

test('an app is added inside of the sign-in, recovery codes are shown once, and the sign-in goes on at level mfa', async (t) => {
  const visit = await afterPassword();
  const { user, page, accountId } = visit;
  t.true(page.body.includes('id="totp-confirm"'));
  const added = await user.submit(page, 'totp-confirm', { code: codeFor(page) });
  t.is(codesOn(added).length, 10);
  t.deepEqual(await sessionsOf(accountId), []);
  // Opened again it shows no codes, and goes on all the same.
  const again = await user.open(added.url);
  t.deepEqual(codesOn(again), []);
  const { acr, amr } = await idTokenOf(visit, await user.submit(again, 'mfa-submit'));
  t.is(acr, 'urn:latchkey:acr:mfa');
  t.deepEqual(amr, ['pwd', 'otp', 'mfa']);
  const { apps, recoveryCodes } = await installation.factors.get(accountId);
  t.is(apps.length, 1);
  t.is(recoveryCodes.length, 10);
});

test('nothing counts before a code of the app was typed: an empty and a wrong one leave the account as it was', async (t) => {
  const { user, page, accountId } = await afterPassword();
  const secret = /id="totp-secret"[^>]*>([^<]+)</.exec(page.body)?.[1];
  for (const code of ['', '000000', 'abcdef']) {
    const again = await user.submit(page, 'totp-confirm', { code });
    t.is(again.status, 400);
    t.is(/id="totp-secret"[^>]*>([^<]+)</.exec(again.body)?.[1], secret);
  }
  t.deepEqual((await installation.factors.get(accountId)).apps, []);
  t.deepEqual(await sessionsOf(accountId), []);
});

test('the step is passed neither by its second page nor by a key that was proposed to somebody else', async (t) => {
  const [ada, grace] = [await afterPassword(), await afterPassword()];
  const skipped = await ada.user.open(ada.page.url.replace('/enrol', '/second-factor'));
  t.true(skipped.body.includes('id="totp-confirm"'));
  const proposal = /name="proposal" value="([^"]+)"/.exec(grace.page.body)?.[1] ?? '';
  const other = await ada.user.submit(ada.page, 'totp-confirm', { proposal, code: codeFor(grace.page) });
  t.true(other.body.includes('id="totp-confirm"'));
  for (const forged of ['', 'x', 'A'.repeat(200)])
    await ada.user.submit(ada.page, 'totp-confirm', { proposal: forged, code: '000000' });
  t.deepEqual((await installation.factors.get(ada.accountId)).apps, []);
});

test('whoever got a factor in another tab meanwhile has to prove it, and adds none by the password alone', async (t) => {
  const { user, page, accountId } = await afterPassword();
  await giveFactors(accountId, installation);
  const after = await user.submit(page, 'totp-confirm', { code: codeFor(page) });
  t.true(after.body.includes('name="code"'));
  t.true(after.body.includes('id="mfa-submit"'));
  t.is((await installation.factors.get(accountId)).apps.length, 1);
});

test('an account that is disabled while its app is added gets in nowhere, and has none', async (t) => {
  const { user, page, accountId } = await afterPassword();
  await disableAccount(accountId, installation);
  const after = await user.submit(page, 'totp-confirm', { code: codeFor(page) });
  t.true(after.body.includes('id="login-submit"'));
  t.deepEqual((await installation.factors.get(accountId)).apps, []);
});

test('before the factor was added no app gets a code, silently neither', async (t) => {
  const { user, page } = await afterPassword();
  t.true(page.body.includes('id="totp-confirm"'));
  t.regex((await user.open((await provider.newApp()).request({ prompt: 'none' }).url)).url, /login_required/);
});

async function mailedCode(t: ExecutionContext, email: string): Promise<string> {
  const [mail] = (await mailsTo(provider.latchkey, email)).slice(-1);
  const [code = ''] = /\b\d{6}\b/.exec(mail?.body ?? '') ?? [];
  t.not(code, '');
  return code;
}

test('a mailed code meets the setting of an account without a factor of its own, and raises no level', async (t) => {
  const visit = await afterPassword();
  const { user, page, email } = visit;
  const asked = await user.submit(page, 'send-code-mail');
  t.regex(asked.url, /\/code\?/);
  t.false(asked.body.includes(email.split('@')[0] ?? ''), 'the address is masked');
  const code = await mailedCode(t, email);
  t.is((await user.submit(asked, 'mfa-submit', { code: '' })).status, 400);
  t.is((await user.submit(asked, 'mfa-submit', { code: code === '111111' ? '222222' : '111111' })).status, 400);
  const { acr, amr } = await idTokenOf(visit, await user.submit(asked, 'mfa-submit', { code }));
  t.is(acr, 'urn:latchkey:acr:password');
  t.deepEqual(amr, ['pwd', 'mca']);
});

test('a mailed code is offered neither where a level is demanded nor to whoever has a factor, and one sent before is no way around it', async (t) => {
  const demanded = await afterPassword({ acr_values: 'urn:latchkey:acr:mfa' });
  t.false(demanded.page.body.includes('send-code-mail'));

  const { user, page, accountId, email } = await afterPassword();
  const asked = await user.submit(page, 'send-code-mail');
  const code = await mailedCode(t, email);
  await giveFactors(accountId, installation);
  const after = await user.submit(asked, 'mfa-submit', { code });
  t.false(after.body.includes('send-code-mail'));
  t.true(after.body.includes('id="mfa-submit"'));
  t.deepEqual(await sessionsOf(accountId), []);
});

test('a session with a mailed code that an app asks for more adds no app before the password was typed again', async (t) => {
  const visit = await afterPassword();
  const { user, page, email, accountId } = visit;
  const asked = await user.submit(page, 'send-code-mail');
  await idTokenOf(visit, await user.submit(asked, 'mfa-submit', { code: await mailedCode(t, email) }));
  const stronger = await user.open(visit.app.request({ acr_values: 'urn:latchkey:acr:mfa' }).url);
  t.true(stronger.body.includes('id="login-submit"'));
  const address = stronger.url.replace('/login?', '/enrol?');
  t.true((await user.open(address)).body.includes('id="login-submit"'));
  t.deepEqual((await installation.factors.get(accountId)).apps, []);
  const enrols = await user.submit(stronger, 'login-submit', { login: email, password: PASSWORD });
  const added = await user.submit(enrols, 'totp-confirm', { code: codeFor(enrols) });
  t.truthy(toldApp(await user.submit(added, 'mfa-submit')).code);
});

test('an app is added within ten minutes of the password, and not from a page that was left open', async (t) => {
  const own = new ManualClock();
  const other = await ownProvider(t, { clock: own, environment: { REQUIRE_SECOND_FACTOR: 'everybody' } });
  const { user, page, accountId } = await afterPassword({}, other);
  own.advance(10 * 60 + 1);
  const after = await user.submit(page, 'totp-confirm', { code: codeFor(page, own) });
  t.true(after.body.includes('id="login-submit"'));
  t.deepEqual((await other.latchkey.installation.factors.get(accountId)).apps, []);
});

test('a page that goes on after an app was added is worth nothing once the factors are others', async (t) => {
  const { user, page, accountId } = await afterPassword();
  const added = await user.submit(page, 'totp-confirm', { code: codeFor(page) });
  await installation.factors.change(accountId, (has) => ({ ...has, changedAt: has.changedAt + 1 }));
  const after = await user.submit(added, 'mfa-submit', { remember_device: 'yes' });
  t.true(after.body.includes('id="login-submit"'));
  t.deepEqual(await sessionsOf(accountId), []);
});

test('where only a passkey is strong enough, the page says so to whoever has none', async (t) => {
  const { page } = await afterPassword({ acr_values: 'phr' });
  t.regex(textOf(page), /needs a passkey/);
  t.false(page.body.includes('id="mfa-submit"'));
});
