/** Who may pass with username and password. */

import test, { type ExecutionContext } from 'ava';
import bcrypt from 'bcrypt';
import { authenticate } from '../../../src/domain/accounts/authenticate.ts';
import type { PasswordHasher } from '../../../src/domain/accounts/password-hashing.ts';
import { DomainError } from '../../../src/domain/domain-error.ts';
import { noteInto, type SecurityEvent } from '../../../src/domain/events/security-events.ts';
import type { HashingCaller } from '../../../src/domain/passwords/hashing-queue.ts';
import { budgets } from '../../../src/domain/throttle/budgets.ts';
import { StorageUnavailable } from '../../../src/storage/driver.ts';
import type { Account } from '../../../src/storage/records/accounts.ts';
import { user } from '../../support/accounts.ts';
import { rejectsWith } from '../../support/domain-errors.ts';
import { quickHasher, TEST_COST } from '../../support/hashing.ts';
import { signInBudgetsOver } from '../../support/sign-in-budgets.ts';
import { openStoresInMemory } from '../../support/stores.ts';

async function openDoor(t: ExecutionContext, details: Partial<Account> = {}) {
  const stores = await openStoresInMemory(t);
  const hasher = quickHasher();
  const ada = user({
    email: 'ada@example.test',
    username: 'ada',
    passwordHash: await hasher.hash('correct horse'),
    ...details,
  });
  await stores.accounts.create(ada);
  const { throttle } = signInBudgetsOver(stores);
  const noted: SecurityEvent[] = [];
  const fixture = { accounts: stores.accounts, hasher, throttle, clock: stores.clock, note: noteInto(noted) };
  return {
    ...stores,
    fixture,
    noted,
    ada,
    signIn: async (login: string, password: string) =>
      (await authenticate({ login, password, address: '192.0.2.1' }, fixture)).account,
  };
}

test('the right password lets in, by e-mail address and by username', async (t) => {
  const { signIn, ada } = await openDoor(t);
  t.deepEqual(await signIn('Ada@example.test', 'correct horse'), ada);
  t.deepEqual(await signIn('ADA', 'correct horse'), ada);
});

test('wrong, unknown, disabled, expired and without a password are refused with the same words', async (t) => {
  const messages = new Set<string>();
  const refuse = async (door: Awaited<ReturnType<typeof openDoor>>, login: string, password: string) => {
    messages.add((await rejectsWith(t, 'login_failed', () => door.signIn(login, password))).message);
  };
  await refuse(await openDoor(t), 'ada', 'wrong horse');
  await refuse(await openDoor(t), 'grace', 'correct horse');
  await refuse(await openDoor(t, { isDisabled: true }), 'ada', 'correct horse');
  await refuse(await openDoor(t, { expiresAt: 1 }), 'ada', 'correct horse');
  await refuse(await openDoor(t, { expiresAt: 1, awaitsApproval: true }), 'ada', 'correct horse');
  await refuse(await openDoor(t, { isDisabled: true, awaitsApproval: true }), 'ada', 'correct horse');
  await refuse(await openDoor(t, { awaitsApproval: true }), 'ada', 'wrong horse');
  await refuse(await openDoor(t, { passwordHash: 'unreadable' }), 'ada', 'unreadable');
  t.is(messages.size, 1);
});

test('what is longer than any password is refused before anything is looked up, counted or hashed', async (t) => {
  const never = (): never => t.fail('this is not needed') as never;
  const none = new Proxy({} as never, { get: () => never });
  const deps = { accounts: none, hasher: none, throttle: none, clock: none, note: never };
  for (const password of [
    'x'.repeat(1025),
    '🗝'.repeat(1025),
    'e\u0301\u0301'.repeat(1025),
    ' '.repeat(5000),
    '\0'.repeat(1e6),
  ])
    await rejectsWith(t, 'password_too_long', () =>
      authenticate({ login: 'ada', password, address: '192.0.2.1' }, deps),
    );
});

test('one verification is made for a known and for an unknown username', async (t) => {
  const { fixture, ada } = await openDoor(t);
  const verified: (string | undefined)[] = [];
  const hasher = {
    ...fixture.hasher,
    verify: (password: string, stored: string | undefined) => {
      verified.push(stored);
      return fixture.hasher.verify(password, stored);
    },
  };
  for (const login of ['ada', 'grace']) {
    const credentials = { login, password: 'wrong horse', address: '192.0.2.1' };
    await rejectsWith(t, 'login_failed', () => authenticate(credentials, { ...fixture, hasher }));
  }
  t.deepEqual(verified, [ada.passwordHash, undefined]);
});

