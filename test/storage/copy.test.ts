/** Copying a database: every record arrives as it was, and half a copy is never taken for a whole one. */
import test from 'ava';
import { collectionNames } from '../../src/storage/collections.ts';
import type { FoundRecord, StorageDriver } from '../../src/storage/driver.ts';
import { type CopyOptions, copyStorage } from '../../src/storage/maintenance/copy.ts';
import { isSameRecord, recordPages } from '../../src/storage/maintenance/every-record.ts';
import { ManualClock } from '../support/clock.ts';
import { rejectsWith } from '../support/domain-errors.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { atOnce, storedRecord } from '../support/records.ts';
import { cacheResponse, check, fill, HOUR_MS, newKey, openEncryptedFixture } from './encrypted-fixture.ts';
import { openInMemory } from './open-in-memory.ts';

async function contents(storage: StorageDriver): Promise<readonly FoundRecord[]> {
  const records: FoundRecord[] = [];
  for (const collection of collectionNames) {
    for await (const page of recordPages(storage, collection, 7)) records.push(...page);
  }
  return records;
}

const copy = (from: StorageDriver, to: StorageDriver, options: Partial<CopyOptions> = {}) =>
  copyStorage({ from, to, clock: new ManualClock(), isResumed: false, ...options });

await forEachDatabase(test, (driver) => {
  test(`${driver.name}: there and back again every record is what it was`, async (t) => {
    const clock = new ManualClock();
    const key = newKey();
    const source = await openInMemory(t, clock);
    const [there, back] = [await driver.open(t, clock), await openInMemory(t, clock)];
    const fixture = await openEncryptedFixture(source, clock, [key]);
    await fill(fixture);
    await cacheResponse(fixture, HOUR_MS);
    await atOnce(4, () => fixture.counters.add('failures', 600));
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
    const moved = await openEncryptedFixture(back, clock, [key]);
    t.is((await check(moved)).faults, 0);
    t.is(await moved.counters.add('failures', 600), 6);
    t.is(
      await back.consume('refresh_tokens', (await back.list('refresh_tokens', { limit: 1 }))[0]?.id ?? ''),
      'already_consumed',
    );
  });

  test(`${driver.name}: going on with an interrupted copy brings what is missing, what has changed and what is gone`, async (t) => {
    const clock = new ManualClock();
    const source = await openInMemory(t, clock);
    const target = await driver.open(t, clock);
    await openEncryptedFixture(source, clock, [newKey()]);
    const idOf = (n: number): string => `token ${String(n).padStart(4, '0')}`;
    await atOnce(1000, (n) => source.insert('refresh_tokens', storedRecord(idOf(n), '')));
    const died = new Error('the process died');
    let restored = 0;
    const dying: StorageDriver = {
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
    await rejectsWith(t, 'storage_copy_unfinished', () => copy(source, target, { clock }));
    await rejectsWith(t, 'storage_copy_unfinished', () => copy(target, source, { clock }));
    const { total, copied, removed } = await copy(source, target, { clock, isResumed: true });
    const [left, right] = [await contents(source), await contents(target)];
    t.is(total, left.length);
    t.is(removed, 1);
    t.true(copied < total);
    t.true(left.every((record, at) => right[at] !== undefined && isSameRecord(record, right[at])));
    t.is(right.length, left.length);
    await rejectsWith(t, 'storage_nothing_to_resume', () => copy(source, target, { clock, isResumed: true }));
  });

  test(`${driver.name}: a target that holds anything is refused and left as it is`, async (t) => {
    const clock = new ManualClock();
    const source = await openInMemory(t, clock);
    await openEncryptedFixture(source, clock, [newKey()]);
    const target = await driver.open(t, clock);
    await target.insert('counters', storedRecord('count', ''));
    await rejectsWith(t, 'storage_not_empty', () => copy(source, target, { clock }));
    t.is((await contents(target)).length, 1);
  });

  test(`${driver.name}: a source without an installation is refused`, async (t) => {
    const clock = new ManualClock();
    const [source, target] = [await driver.open(t, clock), await openInMemory(t, clock)];
    await rejectsWith(t, 'storage_empty', () => copy(source, target, { clock }));
    t.deepEqual(await contents(target), []);
  });
});

test('a source that is written to all the time is no whole copy in the end, until it is left alone', async (t) => {
  const clock = new ManualClock();
  const [source, target] = [await openInMemory(t, clock), await openInMemory(t, clock)];
  await openEncryptedFixture(source, clock, [newKey()]);
  let written = 0;
  const busy: StorageDriver = {
    ...source,
    async list(collection, page) {
      const found = await source.list(collection, page);
      if (collection === 'revoked_tokens') await source.insert('grants', storedRecord(`grant ${written++}`, ''));
      return found;
    },
  };
  await rejectsWith(t, 'storage_changing', () => copy(busy, target, { clock }));
  t.is((await copy(source, target, { clock, isResumed: true })).total, (await contents(source)).length);
});
