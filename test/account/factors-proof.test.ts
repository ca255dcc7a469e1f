/** Second factors are changed by nobody whose proof is over: each form of theirs, each way in which it ends. */
import test from 'ava';
import { CookieJar } from 'tough-cookie';
import { disableAccount, endSessions, setPassword } from '../../src/domain/accounts/change.ts';
import { resetFactors } from '../../src/domain/recovery/reset-factors.ts';
import { advance, stopTime } from '../protocol/time.ts';
import { codeOfSecret } from '../support/factors.ts';
import { sharedProvider } from '../support/provider-fixture.ts';
import { newUser, type Page, type User } from '../support/user.ts';
import { type AtFactors, atFactors, atWeakProof, secretOn } from './factors.ts';
import { hasMessage, isLoginPage, signInAt } from './fixture.ts';

stopTime();
const fixture = await sharedProvider();
const { issuer, installation } = fixture.latchkey;

interface Open {
  readonly user: User;
  readonly page: Page;
  readonly accountId: string;
  readonly email: string;
  readonly button: string;
  readonly fields: Readonly<Record<string, string>>;
}

const openOf = (
  { user, page, account }: Pick<AtFactors, 'user' | 'page' | 'account'>,
  button: string,
  fields = {},
) => ({
  ...{ user, page, accountId: account.id, email: account.email, button, fields },
});

const forms: Readonly<Record<string, () => Promise<Open>>> = {
  'a new app': async () => {
    const at = await atFactors(fixture);
    const page = await at.user.open(`${issuer}/account/factors/app`);
    const code = codeOfSecret(secretOn(page), installation.clock.now());
    return openOf({ ...at, page }, 'totp-confirm', { code });
  },
  'a removal': async () => openOf(await atFactors(fixture), 'remove-factor-0'),
  'new recovery codes': async () => openOf(await atFactors(fixture), 'recovery-codes-renew'),
  'a recovery code in place of a stronger proof': async () => {
    const at = await atWeakProof(fixture);
    const page = await at.user.submit(at.page, 'remove-factor-0');
    return openOf({ ...at, page }, 'recovery-code-submit', { recovery_code: at.recoveryCodes[0] ?? '' });
  },
};

const isOver = (page: Page): boolean => page.status === 403 && hasMessage(page, 'signed_out');

interface State {
  readonly between: (open: Open) => Promise<unknown>;
  readonly isAnswer: (page: Page) => boolean;
}

const ended = (between: State['between']): State => ({ between, isAnswer: isOver });

const states: Readonly<Record<string, State>> = {
  'after ten minutes': { between: async () => advance(601), isAnswer: isLoginPage },
  'after signing out': ended(async ({ user }) =>
    user.submit(await user.open(`${issuer}/session/end`), 'logout-confirm'),
  ),
  'after the account was disabled': ended(({ accountId }) => disableAccount(accountId, installation)),
  'after its password was set': ended(({ accountId }) =>
    setPassword({ accountId, password: 'a gate of four words' }, installation),
  ),
  'after its sessions were ended': ended(({ accountId }) => endSessions(accountId, installation)),
  'after its factors were reset': ended(({ accountId }) => resetFactors(accountId, { ...installation, issuer })),
  'after it was deleted': ended(({ accountId }) => installation.accounts.remove(accountId)),
  'after another account signed in there': ended(async ({ user }) => {
    await user.submit(await user.open(`${issuer}/session/end`), 'logout-confirm');
    await signInAt(fixture, await fixture.newAccount(), user);
  }),
};

for (const [form, open] of Object.entries(forms)) {
  for (const [state, { between, isAnswer }] of Object.entries(states)) {
    test.serial(`${form}, ${state}: nothing changes`, async (t) => {
      const at = await open();
      await between(at);
      const before = await installation.factors.get(at.accountId);
      const answer = await at.user.submit(at.page, at.button, at.fields);
      t.true(isAnswer(answer), `${answer.status} ${answer.url}`);
      t.deepEqual(await installation.factors.get(at.accountId), before);
    });
  }

  test.serial(`${form}, with the cookies of the page copied to another browser: nothing changes`, async (t) => {
    const at = await open();
    const before = await installation.factors.get(at.accountId);
    const jar = new CookieJar();
    for (const cookie of await at.user.jar.getCookies(issuer))
      if (/^latchkey_account/.test(cookie.key)) await jar.setCookie(cookie.toString(), issuer);
    const thief = newUser({ jar });
    await thief.open(`${issuer}/account`);
    t.is((await thief.submit(at.page, at.button, at.fields)).status, 403);
    t.deepEqual(await installation.factors.get(at.accountId), before);
  });
}