test('attempts wait in line by IPv4 /24 or IPv6 /48, by address, and by account, whichever of its names is typed', async (t) => {
  const { fixture } = await openDoor(t);
  const callers: (HashingCaller | undefined)[] = [];
  const hasher: PasswordHasher = {
    ...fixture.hasher,
    async verify(_password, _stored, caller) {
      callers.push(caller);
      return { isRight: false, needsRehash: false };
    },
  };
  const attempts = [
    ['ada', '192.0.2.1'],
    ['ada@example.test', '192.0.2.9'],
    ['grace', '2001:db8:1:2::3'],
    ['GRACE', '2001:db8:1:ff00::3'],
  ] as const;
  for (const [login, address] of attempts) {
    const credentials = { login, password: 'wrong horse', address };
    await rejectsWith(t, 'login_failed', () => authenticate(credentials, { ...fixture, hasher }));
  }
  const kinds = (member: keyof HashingCaller) => callers.map((caller) => caller?.[member]);
  t.deepEqual(kinds('network'), ['192.0.2.0/24', '192.0.2.0/24', '2001:db8:1::/48', '2001:db8:1::/48']);
  t.is(new Set(kinds('address')).size, 4);
  const [ada, adaByEmail, grace, graceInCapitals] = kinds('account');
  t.true(ada === adaByEmail && grace === graceInCapitals && ada !== grace);
});

test('an imported hash is replaced at the first good sign-in, not at a bad one', async (t) => {
  const imported = await bcrypt.hash('correct horse', TEST_COST);
  const { signIn, accounts, ada } = await openDoor(t, { passwordHash: imported });
  await rejectsWith(t, 'login_failed', () => signIn('ada', 'wrong horse'));
  t.is((await accounts.get(ada.id))?.passwordHash, imported);
  await signIn('ada', 'correct horse');
  t.regex((await accounts.get(ada.id))?.passwordHash ?? '', /^bcrypt-sha384\$/);
  await t.notThrowsAsync(signIn('ada', 'correct horse'));
});

test('a password that was set while an old hash is replaced stays', async (t) => {
  const door = await openDoor(t, { passwordHash: await bcrypt.hash('correct horse', TEST_COST) });
  const hasher = {
    ...door.fixture.hasher,
    async hash(password: string) {
      await door.accounts.update(door.ada.id, (account) => ({ ...account, passwordHash: 'set meanwhile' }));
      return door.fixture.hasher.hash(password);
    },
  };
  const credentials = { login: 'ada', password: 'correct horse', address: '192.0.2.1' };
  await authenticate(credentials, { ...door.fixture, hasher });
  t.is((await door.accounts.get(door.ada.id))?.passwordHash, 'set meanwhile');
});

test('when the budget is used up the right password has to wait too, and so has an unknown username', async (t) => {
  const { signIn } = await openDoor(t);
  for (const login of ['ada', 'grace']) {
    for (let failure = 0; failure < budgets.account.limit; failure += 1)
      await rejectsWith(t, 'login_failed', () => signIn(login, 'wrong horse'));
    const refusal = await rejectsWith(t, 'too_many_attempts', () => signIn(login, 'correct horse'));
    t.true((refusal.retryAfterSeconds ?? 0) > 0);
  }
});

test('each failure is noted with its reason, and with what was typed only where there is no such account', async (t) => {
  const door = await openDoor(t);
  const disabled = await openDoor(t, { isDisabled: true });
  await rejectsWith(t, 'login_failed', () => door.signIn('ada', 'wrong horse'));
  await rejectsWith(t, 'login_failed', () => door.signIn('grace', 'correct horse'));
  await rejectsWith(t, 'login_failed', () => disabled.signIn('ada', 'correct horse'));
  await door.signIn('ada', 'correct horse');
  t.deepEqual(door.noted, [
    { event: 'sign_in.failed', reason: 'wrong_password', accountId: door.ada.id },
    { event: 'sign_in.failed', reason: 'unknown_account', typedLogin: 'grace' },
  ]);
  t.deepEqual(disabled.noted, [{ event: 'sign_in.failed', reason: 'account_disabled', accountId: disabled.ada.id }]);
});

