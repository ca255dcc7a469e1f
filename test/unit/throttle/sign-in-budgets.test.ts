/** Who pays for a wrong password, and who still gets in. */
import test, { type ExecutionContext } from 'ava';
import { unknownCallerBehind } from '../../../src/domain/throttle/address-ranges.ts';
import { budgets } from '../../../src/domain/throttle/budgets.ts';
import { rejectsWith } from '../../support/domain-errors.ts';
import { signInBudgetsOver, triesOn } from '../../support/sign-in-budgets.ts';
import { openStoresInMemory } from '../../support/stores.ts';

const HOME = '192.0.2.1';
const DAY = 86_400;

async function openBudgets(t: ExecutionContext) {
  const stores = await openStoresInMemory(t);
  const { devices, throttle } = signInBudgetsOver(stores);
  const deviceOf = (id: string) => devices.read(devices.remember(undefined, { id }));
  return {
    ...stores,
    devices,
    throttle,
    deviceOf,
    by: (accountId?: string, sessionsEndedAt?: number) => triesOn(throttle, accountId, sessionsEndedAt),
  };
}

/** Each from a network of its own. */
const stranger = (n: number): string => `10.${n >> 8}.${n & 255}.7`;

async function strangersUseUp({ by }: Awaited<ReturnType<typeof openBudgets>>, accountId?: string): Promise<number> {
  let guesses = 0;
  for (let n = 0; n < 200; n += 1) if (await by(accountId).tryGuess({ address: stranger(n) })) guesses += 1;
  return guesses;
}

test('guesses on one account from any number of addresses end with its budget', async (t) => {
  const fixture = await openBudgets(t);
  t.is(await strangersUseUp(fixture, 'ada'), budgets.account.limit);
});

test('a name that nobody has ends the same way, however it is written', async (t) => {
  const { by } = await openBudgets(t);
  const spellings = ['ada', 'ADA', ' ada', 'Ada ', 'ａda'];
  for (let n = 0; n < budgets.account.limit; n += 1) {
    await by().guess({ address: stranger(n), login: spellings[n % spellings.length] ?? '' });
  }
  await rejectsWith(t, 'too_many_attempts', () => by().guess({ address: stranger(99), login: 'aDa' }));
  await by().guess({ address: stranger(99), login: 'grace' });
  t.pass();
});

test('e-mail address and username of an account are one budget', async (t) => {
  const { by } = await openBudgets(t);
  for (let n = 0; n < budgets.account.limit; n += 1) {
    await by('ada').guess({ address: stranger(n), login: n % 2 === 0 ? 'ada' : 'ada@example.test' });
  }
  for (const login of ['ada', 'ada@example.test']) {
    await rejectsWith(t, 'too_many_attempts', () => by('ada').guess({ address: stranger(99), login }));
  }
});

test('strangers do not lock out a device that the account signed in on', async (t) => {
  const fixture = await openBudgets(t);
  await strangersUseUp(fixture, 'ada');
  const device = fixture.deviceOf('ada');
  t.true(await fixture.by('ada').signIn({ address: stranger(1), device }));
  await rejectsWith(t, 'too_many_attempts', () => fixture.by('ada').guess({ address: stranger(2) }));
});

test('a device has a budget for each account, and the device of another account has none', async (t) => {
  const fixture = await openBudgets(t);
  await strangersUseUp(fixture, 'ada');
  const device = fixture.deviceOf('ada');
  for (let n = 0; n < budgets.device.limit; n += 1) await fixture.by('ada').guess({ address: HOME, device });
  await rejectsWith(t, 'too_many_attempts', () => fixture.by('ada').guess({ address: HOME, device }));
  await strangersUseUp(fixture, 'grace');
  await rejectsWith(t, 'too_many_attempts', () => fixture.by('grace').guess({ address: HOME, device }));
});

