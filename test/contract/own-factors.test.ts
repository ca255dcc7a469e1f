/** What people change of their second factors, many at once, on every database. */
import test, { type ExecutionContext } from 'ava';
import { MAX_APPS, type NamedFactor, renewRecoveryCodes } from '../../src/domain/factors/own-factors.ts';
import { newRecoveryCodes, recoveryCodeHash } from '../../src/domain/factors/recovery-codes.ts';
import { newTotpSecret } from '../../src/domain/factors/totp.ts';
import { resetFactors } from '../../src/domain/recovery/reset-factors.ts';
import { forEachDatabase, type TestDatabase } from '../support/drivers.ts';
import { codeOfSecret } from '../support/factors.ts';
import { atOnce, tally } from '../support/records.ts';
import { openStores } from '../support/stores.ts';
import { deskOver, openDeskInMemory, passkey } from './factor-desk.ts';

const openDesk = async (t: ExecutionContext, driver: TestDatabase) => deskOver(await openStores(t, driver));

await forEachDatabase(test, (driver) => {
  test(`${driver.name}: of fifty who confirm one new app at once one adds it`, async (t) => {
    const { add, apps, outcomeOf, clock, factors } = await openDesk(t, driver);
    const secret = newTotpSecret();
    const typed = codeOfSecret(secret, clock.now());
    const outcomes = await atOnce(50, () => outcomeOf(add('authenticator_app', secret, typed)));
    t.is(tally(outcomes, 'done'), 1);
    t.is(tally(outcomes, 'factor_known'), 49);
    t.is((await apps()).length, 1);
    t.is((await factors.get('ada')).recoveryCodes.length, 10);
  });

  test(`${driver.name}: two apps that are added at once are both there, with ten recovery codes of which somebody was shown each`, async (t) => {
    const { add, apps, factors, keyedHash } = await openDesk(t, driver);
    const shown = (await atOnce(2, () => add('authenticator_app'))).flat();
    t.is((await apps()).length, 2);
    const hashes = shown.map((code) => recoveryCodeHash('ada', code, keyedHash));
    t.deepEqual((await factors.get('ada')).recoveryCodes, hashes);
  });

  test(`${driver.name}: of many apps that are added at once no more are there than there may be`, async (t) => {
    const { add, apps, outcomeOf } = await openDesk(t, driver);
    const outcomes = await atOnce(12, () => outcomeOf(add('authenticator_app')));
    t.is(tally(outcomes, 'done'), MAX_APPS);
    t.is(tally(outcomes, 'too_many_factors'), 12 - MAX_APPS);
    t.is((await apps()).length, MAX_APPS);
  });

  test(`${driver.name}: the last two factors that are removed at once are gone, and their recovery codes with them`, async (t) => {
    const { add, remove, apps, factors } = await openDesk(t, driver);
    await add('password');
    await add('authenticator_app');
    const both = await apps();
    const outcomes = await Promise.all(both.map((one) => remove('authenticator_app', one)));
    t.deepEqual(outcomes, ['done', 'done']);
    t.like(await factors.get('ada'), { apps: [], recoveryCodes: [] });
  });

  test(`${driver.name}: an account that must have a factor keeps one, whoever removes the last two at once`, async (t) => {
    const { add, remove, apps, state, factors } = await openDesk(t, driver);
    await add('password');
    await add('authenticator_app');
    state.mustHaveFactor = true;
    const outcomes = await Promise.all((await apps()).map((one) => remove('authenticator_app', one)));
    t.deepEqual(outcomes.toSorted(), ['done', 'factor_required']);
    t.is((await apps()).length, 1);
    t.is((await factors.get('ada')).recoveryCodes.length, 10);
  });
});

test('an app counts once a code of it was typed, and that code is used up', async (t) => {
  const { add, outcomeOf, factors, clock } = await openDeskInMemory(t);
  const secret = newTotpSecret();
  const code = codeOfSecret(secret, clock.now());
  const wrong = code === '000000' ? '111111' : '000000';
  for (const typed of ['', wrong, codeOfSecret(newTotpSecret(), clock.now())])
    if (typed !== code) t.is(await outcomeOf(add('password', secret, typed)), 'code_wrong');
  t.deepEqual((await factors.get('ada')).apps, []);
  const codes = await add('password', secret, ` ${code.slice(0, 3)} ${code.slice(3)}`);
  t.is(codes.length, 10);
  const [app] = (await factors.get('ada')).apps;
  t.like(app, { name: 'Phone', secret, lastStep: Math.floor(clock.now() / 30_000), addedAt: clock.now() });
});

test('a second app brings no recovery codes, and leaves those that there are', async (t) => {
  const { add, factors } = await openDeskInMemory(t);
  await add('password');
  const before = (await factors.get('ada')).recoveryCodes;
  t.deepEqual(await add('authenticator_app'), []);
  t.deepEqual((await factors.get('ada')).recoveryCodes, before);
});

