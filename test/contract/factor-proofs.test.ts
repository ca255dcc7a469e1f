/** A code is accepted once, however many type it at once, on every database. */
import test, { type ExecutionContext } from 'ava';
import { DomainError } from '../../src/domain/domain-error.ts';
import { type CodeKind, proveByCode } from '../../src/domain/factors/prove.ts';
import { budgets } from '../../src/domain/throttle/budgets.ts';
import { user } from '../support/accounts.ts';
import { forEachDatabase, type TestDatabase } from '../support/drivers.ts';
import { giveFactors } from '../support/factors.ts';
import { atOnce, tally } from '../support/records.ts';
import { signInBudgetsOver } from '../support/sign-in-budgets.ts';
import { openStores } from '../support/stores.ts';

async function openDoor(t: ExecutionContext, driver: TestDatabase) {
  const stores = await openStores(t, driver);
  const { throttle } = signInBudgetsOver(stores);
  const deps = { ...stores, throttle, note: () => undefined };
  const ada = user({ id: 'ada', email: 'ada@example.test' });
  /** What became of it: the code of the error, or that it was accepted. */
  async function prove(kind: CodeKind, typed: string, account = ada, address = '192.0.2.1'): Promise<string> {
    try {
      await proveByCode({ account, kind, typed, address, device: undefined }, deps);
      return 'accepted';
    } catch (error) {
      if (error instanceof DomainError) return error.code;
      throw error;
    }
  }
  return { ...stores, prove, owned: await giveFactors('ada', deps), give: (id: string) => giveFactors(id, deps) };
}

await forEachDatabase(test, (driver) => {
  test(`${driver.name}: of twenty who type one code of an app at once one is let in`, async (t) => {
    const { prove, owned } = await openDoor(t, driver);
    const answers = await atOnce(20, () => prove('app', owned.code()));
    t.is(tally(answers, 'accepted'), 1);
    t.is(tally(answers, 'code_wrong'), 19);
  });

  test(`${driver.name}: of twenty who type one recovery code at once one is let in`, async (t) => {
    const { prove, owned, factors } = await openDoor(t, driver);
    const answers = await atOnce(20, () => prove('recovery_code', owned.recoveryCodes[0] ?? ''));
    t.is(tally(answers, 'accepted'), 1);
    t.is(tally(answers, 'code_wrong'), 19);
    t.is((await factors.get('ada')).recoveryCodes.length, 9);
  });

  test(`${driver.name}: of two hundred wrong codes at once no more are looked at than the account's budget has`, async (t) => {
    const { prove, owned } = await openDoor(t, driver);
    const wrong = owned.code() === '000000' ? '111111' : '000000';
    const answers = await atOnce(200, (n) => prove('app', wrong, undefined, `198.51.${n}.7`));
    t.is(tally(answers, 'code_wrong'), budgets.account.limit);
    t.is(tally(answers, 'too_many_attempts'), 200 - budgets.account.limit);
    t.is(await prove('app', owned.code()), 'too_many_attempts');
  });

  test(`${driver.name}: a code that was accepted is used up, and so are those of the steps before it`, async (t) => {
    const { prove, owned, clock } = await openDoor(t, driver);
    t.is(await prove('app', owned.code(1)), 'accepted');
    for (const step of [1, 0, -1]) t.is(await prove('app', owned.code(step)), 'code_wrong');
    clock.advance(60);
    t.is(await prove('app', owned.code()), 'accepted');
  });

  test(`${driver.name}: a code two steps away is no code any more, nor one yet`, async (t) => {
    const { prove, owned } = await openDoor(t, driver);
    for (const step of [-2, 2]) t.is(await prove('app', owned.code(step)), 'code_wrong');
  });

  test(`${driver.name}: the codes of one account let nobody into another`, async (t) => {
    const { prove, owned, give } = await openDoor(t, driver);
    await give('grace');
    const grace = user({ id: 'grace', email: 'grace@example.test' });
    t.is(await prove('app', owned.code(), grace), 'code_wrong');
    t.is(await prove('recovery_code', owned.recoveryCodes[0] ?? '', grace), 'code_wrong');
    t.is(await prove('recovery_code', (owned.recoveryCodes[0] ?? '').toLowerCase().replace('-', ' ')), 'accepted');
  });

  test(`${driver.name}: a right code costs nothing of the account's budget`, async (t) => {
    const { prove, owned, clock } = await openDoor(t, driver);
    for (let n = 0; n <= budgets.account.limit; n += 1) {
      t.is(await prove('app', owned.code()), 'accepted');
      clock.advance(30);
    }
  });

  test(`${driver.name}: an account without factors is proven by no code`, async (t) => {
    const { prove } = await openDoor(t, driver);
    const grace = user({ id: 'grace', email: 'grace@example.test' });
    for (const kind of ['app', 'recovery_code'] as const)
      for (const typed of ['', '000000', 'undefined', 'AAAAA-AAAAA'])
        t.is(await prove(kind, typed, grace), 'code_wrong');
  });
});
