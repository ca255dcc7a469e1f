/** What else happens while somebody changes their second factors: to the account, to its factors, and to the database. */
import test from 'ava';
import {
  addAuthenticatorApp,
  addFactor,
  confirmAppAgain,
  type NamedFactor,
  newAuthenticatorApp,
  removeFactor,
  renewRecoveryCodes,
} from '../../src/domain/factors/own-factors.ts';
import { recoveryCodeHash } from '../../src/domain/factors/recovery-codes.ts';
import { codeOfSecret } from '../support/factors.ts';
import type { Stores } from '../support/stores.ts';
import { appToAdd, type Desk, openDeskInMemory, passkey } from './factor-desk.ts';

/** Each with what it needs: for a removal the last that was added. */
const changes: Readonly<Record<string, (desk: Desk) => Promise<unknown>>> = {
  'a first app': ({ add }) => add('password'),
  'another app': ({ add }) => add('authenticator_app'),
  'a removal': async ({ apps, owner, deps }) => {
    const last = (await apps()).at(-1) as NamedFactor;
    return removeFactor(owner('authenticator_app'), last, deps);
  },
  'the removal of the last': async ({ apps, owner, deps }) =>
    removeFactor(owner('authenticator_app'), (await apps())[0] as NamedFactor, deps),
  'new recovery codes': ({ owner, deps }) => renewRecoveryCodes(owner('authenticator_app'), deps),
};

/** What can happen to the account or its sessions before the write of a change, unseen by it. */
const ends: Readonly<Record<string, (stores: Pick<Stores, 'accounts' | 'clock'>) => Promise<unknown>>> = {
  'its sessions were ended': ({ accounts, clock }) =>
    accounts.update('ada', (account) => ({ ...account, sessionsEndedAt: clock.now() })),
  'it was disabled': ({ accounts }) => accounts.update('ada', (account) => ({ ...account, isDisabled: true })),
  'it was deleted': ({ accounts }) => accounts.remove('ada'),
};

for (const [what, end] of Object.entries(ends)) {
  test(`whatever is changed while ${what} is undone, and nobody is told`, async (t) => {
    for (const [change, act] of Object.entries(changes)) {
      const desk = await openDeskInMemory(t);
      if (change !== 'a first app') await desk.add('password');
      if (change === 'a removal') await desk.add('authenticator_app');
      desk.events.length = 0;
      desk.told.length = 0;
      const { changedAt, ...before } = await desk.factors.get('ada');
      desk.state.afterWrite = () => end(desk);
      t.is(await desk.outcomeOf(act(desk)), 'signed_out', change);
      const isDeleted = (await desk.accounts.get('ada')) === undefined;
      const { changedAt: changedSince, ...after } = await desk.factors.get('ada');
      t.deepEqual(after, isDeleted ? { ...before, apps: [], passkeys: [], recoveryCodes: [] } : before, change);
      // What was remembered or proven in between is of other factors.
      t.true(isDeleted || changedSince > changedAt + 1);
      t.deepEqual([desk.events, desk.told], [[], []], change);
    }
  });
}

test('what was used up in between stays so when a change is undone', async (t) => {
  const desk = await openDeskInMemory(t);
  await desk.add('password');
  await desk.add('authenticator_app');
  const { recoveryCodes } = await desk.factors.get('ada');
  desk.state.afterWrite = async () => {
    await desk.factors.change('ada', ({ apps: [app, ...others], ...current }) => ({
      ...current,
      apps: app === undefined ? [] : [{ ...app, lastStep: app.lastStep + 1 }, ...others],
      recoveryCodes: current.recoveryCodes.slice(1),
    }));
    desk.state.afterWrite = async () => undefined;
    await ends['it was disabled']?.(desk);
  };
  const [first, second] = (await desk.factors.get('ada')).apps;
  t.is(await desk.remove('authenticator_app', { kind: 'authenticator_app', id: second?.id ?? '' }), 'signed_out');
  const { apps, recoveryCodes: left } = await desk.factors.get('ada');
  t.deepEqual(apps, [{ ...first, lastStep: (first?.lastStep ?? 0) + 1 }, second] as typeof apps);
  t.deepEqual(left, recoveryCodes.slice(1));
});

test('a removal that cannot be undone, because the factors were changed since, is told and recorded', async (t) => {
  const desk = await openDeskInMemory(t);
  await desk.add('password');
  desk.told.length = 0;
  // As a reset does it: what was there then is not to come back.
  desk.state.afterWrite = async () => {
    await desk.factors.removeAllOf('ada');
    await ends['its sessions were ended']?.(desk);
  };
  t.is(await desk.outcomeOf(changes['a removal']?.(desk) ?? Promise.resolve()), 'signed_out');
  t.deepEqual((await desk.factors.get('ada')).apps, []);
  t.deepEqual(desk.told, ['ada@example.test factor_removed de']);
  t.is(desk.events.at(-1), 'account.factor_removed authenticator_app');
});

