/** Which grant belongs to a session and a client, when tabs and revocations race. */
import test, { type ExecutionContext } from 'ava';
import { GrantStore } from '../../../src/storage/issued/grants.ts';
import { gatedRecords } from '../../support/gated-records.ts';
import { openStoresInMemory } from '../../support/stores.ts';

async function start(t: ExecutionContext) {
  const stores = await openStoresInMemory(t);
  const { records, clock } = stores;
  const gates = gatedRecords();
  const gated = gates.wrapRecords(records);
  const grants = new GrantStore({ ...stores, records: gated });
  const until = clock.now() + 60_000;
  return {
    gates,
    grants: stores.grants,
    reserve: (grantId: string) => grants.reserve('session', 'client', grantId, until),
    takeOver: (from: string, to: string) => grants.takeOver('session', 'client', from, to, until),
    holder: () => grants.findReserved('session', 'client'),
  };
}

test('of ten tabs that reserve at once one wins, and all learn which', async (t) => {
  const { reserve, holder } = await start(t);

  const winners = await Promise.all(Array.from({ length: 10 }, (_, tab) => reserve(`grant ${tab}`)));

  t.is(new Set(winners).size, 1);
  t.is(await holder(), winners[0]);
});

test('a tab that lost to a grant that was revoked meanwhile reserves again, and has it', async (t) => {
  const { gates, grants, reserve, holder } = await start(t);
  await reserve('revoked');
  const read = gates.holdNext('get', 'grant_reservations');
  const late = reserve('next');
  await read.reached;

  await grants.destroy('revoked');
  read.release();

  t.is(await late, 'next');
  t.is(await holder(), 'next');
});

test('a reservation is taken over from the grant that was meant, and once', async (t) => {
  const { reserve, takeOver, holder } = await start(t);
  await reserve('dead');

  const taken = await Promise.all([takeOver('dead', 'one'), takeOver('dead', 'other')]);

  t.deepEqual([...taken].sort(), [false, true]);
  t.is(await holder(), taken[0] ? 'one' : 'other');
  t.false(await takeOver('dead', 'third'));
});
