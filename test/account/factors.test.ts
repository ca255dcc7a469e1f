/** Second factors at /account: setting them up, removing them, and the ways that are none. */
import test from 'ava';
import { advance, stopTime } from '../protocol/time.ts';
import { codeOfSecret } from '../support/factors.ts';
import { newVisitor, sharedProvider } from '../support/provider-fixture.ts';
import { PASSWORD } from '../support/relying-party.ts';
import type { Page, User } from '../support/user.ts';
import {
  addApp,
  atFactors,
  atWeakProof,
  codesOn,
  factorsSection,
  isStrongerProofPage,
  rememberDevice,
  secretOn,
} from './factors.ts';
import { atAccount, fieldValue, hasMessage, isAccountPage, isLoginPage, signInAt } from './fixture.ts';

stopTime();
const fixture = await sharedProvider();
const { issuer, installation } = fixture.latchkey;
const TEN_MINUTES = 600;

const factorsOf = (accountId: string) => installation.factors.get(accountId);
const open = (user: User) => user.open(`${issuer}/account`);
const nextCode = (secret: string): string => codeOfSecret(secret, installation.clock.now());
const references = (page: Page): readonly string[] =>
  [...page.body.matchAll(/name="factor" value="([^"]+)"/g)].map(([, value = '']) => value);

test.serial(
  'an app is set up in one sitting: key, code, recovery codes that are shown once, and the list',
  async (t) => {
    const { user, account, page } = await atAccount(fixture);
    t.regex(factorsSection(page), /<a id="totp-start" class="button" href="\/account\/factors\/app">/);
    const { secret, page: key, added } = await addApp(fixture, user, { name: 'Work phone' });
    t.regex(secret, /^[A-Z2-7]{32}$/);
    t.regex(key.body, /<svg class="qr" role="img" aria-label="[^"]+" viewBox="0 0 \d+ \d+"/);
    t.regex(key.body, /href="otpauth:\/\/totp\/[^"]*secret=[A-Z2-7]{32}/);
    t.is(added.status, 200);
    t.is(added.headers['cache-control'], 'no-store');
    t.is(codesOn(added).length, 10);
    const after = await open(user);
    t.regex(factorsSection(after), /<h3>Work phone<\/h3>\s*<p>Authenticator app<\/p>/);
    t.regex(factorsSection(after), /You have 10 recovery codes left/);
    for (const code of codesOn(added)) t.false(after.body.includes(code));
    t.false(after.body.includes(secret));
    t.is((await factorsOf(account.id)).apps.length, 1);
  },
);

test.serial('the next sign-in asks for the app, and takes its next code', async (t) => {
  const { account, secret } = await atFactors(fixture);
  const user = newVisitor();
  const asked = await signInAt(fixture, account, user);
  t.true(asked.body.includes('id="mfa-submit"'));
  t.is((await user.submit(asked, 'mfa-submit', { code: nextCode(secret) })).status, 400, 'it was typed at the set-up');
  advance(30);
  t.true(isAccountPage(await user.submit(asked, 'mfa-submit', { code: nextCode(secret) })));
});

test.serial('several apps are added in one sitting; the second shows no codes, and the sixth is refused', async (t) => {
  const { user, account, recoveryCodes } = await atFactors(fixture);
  for (const name of ['Second', 'Third', 'Fourth', 'Fifth']) {
    const { added } = await addApp(fixture, user, { name });
    t.is(new URL(added.url).search, '?factors=added');
    t.deepEqual(codesOn(added), []);
  }
  const full = await open(user);
  t.false(full.body.includes('id="totp-start"'));
  const { added } = await addApp(fixture, user);
  t.is(added.status, 409);
  t.true(hasMessage(added, 'factors_full'));
  t.is((await factorsOf(account.id)).apps.length, 5);
  t.is((await factorsOf(account.id)).recoveryCodes.length, recoveryCodes.length);
});

