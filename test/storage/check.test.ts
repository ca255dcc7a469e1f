/** What a check of the database finds, and what it knows to be no fault. */
import test from 'ava';
import { checkDatabase } from '../../src/sealing/check.ts';
import { createKeyRing } from '../../src/sealing/key-ring.ts';
import { createRefreshAnswers } from '../../src/sealing/refresh-answers.ts';
import { sealingContext } from '../../src/sealing/sealed-collection.ts';
import { ManualClock } from '../support/clock.ts';
import { forEachEngine } from '../support/engines.ts';
import { answerRefresh, check, fill, HOUR_MS, newKey, openSealedWorld, type SealedWorld } from './sealed-world.ts';

const seal = ({ ring }: SealedWorld, value: unknown, context: string): Uint8Array =>
  ring.seal(Buffer.from(JSON.stringify(value)), context);

async function first({ records }: SealedWorld, collection: Parameters<typeof records.list>[0]) {
  const [found] = await records.list(collection, { limit: 1 });
  if (found === undefined) throw new Error(`nothing in ${collection}`);
  return found;
}

/** What is done to a healthy database, and what is said of it then. */
const damages: Readonly<Record<string, readonly [damage: (world: SealedWorld) => Promise<unknown>, fault: RegExp]>> = {
  'a value that was altered': [
    async (world) => {
      const account = await first(world, 'accounts');
      const payload = Buffer.from(account.payload);
      payload.writeUInt8(payload.readUInt8(40) ^ 1, 40);
      await world.records.put('accounts', { ...account, payload });
    },
    /^accounts: does not open/,
  ],
  'a value that was never sealed': [
    async (world) => world.records.put('clients', { id: 'plain', payload: Buffer.from('{"id":"plain"}') }),
    /^clients: does not open/,
  ],
  'a value of another kind': [
    async (world) =>
      world.records.put('clients', { id: 'null', payload: seal(world, null, sealingContext('clients', 'null')) }),
    /^clients: is no value of its collection/,
  ],
  'an account whose address nobody has claimed': [
    async (world) => world.records.removeBy('account_identifiers', 'accountId', 'ada'),
    /^accounts: has an e-mail address that nobody has claimed/,
  ],
  'a claim that leads to another account': [
    async (world) => {
      const claim = await first(world, 'account_identifiers');
      await world.records.put('account_identifiers', { ...claim, lookups: { accountId: 'eve' } });
    },
    /^account_identifiers: is found by the wrong account/,
  ],
  'a session that a stranger’s cookie opens': [
    async (world) => {
      const session = await first(world, 'sessions');
      await world.records.put('sessions', { ...session, lookups: { ...session.lookups, alias: ['stranger'] } });
    },
    /^sessions: is found by other cookies/,
  ],
  'a token that names another grant than it was found by': [
    async (world) => {
      const token = await first(world, 'access_tokens');
      await world.records.put('access_tokens', { ...token, lookups: { grantId: 'another' } });
    },
    /^access_tokens: is found by what it does not say/,
  ],
  'a seen proof that holds something': [
    async (world) => world.records.put('replay_detections', { id: 'x', payload: Buffer.from('something') }),
    /^replay_detections: holds something/,
  ],
  'an answer under a key that is gone': [
    async (world) => {
      const refreshAnswers = createRefreshAnswers(world.records, createKeyRing([newKey()]), world.keyedHash);
      await answerRefresh({ ...world, refreshAnswers }, HOUR_MS);
    },
    /^refresh_answers: is sealed under a key that SECRET_KEYS does not hold/,
  ],
  'an interrupted copy': [
    async (world) => world.records.insert('keys', { id: 'copy under way', payload: Buffer.of() }),
    /^keys: says that the database is a copy/,
  ],
};

await forEachEngine(test, (engine) => {
  test(`${engine.name}: a database that the stores have filled has no faults, and everything is counted`, async (t) => {
    const clock = new ManualClock();
    const world = await openSealedWorld(await engine.open(t, clock), clock, [newKey()]);
    await fill(world);
    await answerRefresh(world, HOUR_MS);
    const { faults, findings, collections } = await check(world);
    t.deepEqual([faults, findings], [0, []]);
    t.deepEqual(collections.refresh_tokens, { live: 1, consumed: 1, expired: 0, garbage: 0 });
    t.like(collections.account_identifiers, { live: 2 });
    t.like(collections.counters, { live: 1 });
  });

  for (const [title, [damage, expected]] of Object.entries(damages)) {
    test(`${engine.name}: found: ${title}`, async (t) => {
      const clock = new ManualClock();
      const world = await openSealedWorld(await engine.open(t, clock), clock, [newKey()]);
      await fill(world);
      await damage(world);
      const { faults, findings } = await check(world);
      t.true(faults > 0);
      t.true(
        findings.some(({ collection, fault }) => expected.test(`${collection}: ${fault}`)),
        JSON.stringify(findings),
      );
    });
  }

  test(`${engine.name}: what hangs on a grant that is gone, and a claim without its account, are garbage and no fault`, async (t) => {
    const clock = new ManualClock();
    const world = await openSealedWorld(await engine.open(t, clock), clock, [newKey()]);
    await fill(world);
    // As a process leaves it that is killed after the first of its writes.
    const [grant] = await world.records.list('grants', { limit: 1 });
    await world.records.remove('grants', grant?.id ?? '');
    await world.records.remove('accounts', 'ada');
    const { faults, collections } = await check(world);
    t.is(faults, 0);
    t.like(collections.access_tokens, { live: 0, garbage: 1 });
    t.like(collections.grant_claims, { garbage: 1 });
    t.like(collections.account_identifiers, { garbage: 2 });
  });

  test(`${engine.name}: what has expired is counted, even under a key that is gone`, async (t) => {
    const clock = new ManualClock();
    const records = await engine.open(t, clock);
    const world = await openSealedWorld(records, clock, [newKey()]);
    await fill(world);
    // Listed by a clock for which nothing has expired, judged by one for which much has.
    const later = { now: () => clock.now() + 2 * HOUR_MS };
    const ring = createKeyRing([newKey()]);
    const report = await checkDatabase({ ...world, everything: records, clock: later, ring });
    t.deepEqual(report.collections.access_tokens, { live: 0, consumed: 0, expired: 1, garbage: 0 });
  });
});