test('the last factor of somebody who must have one since the write of its removal comes back', async (t) => {
  const desk = await openDeskInMemory(t);
  await desk.add('password');
  const [app] = await desk.apps();
  const { recoveryCodes } = await desk.factors.get('ada');
  desk.state.afterWrite = async () => {
    desk.state.mustHaveFactor = true;
  };
  t.is(await desk.remove('authenticator_app', app as NamedFactor), 'factor_required');
  t.deepEqual([await desk.apps(), (await desk.factors.get('ada')).recoveryCodes], [[app], recoveryCodes]);
  t.false(desk.events.includes('account.factor_removed authenticator_app'));
});

test('what was proven of factors that were changed elsewhere since is worth no more than the password', async (t) => {
  const desk = await openDeskInMemory(t);
  await desk.add('password');
  const [app] = (await desk.apps()) as [NamedFactor];
  const before = await desk.factors.get('ada');
  for (const strength of ['authenticator_app', 'passkey', 'recovery_code'] as const) {
    const owner = desk.owner(strength);
    const stale = { ...owner, proof: { ...owner.proof, factorsAt: before.changedAt - 1 } };
    for (const act of [
      () => removeFactor(stale, app, desk.deps),
      () => renewRecoveryCodes(stale, desk.deps),
      () => addAuthenticatorApp(stale, appToAdd(desk), desk.deps),
    ])
      t.is(await desk.outcomeOf(act()), 'proof_too_weak', strength);
  }
  t.deepEqual(await desk.factors.get('ada'), before);
});

test('a change that the database is lost after is recorded as begun', async (t) => {
  for (const [change, act] of Object.entries(changes)) {
    const desk = await openDeskInMemory(t);
    if (change !== 'a first app') await desk.add('password');
    desk.events.length = 0;
    desk.state.afterWrite = () => Promise.reject(new Error('lost'));
    await t.throwsAsync(act(desk), { message: 'lost' }, change);
    t.regex(desk.events[0] ?? '', /not finished$/, change);
  }
});

test('a change that the database does not answer once after is finished, and told once', async (t) => {
  for (const [change, act] of Object.entries(changes)) {
    const desk = await openDeskInMemory(t);
    if (change !== 'a first app') await desk.add('password');
    desk.events.length = 0;
    desk.told.length = 0;
    let failures = 1;
    desk.state.afterWrite = async () => {
      failures -= 1;
      if (failures === 0) throw new Error('lost');
    };
    await act(desk);
    t.is(desk.told.length, 1, change);
    t.false(
      desk.events.some((event) => event.endsWith('not finished')),
      change,
    );
  }
});

test('an app whose form comes again brings other recovery codes, as long as nobody can have seen the first', async (t) => {
  const desk = await openDeskInMemory(t);
  const app = appToAdd(desk);
  const first = await addFactor(desk.owner('password'), newAuthenticatorApp(app, desk.deps), desk.deps);
  /** Of a browser that the answer to this change has reached. */
  const again = (factorsAt: number | undefined, { secret, typed } = app) => {
    const { proof, ...owner } = desk.owner('password');
    return confirmAppAgain({ ...owner, proof: { ...proof, factorsAt } }, { secret, typed }, desk.deps);
  };
  t.is(await desk.outcomeOf(again(first.to)), 'factor_known', 'they were shown');
  const wrong = { ...app, typed: app.typed === '000000' ? '111111' : '000000' };
  t.is(await desk.outcomeOf(again(undefined, wrong)), 'code_wrong');
  t.is(await desk.outcomeOf(again(undefined, appToAdd(desk))), 'factor_known', 'it is another app');
  const { codes } = await again(undefined);
  const hashes = codes.map((code) => recoveryCodeHash('ada', code, desk.keyedHash));
  t.deepEqual((await desk.factors.get('ada')).recoveryCodes, hashes);
  t.is((await desk.apps()).length, 1);
  t.is(desk.events.at(-1), 'account.recovery_codes_made first_factor');
  t.is(desk.told.at(-1), 'ada@example.test recovery_codes_renewed de');
  await desk.factors.change('ada', (current) => ({ ...current, recoveryCodes: current.recoveryCodes.slice(1) }));
  t.is(await desk.outcomeOf(again(undefined)), 'factor_known', 'one of them was used');
  await desk.factors.change('ada', (current) => ({ ...current, recoveryCodes: hashes, passkeys: [passkey] }));
  t.is(await desk.outcomeOf(again(undefined)), 'factor_known', 'it is not the only factor');
  await desk.factors.change('ada', (current) => ({ ...current, passkeys: [] }));
  desk.clock.advance(601);
  const late = { ...app, typed: codeOfSecret(app.secret, desk.clock.now()) };
  t.is(await desk.outcomeOf(again(undefined, late)), 'factor_known', 'it was a while ago');
});