test.serial('after a wrong code the same key is shown again, with the name, and nothing was added', async (t) => {
  const { user, account } = await atAccount(fixture);
  let page = await user.open(`${issuer}/account/factors/app`);
  const secret = secretOn(page);
  const right = nextCode(secret);
  for (const code of ['', right === '000000' ? '111111' : '000000', 'abcdef', `${right}0`]) {
    page = await user.submit(page, 'totp-confirm', { code, name: 'Phone "of" <Ada>' });
    t.is(page.status, 400);
    t.is(secretOn(page), secret);
    t.is(fieldValue(page, 'name'), 'Phone &#34;of&#34; &lt;Ada&gt;');
    t.is(fieldValue(page, 'code'), undefined);
  }
  t.deepEqual((await factorsOf(account.id)).apps, []);
  t.is(codesOn(await user.submit(page, 'totp-confirm', { code: right })).length, 10);
});

test.serial('a name that cannot be seen, or is too long, is refused beside its field', async (t) => {
  const { user } = await atAccount(fixture);
  for (const [name, code] of [
    ['\u200b', 'name_invalid'],
    ['line\u2028break', 'name_invalid'],
    ['a'.repeat(201), 'name_too_long'],
  ] as const) {
    const { added } = await addApp(fixture, user, { name });
    t.is(added.status, 400);
    t.true(added.body.includes(`data-problem="${code}"`), added.body);
  }
  const { added } = await addApp(fixture, user, { name: ' ' });
  t.is(codesOn(added).length, 10);
  t.regex(factorsSection(await open(user)), /<h3>Authenticator app<\/h3>/);
});

test.serial('the same form again adds nothing a second time', async (t) => {
  const { user, account } = await atAccount(fixture);
  const { page, secret } = await addApp(fixture, user);
  for (const code of [nextCode(secret), codeOfSecret(secret, installation.clock.now() + 30_000)])
    t.is(new URL((await user.submit(page, 'totp-confirm', { code })).url).search, '?factors=added');
  t.is((await factorsOf(account.id)).apps.length, 1);
});

test.serial(
  'a key that was proposed to another account, altered, made up or left open for too long is not taken',
  async (t) => {
    const [ada, grace] = [await atAccount(fixture), await atAccount(fixture)];
    const key = `${issuer}/account/factors/app`;
    const [own, theirs] = [await ada.user.open(key), await grace.user.open(key)];
    const proposal = fieldValue(own, 'proposal') ?? '';
    const foreign = { proposal: fieldValue(theirs, 'proposal') ?? '', code: nextCode(secretOn(theirs)) };
    for (const fields of [
      foreign,
      { proposal: `${proposal.startsWith('B') ? 'C' : 'B'}${proposal.slice(1)}` },
      { proposal: '' },
      { proposal: 'e30' },
    ]) {
      const again = await ada.user.submit(own, 'totp-confirm', { code: nextCode(secretOn(own)), ...fields });
      t.is(again.url, key);
      t.not(secretOn(again), secretOn(own), 'it begins again, with another key');
    }
    advance(2 * TEN_MINUTES + 1);
    const late = await ada.user.submit(own, 'totp-confirm', { code: nextCode(secretOn(own)) });
    t.true(isLoginPage(late));
    const proven = await ada.user.submit(late, 'login-submit', { login: ada.account.email, password: PASSWORD });
    t.is(proven.url, key);
    advance(TEN_MINUTES);
    const old = await ada.user.submit(proven, 'totp-confirm', { proposal, code: nextCode(secretOn(own)) });
    t.not(secretOn(old), secretOn(own));
    for (const { account } of [ada, grace]) t.deepEqual((await factorsOf(account.id)).apps, []);
  },
);

test.serial('where the proof is old the section leads to one that is as strong as it takes', async (t) => {
  const { user, account, secret } = await atFactors(fixture);
  advance(TEN_MINUTES + 1);
  const stale = await open(user);
  t.deepEqual(references(stale), []);
  t.regex(
    factorsSection(stale),
    /id="factors-prove" class="button" href="\/account\/proof\?section=factors&amp;level=urn/,
  );
  const login = await user.open(`${issuer}/account/factors/app`);
  t.true(isLoginPage(login));
  const asked = await user.submit(login, 'login-submit', { login: account.email, password: PASSWORD });
  const proven = await user.submit(asked, 'mfa-submit', { code: nextCode(secret) });
  t.is(proven.url, `${issuer}/account/factors/app`);
  t.is(codesOn((await addApp(fixture, user)).added).length, 0);
});