test('strangers do not lock out a new device in a network that the account signed in from', async (t) => {
  const fixture = await openBudgets(t);
  await fixture.by('ada').signIn({ address: HOME });
  await strangersUseUp(fixture, 'ada');
  t.true(await fixture.by('ada').signIn({ address: '192.0.2.200' }));
  await rejectsWith(t, 'too_many_attempts', () => fixture.by('ada').guess({ address: '192.0.3.1' }));
});

test('a known network is charged instead of the address, and its kept part is bounded too', async (t) => {
  const { by } = await openBudgets(t);
  await by('ada').signIn({ address: HOME });
  // Somebody else behind the same address.
  for (let n = 0; n < budgets.address.limit; n += 1) await by(`other ${n}`).guess({ address: HOME });
  await rejectsWith(t, 'too_many_attempts', () => by('newcomer').guess({ address: HOME }));
  for (let n = 0; n < budgets.accountKept.limit; n += 1) await by('ada').guess({ address: HOME });
  await rejectsWith(t, 'too_many_attempts', () => by('ada').guess({ address: HOME }));
});

test('a device whose budget is used up goes on with what its network has', async (t) => {
  const { by, deviceOf } = await openBudgets(t);
  await by('ada').signIn({ address: HOME });
  const device = deviceOf('ada');
  const { device: ofDevice, accountKept, account } = budgets;
  for (let n = 0; n < ofDevice.limit + accountKept.limit + account.limit; n += 1) {
    await by('ada').guess({ address: HOME, device });
  }
  await rejectsWith(t, 'too_many_attempts', () => by('ada').guess({ address: HOME, device }));
});

test('all known devices of an account together have a budget, however many there are', async (t) => {
  const fixture = await openBudgets(t);
  await strangersUseUp(fixture, 'ada');
  let guesses = 0;
  for (let n = 0; n < 10; n += 1) {
    const device = fixture.deviceOf('ada');
    for (let tries = 0; tries < budgets.device.limit; tries += 1)
      if (await fixture.by('ada').tryGuess({ address: stranger(n), device })) guesses += 1;
  }
  t.is(guesses, budgets.allDevices.limit);
});

test('a neighbour in one network of an account uses up nothing of another', async (t) => {
  const { by } = await openBudgets(t);
  const CAFE = '198.51.100.9';
  await by('ada').signIn({ address: HOME });
  await by('ada').signIn({ address: CAFE });
  const { account, accountKept } = budgets;
  for (let n = 0; n < account.limit + accountKept.limit; n += 1) await by('ada').guess({ address: CAFE });
  await rejectsWith(t, 'too_many_attempts', () => by('ada').guess({ address: CAFE }));
  t.true(await by('ada').signIn({ address: HOME }));
});

test('the last three networks of an account are known, so that no number of them adds up', async (t) => {
  const { by, clock } = await openBudgets(t);
  for (let n = 0; n < 4; n += 1) {
    await by('ada').signIn({ address: `198.51.${n}.1` });
    clock.advance(60);
  }
  t.true(await by('ada').signIn({ address: '198.51.1.2' }));
  t.false(await by('ada').signIn({ address: '198.51.0.2' }));
});

test('after sessions have ended no network and no device of before is known', async (t) => {
  const { by, clock, deviceOf } = await openBudgets(t);
  await by('ada').signIn({ address: HOME });
  const device = deviceOf('ada');
  t.true(await by('ada').signIn({ address: HOME, device }));
  // Three networks are known, those of the latest sign-ins: at one moment any of four could go.
  clock.advance(1);
  t.false(await by('ada', 1000).signIn({ address: HOME, device }));
  // Who was signing in meanwhile makes nothing known.
  await by('ada').signIn({ address: '198.51.100.1' });
  t.false(await by('ada', 1000).signIn({ address: '198.51.100.1' }));
  t.true(await by('ada', 1000).signIn({ address: HOME }));
});

test('a network is known for 90 days from the last sign-in there', async (t) => {
  const fixture = await openBudgets(t);
  const { by, clock } = fixture;
  await by('ada').signIn({ address: HOME });
  clock.advance(60 * DAY);
  await by('ada').signIn({ address: HOME });
  clock.advance(89 * DAY);
  t.true(await by('ada').signIn({ address: HOME }));
  clock.advance(91 * DAY);
  t.false(await by('ada').signIn({ address: HOME }));
});

