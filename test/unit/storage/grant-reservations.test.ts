/** Which grant belongs to a session and an app, when tabs and revocations race. */
import test, { type ExecutionContext } from 'ava';
import { createGrantReservations } from '../../../src/storage/issued/grants.ts';
import { createIssuedStore } from '../../../src/storage/issued/tokens.ts';
import { gatedRecords } from '../../support/gated-records.ts';
import { openStoresInMemory } from '../../support/stores.ts';

async function start(t: ExecutionContext) {
  const { records, ring, keyedHash, clock } = await openStoresInMemory(t);
  const gates = gatedRecords();
  const gated = gates.wrapRecords(records);
  const claims = createGrantReservations(gated, ring, keyedHash);
  const until = clock.now() + 60_000;
  return {
    gates,
    claims,
    issued: createIssuedStore(records, ring, keyedHash),
    claim: (grantId: string) => claims.claim('session', 'client', grantId, until),
    takeOver: (from: string, to: string) => claims.takeOver('session', 'client', from, to, until),
    holder: () => claims.find('session', 'client'),
  };
}

test('of ten tabs that claim at once one wins, and all learn which', async (t) => {
  const { claim, holder } = await start(t);

  const winners = await Promise.all(Array.from({ length: 10 }, (_, tab) => claim(`grant ${tab}`)));

  t.is(new Set(winners).size, 1);
  t.is(await holder(), winners[0]);
});

test('whoever lost to a claim that was revoked meanwhile claims again, and holds it', async (t) => {
  const { gates, issued, claim, holder } = await start(t);
  await claim('revoked');
  const lookup = gates.holdNext('get', 'grant_reservations');
  const late = claim('next');
  await lookup.reached;

  await issued.destroyGrant('revoked');
  lookup.release();

  t.is(await late, 'next');
  t.is(await holder(), 'next');
});

test('a claim is taken over from the grant that was meant, and once', async (t) => {
  const { claim, takeOver, holder } = await start(t);
  await claim('dead');

  const taken = await Promise.all([takeOver('dead', 'one'), takeOver('dead', 'other')]);

  t.deepEqual([...taken].sort(), [false, true]);
  t.is(await holder(), taken[0] ? 'one' : 'other');
  t.false(await takeOver('dead', 'third'));
});