/** What takes a stronger proof than the password, and how it is tried. */
const changes: Readonly<Record<string, (user: User, page: Page) => Promise<Page>>> = {
  'removing an app': (user, page) => user.submit(page, 'remove-factor-0'),
  'making recovery codes': (user, page) => user.submit(page, 'recovery-codes-renew'),
  'adding an app': (user) => user.open(`${issuer}/account/factors/app`),
};

for (const [what, change] of Object.entries(changes)) {
  test.serial(`${what} takes more than the password: a sign-in that is strong enough leads on`, async (t) => {
    const { user, account, page, code } = await atWeakProof(fixture);
    const before = await factorsOf(account.id);
    const refused = await change(user, page);
    t.is(refused.status, 403);
    t.true(isStrongerProofPage(refused));
    t.deepEqual(await factorsOf(account.id), before);
    const href = /id="prove-stronger" class="button primary" href="([^"]+)"/.exec(refused.body)?.[1] ?? '';
    const login = await user.open(new URL(href.replaceAll('&amp;', '&'), issuer).href);
    const asked = await user.submit(login, 'login-submit', { login: account.email, password: PASSWORD });
    const back = await user.submit(asked, 'mfa-submit', { code: code() });
    t.is(back.status, 200);
    t.not((await change(user, back)).status, 403);
  });

  test.serial(
    `${what} of an account with a passkey: a recovery code is as good, once and for ten minutes`,
    async (t) => {
      const { user, account, page, recoveryCodes } = await atWeakProof(fixture, ['app', 'passkey']);
      const refused = await change(user, page);
      t.true(isStrongerProofPage(refused));
      const typed = { recovery_code: ` ${recoveryCodes[0]?.toLowerCase()} ` };
      const back = await user.submit(refused, 'recovery-code-submit', typed);
      t.is(back.status, 200);
      t.is((await factorsOf(account.id)).recoveryCodes.length, 9);
      const again = await user.submit(refused, 'recovery-code-submit', typed);
      t.is(again.status, 400);
      t.true(again.body.includes('data-problem="code_wrong"'));
      t.not((await change(user, await open(user))).status, 403);
    },
  );
}

test.serial('a recovery code of another account, an old one and an empty one are none', async (t) => {
  const [ada, grace] = [await atWeakProof(fixture), await atWeakProof(fixture)];
  const refused = await ada.user.submit(ada.page, 'remove-factor-0');
  for (const recovery_code of [grace.recoveryCodes[0] ?? '', '', 'AAAAA-AAAAA', ada.code()]) {
    const page = await ada.user.submit(refused, 'recovery-code-submit', { recovery_code });
    t.is(page.status, 400);
    t.true(isStrongerProofPage(page));
  }
  t.is((await factorsOf(grace.account.id)).recoveryCodes.length, 10);
});

test.serial(
  'what a recovery code was worth is over after ten minutes, and with the password it was typed after',
  async (t) => {
    const { user, page, recoveryCodes } = await atWeakProof(fixture);
    const refused = await user.submit(page, 'remove-factor-0');
    await user.submit(refused, 'recovery-code-submit', { recovery_code: recoveryCodes[0] ?? '' });
    advance(TEN_MINUTES + 1);
    t.true(isLoginPage(await user.submit(page, 'remove-factor-0')));
    t.true(isLoginPage(await user.submit(refused, 'recovery-code-submit', { recovery_code: recoveryCodes[1] ?? '' })));
  },
);

test.serial('guesses of recovery codes are counted as those of a password are', async (t) => {
  const { user, page, account } = await atWeakProof(fixture);
  let tried = await user.submit(page, 'remove-factor-0');
  for (let guess = 0; guess < 110 && tried.status !== 429; guess += 1)
    tried = await user.submit(tried, 'recovery-code-submit', { recovery_code: 'AAAAA-AAAAA' });
  t.is(tried.status, 429);
  t.true(Number(tried.headers['retry-after']) > 0);
  const kept = await installation.events.list({ kind: 'account', id: account.id });
  t.deepEqual([...new Set(kept.map(({ event, reason }) => `${event} ${reason}`))].slice(0, 2), [
    'account.proof_failed too_many_attempts',
    'account.proof_failed wrong_recovery_code',
  ]);
});