test('an IPv4 address passes 60 and its /24 300 in a quarter of an hour', async (t) => {
  const { by } = await openBudgets(t);
  for (let n = 0; n < 60; n += 1) await by(`${n}`).guess({ address: HOME });
  await rejectsWith(t, 'too_many_attempts', () => by('ada').guess({ address: HOME }));
  for (let n = 0; n < 240; n += 1) await by(`next ${n}`).guess({ address: `192.0.2.${10 + (n % 5)}` });
  await rejectsWith(t, 'too_many_attempts', () => by('ada').guess({ address: '192.0.2.99' }));
  await by('ada').guess({ address: '192.0.3.1' });
  t.pass();
});

test('an IPv6 /64 passes 60, its /56 120 and its /48 300 in a quarter of an hour', async (t) => {
  const { by } = await openBudgets(t);
  for (let n = 0; n < 60; n += 1) await by(`${n}`).guess({ address: `2001:db8:0:1::${n}` });
  await rejectsWith(t, 'too_many_attempts', () => by('ada').guess({ address: '2001:db8:0:1::ffff' }));
  for (let n = 0; n < 60; n += 1) await by(`a ${n}`).guess({ address: `2001:db8:0:${n + 2}::1` });
  await rejectsWith(t, 'too_many_attempts', () => by('ada').guess({ address: '2001:db8:0:ff::1' }));
  for (let n = 0; n < 180; n += 1) await by(`b ${n}`).guess({ address: `2001:db8:0:${(n + 1).toString(16)}00::1` });
  await rejectsWith(t, 'too_many_attempts', () => by('ada').guess({ address: '2001:db8:0:ff00::1' }));
  await by('ada').guess({ address: '2001:db8:1::1' });
  t.pass();
});

test('two hundred people who sign in from one address are not slowed, and what they got right is given back', async (t) => {
  const { by } = await openBudgets(t);
  for (let n = 0; n < 200; n += 1) await by(`name ${n}`).signIn({ address: HOME });
  for (let n = 0; n < budgets.address.limit; n += 1) await by(`stranger ${n}`).guess({ address: HOME });
  await rejectsWith(t, 'too_many_attempts', () => by('stranger').guess({ address: HOME }));
});

test('visitors whom their proxy does not name have no address to use up for each other, and one network', async (t) => {
  const { by } = await openBudgets(t);
  const address = unknownCallerBehind('10.0.0.7');
  for (let n = 0; n < budgets.network.limit; n += 1) await by(`stranger ${n}`).guess({ address });
  await rejectsWith(t, 'too_many_attempts', () => by('stranger').guess({ address }));
  await by('stranger').guess({ address: unknownCallerBehind('10.0.0.8') });
});

test('of 200 attempts at once as many are checked as the budget has', async (t) => {
  const { by } = await openBudgets(t);
  const tried = await Promise.all(Array.from({ length: 200 }, (_, n) => by('ada').tryGuess({ address: stranger(n) })));
  t.is(tried.filter(Boolean).length, budgets.account.limit);
});

test('the time to wait is the shortest of all ways in', async (t) => {
  const fixture = await openBudgets(t);
  const { by, deviceOf } = fixture;
  await strangersUseUp(fixture, 'ada');
  const { retryAfterSeconds: forStrangers = 0 } = await rejectsWith(t, 'too_many_attempts', () =>
    by('ada').guess({ address: stranger(3) }),
  );
  t.true(forStrangers > 0 && forStrangers <= 2 * DAY);
  const device = deviceOf('ada');
  for (let n = 0; n < budgets.device.limit; n += 1) await by('ada').guess({ address: HOME, device });
  const { retryAfterSeconds = 0 } = await rejectsWith(t, 'too_many_attempts', () =>
    by('ada').guess({ address: HOME, device }),
  );
  t.true(retryAfterSeconds <= forStrangers);
});
