import test, { type ExecutionContext } from 'ava';
import { DomainError } from '../../../src/domain/domain-error.ts';
import { SignInBudgets } from '../../../src/domain/throttle/sign-in-budgets.ts';
import { rejectsWith } from '../../support/domain-errors.ts';
import { openStoresInMemory } from '../../support/stores.ts';

async function openBudgets(t: ExecutionContext) {
  const { counters, clock } = await openStoresInMemory(t);
  const throttle = new SignInBudgets(counters);
  const checked = { times: 0 };
  const from = (address: string, login = 'ada') => ({
    succeed: () =>
      throttle.attempt({ login, address }, async () => {
        checked.times += 1;
        return 'in';
      }),
    fail: () =>
      throttle.attempt({ login, address }, async () => {
        checked.times += 1;
        throw new DomainError('login_failed');
      }),
  });
  return { clock, checked, from };
}

const HOME = '192.0.2.1';

test('pauses after five failures grow from one second to a minute', async (t) => {
  const { clock, from } = await openBudgets(t);
  const ada = from(HOME);
  for (let failure = 0; failure < 5; failure += 1) await rejectsWith(t, 'login_failed', ada.fail);
  for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
    t.is((await rejectsWith(t, 'too_many_attempts', ada.fail)).retryAfterSeconds, seconds);
    clock.advance(seconds + 0.001);
    await rejectsWith(t, 'login_failed', ada.fail);
  }
});

test('of 50 guesses at once five are checked', async (t) => {
  const { checked, from } = await openBudgets(t);
  await Promise.allSettled(Array.from({ length: 50 }, () => from(HOME).fail()));
  t.is(checked.times, 5);
});

test('asking again does not make the wait longer', async (t) => {
  const { clock, from } = await openBudgets(t);
  const ada = from(HOME);
  for (let failure = 0; failure < 5; failure += 1) await rejectsWith(t, 'login_failed', ada.fail);
  for (let again = 0; again < 20; again += 1) await rejectsWith(t, 'too_many_attempts', ada.succeed);
  clock.advance(1.001);
  t.is(await ada.succeed(), 'in');
});

test('failures from one address do not keep the owner of the account out at another', async (t) => {
  const { from } = await openBudgets(t);
  for (let failure = 0; failure < 20; failure += 1) await t.throwsAsync(from('198.51.100.7').fail());
  t.is(await from(HOME).succeed(), 'in');
});

test('failures for one account do not slow another one at the same address', async (t) => {
  const { from } = await openBudgets(t);
  for (let failure = 0; failure < 20; failure += 1) await t.throwsAsync(from(HOME, 'ada').fail());
  t.is(await from(HOME, 'grace').succeed(), 'in');
});

test('a name counts once, however it is written', async (t) => {
  const { from } = await openBudgets(t);
  for (const login of ['ada', 'ADA', ' ada', 'Ada ', 'ａda'])
    await rejectsWith(t, 'login_failed', from(HOME, login).fail);
  await rejectsWith(t, 'too_many_attempts', from(HOME, 'aDa').fail);
});

test('a success starts the count anew', async (t) => {
  const { clock, from } = await openBudgets(t);
  const ada = from(HOME);
  for (let failure = 0; failure < 5; failure += 1) await rejectsWith(t, 'login_failed', ada.fail);
  clock.advance(1.001);
  await ada.succeed();
  for (let failure = 0; failure < 5; failure += 1) await rejectsWith(t, 'login_failed', ada.fail);
  t.is((await rejectsWith(t, 'too_many_attempts', ada.fail)).retryAfterSeconds, 1);
});

test('the count starts anew after a quarter of an hour', async (t) => {
  const { clock, from } = await openBudgets(t);
  for (let failure = 0; failure < 10; failure += 1) await t.throwsAsync(from(HOME).fail());
  clock.advance(15 * 60 + 1);
  for (let failure = 0; failure < 5; failure += 1) await rejectsWith(t, 'login_failed', from(HOME).fail);
});

test('an address that failed a hundred times is slowed for every name, and not shut out', async (t) => {
  const { clock, from } = await openBudgets(t);
  for (let failure = 0; failure < 100; failure += 1) {
    await rejectsWith(t, 'login_failed', from(HOME, `name${failure}`).fail);
  }
  t.is(await from(HOME, 'grace').succeed(), 'in');
  t.is((await rejectsWith(t, 'too_many_attempts', from(HOME, 'ada').succeed)).retryAfterSeconds, 5);
  clock.advance(5.001);
  t.is(await from(HOME, 'ada').succeed(), 'in');
});

test('two hundred people who sign in from one address are not slowed', async (t) => {
  const { from } = await openBudgets(t);
  for (let index = 0; index < 200; index += 1) await from(HOME, `name${index}`).succeed();
  t.pass();
});