test('every change ends the remembered devices, is an event, and is told to the owner', async (t) => {
  const { add, remove, apps, owner, deps, events, told, rememberedDevices, factors, clock } = await openDeskInMemory(t);
  const remember = async () => {
    const { changedAt } = await factors.get('ada');
    const ends = { sessionsEndedAt: 0, factorsChangedAt: changedAt, expiresAt: clock.now() + 1e9 };
    await rememberedDevices.put('token', { accountId: 'ada', rememberedAt: 0, userAgent: '', ...ends });
    return changedAt;
  };
  const acts = [
    () => add('password'),
    () => renewRecoveryCodes(owner('authenticator_app'), deps),
    async () => remove('authenticator_app', (await apps())[0] as NamedFactor),
  ];
  for (const act of acts) {
    const before = await remember();
    await act();
    t.deepEqual(await rememberedDevices.ofAccount('ada', 9), []);
    // The clock stands still.
    t.true((await factors.get('ada')).changedAt > before);
  }
  t.deepEqual(events, [
    'account.factor_added authenticator_app',
    'account.recovery_codes_made first_factor',
    'account.recovery_codes_made user',
    'account.factor_removed authenticator_app',
  ]);
  t.deepEqual(told, [
    'ada@example.test factor_added de',
    'ada@example.test recovery_codes_renewed de',
    'ada@example.test factor_removed de',
  ]);
});

test('new recovery codes end the old ones, and without a factor there are none', async (t) => {
  const { add, owner, deps, factors, keyedHash, outcomeOf } = await openDeskInMemory(t);
  t.is(await outcomeOf(renewRecoveryCodes(owner('recovery_code'), deps)), 'factor_unknown');
  const old = await add('password');
  const { codes: shown } = await renewRecoveryCodes(owner('authenticator_app'), deps);
  const kept = (await factors.get('ada')).recoveryCodes;
  t.deepEqual(
    kept,
    shown.map((code) => recoveryCodeHash('ada', code, keyedHash)),
  );
  t.false(old.some((code) => kept.includes(recoveryCodeHash('ada', code, keyedHash))));
});

test('what a proof is too weak for changes nothing', async (t) => {
  const { add, remove, owner, deps, factors, outcomeOf, events } = await openDeskInMemory(t);
  const { hashes } = newRecoveryCodes('ada', deps.keyedHash);
  await factors.change('ada', (current) => ({ ...current, passkeys: [passkey], recoveryCodes: hashes }));
  const before = await factors.get('ada');
  t.is(await remove('authenticator_app', { kind: 'passkey', id: 'key' }), 'proof_too_weak');
  t.is(await outcomeOf(renewRecoveryCodes(owner('authenticator_app'), deps)), 'proof_too_weak');
  t.is(await outcomeOf(add('password')), 'proof_too_weak');
  t.deepEqual([await factors.get('ada'), events], [before, []]);
  t.is(await remove('recovery_code', { kind: 'passkey', id: 'key' }), 'done');
});

test('a factor is removed by its own kind and id alone', async (t) => {
  const { add, remove, apps, factors } = await openDeskInMemory(t);
  await add('password');
  const [{ id }] = (await apps()) as [NamedFactor];
  await factors.change('ada', (current) => ({ ...current, passkeys: [passkey] }));
  for (const factor of [
    { kind: 'passkey', id },
    { kind: 'authenticator_app', id: 'key' },
    { kind: 'authenticator_app', id: '' },
  ] as const)
    t.is(await remove('passkey', factor), 'factor_unknown');
  t.is((await apps()).length, 1);
});

test('a reset leaves no factor, no recovery code, no remembered device and no session, and is told once', async (t) => {
  const { add, ...desk } = await openDeskInMemory(t);
  await add('password');
  const { id: accountId } = desk.ada;
  await desk.rememberedDevices.put('token', {
    ...{ accountId, rememberedAt: 0, userAgent: '', sessionsEndedAt: 0 },
    ...{ factorsChangedAt: (await desk.factors.get('ada')).changedAt, expiresAt: desk.clock.now() + 1e9 },
  });
  desk.told.length = 0;
  const note = (event: string, reason: string) => void desk.events.push(`${event} ${reason}`);
  const mailing = { outbox: desk.deps.outbox, issuer: desk.deps.issuer };
  await resetFactors('ada', { ...desk, ...mailing, note });
  t.like(await desk.factors.get('ada'), { apps: [], passkeys: [], recoveryCodes: [] });
  t.deepEqual(await desk.rememberedDevices.ofAccount('ada', 9), []);
  t.is((await desk.accounts.get('ada'))?.sessionsEndedAt, desk.clock.now());
  t.deepEqual(desk.told, ['ada@example.test factors_reset en']);
  t.deepEqual(desk.events.slice(-2), ['account.sessions_ended administrator', 'account.factors_reset administrator']);
  t.is(await desk.outcomeOf(resetFactors('grace', { ...desk, ...mailing, note })), 'account_unknown');
});
