/** What people change of their second factors, many at once, on every database. */
import test, { type ExecutionContext } from 'ava';
import { DomainError } from '../../src/domain/domain-error.ts';
import {
  addAuthenticatorApp,
  MAX_APPS,
  type NamedFactor,
  removeFactor,
  renewRecoveryCodes,
} from '../../src/domain/factors/own-factors.ts';
import { newRecoveryCodes, recoveryCodeHash } from '../../src/domain/factors/recovery-codes.ts';
import { resetFactors } from '../../src/domain/factors/reset.ts';
import type { Strength } from '../../src/domain/factors/strength.ts';
import { newTotpSecret } from '../../src/domain/factors/totp.ts';
import type { Passkey } from '../../src/storage/factors/factors.ts';
import { user } from '../support/accounts.ts';
import { forEachDatabase, type TestDatabase } from '../support/drivers.ts';
import { codeOfSecret } from '../support/factors.ts';
import { atOnce, tally } from '../support/records.ts';
import { openStores, openStoresInMemory, type Stores } from '../support/stores.ts';

const passkey: Passkey = {
  ...{ id: 'key', name: 'Laptop', publicKey: 'cose', counter: 0, transports: [] },
  ...{ deviceType: 'multiDevice', addedAt: 0 },
};

/** Of Ada, who proved who she is a moment ago. */
async function deskOver(stores: Stores) {
  const { accounts, factors, rememberedDevices, clock, keyedHash, links } = stores;
  const ada = user({ id: 'ada', email: 'ada@example.test' });
  await accounts.create(ada);
  const [events, told]: [string[], string[]] = [[], []];
  const state = { mustHaveFactor: false, afterWrite: async (): Promise<unknown> => undefined };
  const deps = {
    ...{ factors, rememberedDevices, keyedHash, clock, links, issuer: 'https://id.example.test' },
    outbox: {
      enqueue: async (to: string, order?: { readonly text: string; readonly language: string }) =>
        void told.push(`${to} ${order?.text} ${order?.language}`),
    },
    accounts: {
      async get(id: string) {
        await state.afterWrite();
        return accounts.get(id);
      },
    },
    mustHaveFactor: () => state.mustHaveFactor,
    note: (event: string, reason: string) => void events.push(`${event} ${reason}`),
  };
  const owner = (strength: Strength) => ({
    account: ada,
    proof: { authTime: Math.floor(clock.now() / 1000), strength },
    language: 'de',
  });
  /** What became of it: the code of the error, or that it was done. */
  async function outcomeOf(act: Promise<unknown>): Promise<string> {
    try {
      await act;
      return 'done';
    } catch (error) {
      if (error instanceof DomainError) return error.code;
      throw error;
    }
  }
  const add = (strength: Strength, secret = newTotpSecret(), typed = codeOfSecret(secret, clock.now())) =>
    addAuthenticatorApp(owner(strength), { secret, name: 'Phone', typed }, deps);
  const remove = (strength: Strength, factor: NamedFactor) => outcomeOf(removeFactor(owner(strength), factor, deps));
  const apps = async (): Promise<readonly NamedFactor[]> =>
    (await factors.get('ada')).apps.map(({ id }) => ({ kind: 'authenticator_app', id }));
  return { ...stores, ada, deps, state, events, told, owner, outcomeOf, add, remove, apps };
}

const openDesk = async (t: ExecutionContext, driver: TestDatabase) => deskOver(await openStores(t, driver));
const openDeskInMemory = async (t: ExecutionContext) => deskOver(await openStoresInMemory(t));

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
  const shown = await renewRecoveryCodes(owner('authenticator_app'), deps);
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

/** What can happen to the account or its sessions before the write of a change, unseen by it. */
const ends: Readonly<Record<string, (stores: Pick<Stores, 'accounts' | 'clock'>) => Promise<unknown>>> = {
  'its sessions were ended': ({ accounts, clock }) =>
    accounts.update('ada', (account) => ({ ...account, sessionsEndedAt: clock.now() })),
  'it was disabled': ({ accounts }) => accounts.update('ada', (account) => ({ ...account, isDisabled: true })),
  'it was deleted': ({ accounts }) => accounts.remove('ada'),
};

for (const [what, end] of Object.entries(ends)) {
  test(`a factor that is added while ${what} is taken out again, and so are its recovery codes`, async (t) => {
    const desk = await openDeskInMemory(t);
    desk.state.afterWrite = () => end(desk);
    t.is(await desk.outcomeOf(desk.add('password')), 'signed_out');
    t.like(await desk.factors.get('ada'), { apps: [], recoveryCodes: [] });
    t.deepEqual([desk.events, desk.told], [[], []]);
  });

  test(`recovery codes that are made while ${what} are of no use`, async (t) => {
    const desk = await openDeskInMemory(t);
    await desk.add('password');
    desk.state.afterWrite = () => end(desk);
    t.is(await desk.outcomeOf(renewRecoveryCodes(desk.owner('authenticator_app'), desk.deps)), 'signed_out');
    t.deepEqual((await desk.factors.get('ada')).recoveryCodes, []);
  });
}

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