test.serial('a factor of another account cannot be removed, nor one that is made up, nor one twice', async (t) => {
  const [ada, grace] = [await atFactors(fixture), await atFactors(fixture)];
  for (const factor of [references(grace.page)[0] ?? '', '', 'authenticator_app:', 'passkey:x', '__proto__:x']) {
    const page = await ada.user.submit(ada.page, 'remove-factor-0', { factor });
    t.is(page.status, 404);
    t.true(hasMessage(page, 'factor_unknown'));
  }
  t.is((await factorsOf(grace.account.id)).apps.length, 1);
  const removed = await ada.user.submit(ada.page, 'remove-factor-0');
  t.is(new URL(removed.url).search, '?factors=removed');
  t.like(await factorsOf(ada.account.id), { apps: [], recoveryCodes: [] });
  t.is((await ada.user.submit(ada.page, 'remove-factor-0')).status, 404);
});

test.serial('new recovery codes are shown once, and the old ones let nobody in', async (t) => {
  const { user, page, account, recoveryCodes } = await atFactors(fixture);
  const renewed = codesOn(await user.submit(page, 'recovery-codes-renew'));
  t.is(renewed.length, 10);
  const other = newVisitor();
  const asked = await signInAt(fixture, account, other);
  const choose = await other.open(`${asked.url}&method=recovery_code`);
  t.is((await other.submit(choose, 'mfa-submit', { recovery_code: recoveryCodes[0] ?? '' })).status, 400);
  t.true(isAccountPage(await other.submit(choose, 'mfa-submit', { recovery_code: renewed[0] ?? '' })));
});

test.serial(
  'remembered devices are listed in words and forgotten one by one or all, each account its own',
  async (t) => {
    const [ada, grace] = [await atFactors(fixture), await atFactors(fixture)];
    for (const token of ['one', 'two', 'three']) await rememberDevice(fixture, ada.account.id, token);
    await rememberDevice(fixture, grace.account.id);
    const page = await open(ada.user);
    t.is(factorsSection(page).match(/<h4>Firefox on Linux<\/h4>/g)?.length, 3);
    const theirs = await open(grace.user);
    const device = /name="device" value="([^"]+)"/.exec(theirs.body)?.[1] ?? '';
    const foreign = await ada.user.submit(page, 'forget-device-0', { device });
    t.is(foreign.status, 404);
    t.true(hasMessage(foreign, 'device_unknown'));
    // It grants nothing: no fresh proof.
    advance(TEN_MINUTES + 1);
    const left = await ada.user.submit(page, 'forget-device-0');
    t.is(factorsSection(left).match(/<h4>/g)?.length, 2);
    const none = await ada.user.submit(left, 'forget-all-devices');
    t.notRegex(factorsSection(none), /<h4>/);
    t.is((await ada.user.submit(left, 'forget-all-devices')).status, 404);
    t.is((await installation.rememberedDevices.ofAccount(grace.account.id, 9)).length, 1);
  },
);

test.serial(
  'a device that was remembered before a change of factors is not listed, for it counts for nothing',
  async (t) => {
    const { user, account } = await atFactors(fixture);
    await rememberDevice(fixture, account.id);
    await installation.factors.change(account.id, (current) => ({ ...current, changedAt: current.changedAt + 1 }));
    t.notRegex(factorsSection(await open(user)), /<h4>/);
  },
);

test.serial('the page of the key is for whoever is signed in, and leads there', async (t) => {
  const account = await fixture.newAccount();
  const user = newVisitor();
  const login = await user.open(`${issuer}/account/factors/app`);
  t.true(isLoginPage(login));
  const proven = await user.submit(login, 'login-submit', { login: account.email, password: PASSWORD });
  t.is(proven.url, `${issuer}/account/factors/app`);
});
