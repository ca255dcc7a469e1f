/** Copying a database: every record arrives as it was, and half a copy is never taken for a whole one. */
import test from 'ava';
import { type CopyWishes, copyStorage } from '../../src/domain/upkeep/copy-storage.ts';
import { isSameRecord } from '../../src/domain/upkeep/same-record.ts';
import { collectionNames } from '../../src/ports/collections.ts';
import { recordPages } from '../../src/ports/record-pages.ts';
import type { FoundRecord } from '../../src/ports/records.ts';
import type { StorageEngine } from '../../src/ports/upkeep.ts';
import { ManualClock } from '../support/clock.ts';
import { forEachEngine } from '../support/engines.ts';
import { atOnce, storedRecord } from '../support/records.ts';
import { isRefused } from '../support/refusals.ts';
import { openInMemory } from './open-in-memory.ts';
import { answerRefresh, check, fill, HOUR_MS, newKey, openSealedWorld } from './sealed-world.ts';

async function contents(storage: StorageEngine): Promise<readonly FoundRecord[]> {
  const records: FoundRecord[] = [];
  for (const collection of collectionNames) {
    for await (const page of recordPages(storage, collection, 7)) records.push(...page);
  }
  return records;
}

const copy = (from: StorageEngine, to: StorageEngine, wishes: Partial<CopyWishes> = {}) =>
  copyStorage({ from, to, clock: new ManualClock(), isResumed: false, ...wishes });

await forEachEngine(test, (engine) => {
  test(`${engine.name}: there and back again every record is what it was`, async (t) => {
    const clock = new ManualClock();
    const key = newKey();
    const source = await openInMemory(t, clock);
    const [there, back] = [await engine.open(t, clock), await openInMemory(t, clock)];
    const world = await openSealedWorld(source, clock, [key]);
    await fill(world);
    await answerRefresh(world, HOUR_MS);
    await atOnce(4, () => world.counters.add('failures', 600));
    await source.put('interactions', storedRecord('expired', '', { expiresAt: clock.now() - 1 }));

    const done = await copy(source, there, { clock });
    await copy(there, back, { clock });
    const [before, between, after] = [await contents(source), await contents(there), await contents(back)];
    t.is(done.total, before.length);
    t.is(between.length, before.length);
    t.is(after.length, before.length);
    for (const [at, record] of before.entries()) {
      t.true(between[at] !== undefined && isSameRecord(record, between[at]), record.id);
      t.true(after[at] !== undefined && isSameRecord(record, after[at]), record.id);
    }
    const moved = await openSealedWorld(back, clock, [key]);
    t.is((await check(moved)).faults, 0);
    t.is(await moved.counters.add('failures', 600), 6);
    t.is(
      await back.consume('refresh_tokens', (await back.list('refresh_tokens', { limit: 1 }))[0]?.id ?? ''),
      'already_consumed',
    );
  });

  test(`${engine.name}: going on with an interrupted copy brings what is missing, what has changed and what is gone`, async (t) => {
    const clock = new ManualClock();
    const source = await openInMemory(t, clock);
    const target = await engine.open(t, clock);
    await openSealedWorld(source, clock, [newKey()]);
    const idOf = (n: number): string => `token ${String(n).padStart(4, '0')}`;
    await atOnce(1000, (n) => source.insert('refresh_tokens', storedRecord(idOf(n), '')));
    const died = new Error('the process died');
    let restored = 0;
    const dying: StorageEngine = {
      ...target,
      async restore(collection, records) {
        restored += records.length;
        if (restored > 500) throw died;
        await target.restore(collection, records);
      },
    };
    t.is(await t.throwsAsync(copy(source, dying, { clock })), died);
    t.true((await target.size('refresh_tokens')) > 0);

    await source.remove('refresh_tokens', idOf(1));
    await source.consume('refresh_tokens', idOf(2));
    await source.insert('refresh_tokens', storedRecord('a new one', ''));
    await isRefused(t, 'storage_copy_unfinished', () => copy(source, target, { clock }));
    await isRefused(t, 'storage_copy_unfinished', () => copy(target, source, { clock }));
    const { total, copied, removed } = await copy(source, target, { clock, isResumed: true });
    const [left, right] = [await contents(source), await contents(target)];
    t.is(total, left.length);
    t.is(removed, 1);
    t.true(copied < total);
    t.true(left.every((record, at) => right[at] !== undefined && isSameRecord(record, right[at])));
    t.is(right.length, left.length);
    await isRefused(t, 'storage_nothing_to_resume', () => copy(source, target, { clock, isResumed: true }));
  });

  test(`${engine.name}: a target that holds anything is refused and left as it is`, async (t) => {
    const clock = new ManualClock();
    const source = await openInMemory(t, clock);
    await openSealedWorld(source, clock, [newKey()]);
    const target = await engine.open(t, clock);
    await target.insert('counters', storedRecord('count', ''));
    await isRefused(t, 'storage_not_empty', () => copy(source, target, { clock }));
    t.is((await contents(target)).length, 1);
  });

  test(`${engine.name}: a source without an installation is refused`, async (t) => {
    const clock = new ManualClock();
    const [source, target] = [await engine.open(t, clock), await openInMemory(t, clock)];
    await isRefused(t, 'storage_empty', () => copy(source, target, { clock }));
    t.deepEqual(await contents(target), []);
  });
});

test('a source that is written to all the time is no whole copy in the end, until it is left alone', async (t) => {
  const clock = new ManualClock();
  const [source, target] = [await openInMemory(t, clock), await openInMemory(t, clock)];
  await openSealedWorld(source, clock, [newKey()]);
  let written = 0;
  const busy: StorageEngine = {
    ...source,
    async list(collection, page) {
      const found = await source.list(collection, page);
      if (collection === 'revoked_tokens') await source.insert('grants', storedRecord(`grant ${written++}`, ''));
      return found;
    },
  };
  await isRefused(t, 'storage_changing', () => copy(busy, target, { clock }));
  t.is((await copy(source, target, { clock, isResumed: true })).total, (await contents(source)).length);
});