test('e-mail address and username of one account share one budget', async (t) => {
  const { signIn } = await openDoor(t);
  for (let failure = 0; failure < budgets.account.limit; failure += 1)
    await rejectsWith(t, 'login_failed', () => signIn(failure % 2 === 0 ? 'ADA' : 'ada@Example.test', 'wrong horse'));
  for (const login of ['ada', 'ada@example.test'])
    await rejectsWith(t, 'too_many_attempts', () => signIn(login, 'correct horse'));
});

test('a right password costs nothing', async (t) => {
  const { signIn, ada } = await openDoor(t);
  for (let time = 0; time < 2 * budgets.account.limit; time += 1)
    t.is((await signIn('ada', 'correct horse')).id, ada.id);
});

test('an attempt that was not checked costs nothing: a full queue, a lost database', async (t) => {
  const { fixture, signIn } = await openDoor(t);
  for (const failure of [new DomainError('hashing_busy'), new StorageUnavailable()]) {
    const hasher = { ...fixture.hasher, verify: () => Promise.reject(failure) };
    const credentials = { login: 'ada', password: 'wrong horse', address: '192.0.2.1' };
    for (let time = 0; time < 2 * budgets.account.limit; time += 1)
      await t.throwsAsync(authenticate(credentials, { ...fixture, hasher }), { is: failure });
  }
  await t.notThrowsAsync(signIn('ada', 'correct horse'));
});

for (const [what, barred] of [
  ['a disabled', { isDisabled: true }],
  ['an expired', { expiresAt: 1 }],
] as const)
  test(`${what} account is charged like a wrong password`, async (t) => {
    const { signIn } = await openDoor(t, barred);
    for (let failure = 0; failure < budgets.account.limit; failure += 1)
      await rejectsWith(t, 'login_failed', () => signIn('ada', 'correct horse'));
    await rejectsWith(t, 'too_many_attempts', () => signIn('ada', 'correct horse'));
  });

test('an account expires in the millisecond that was set, with nobody acting', async (t) => {
  const door = await openDoor(t);
  await door.accounts.update(door.ada.id, (account) => ({ ...account, expiresAt: door.clock.now() + 1000 }));
  door.clock.advance(0.999);
  await t.notThrowsAsync(door.signIn('ada', 'correct horse'));
  door.clock.advance(0.001);
  await rejectsWith(t, 'login_failed', () => door.signIn('ada', 'correct horse'));
  t.deepEqual(door.noted.at(-1), { event: 'sign_in.failed', reason: 'account_expired', accountId: door.ada.id });
});

test('that an account waits for approval is told after the right password, which costs nothing and makes nothing known', async (t) => {
  const { signIn, noted, ada, knownNetworks } = await openDoor(t, { awaitsApproval: true });
  for (let time = 0; time < 2 * budgets.account.limit; time += 1)
    await rejectsWith(t, 'awaits_approval', () => signIn('ada', 'correct horse'));
  t.deepEqual(noted.at(-1), { event: 'sign_in.failed', reason: 'awaits_approval', accountId: ada.id });
  t.is(await knownNetworks.knownUntil(ada, '192.0.2.0/24'), undefined);
  await rejectsWith(t, 'login_failed', () => signIn('ada', 'wrong horse'));
  t.deepEqual(noted.at(-1), { event: 'sign_in.failed', reason: 'wrong_password', accountId: ada.id });
});

test('whether it is disabled, expired or waits, a wrong password takes the same calls and one verification', async (t) => {
  const seen = new Map<string, readonly string[]>();
  for (const details of [{}, { isDisabled: true }, { expiresAt: 1 }, { awaitsApproval: true }] as const) {
    const { fixture } = await openDoor(t, details);
    const calls: string[] = [];
    const watched = <T extends object>(name: string, target: T): T =>
      new Proxy(target, {
        get(object, member) {
          const value = Reflect.get(object, member);
          if (typeof value !== 'function') return value;
          return (...args: unknown[]) => {
            calls.push(`${name}.${String(member)}`);
            return value.apply(object, args);
          };
        },
      });
    const { accounts, hasher, throttle } = fixture;
    const deps = {
      ...fixture,
      accounts: watched('accounts', accounts),
      hasher: watched('hasher', hasher),
      throttle: watched('throttle', throttle),
    };
    const credentials = { login: 'ada', password: 'wrong horse', address: '192.0.2.1' };
    await rejectsWith(t, 'login_failed', () => authenticate(credentials, deps));
    seen.set(Object.keys(details).join() || 'usable', calls);
  }
  const expected = ['accounts.findByIdentifier', 'throttle.reserve', 'hasher.verify'];
  for (const [what, calls] of seen) t.deepEqual(calls, expected, what);
});
