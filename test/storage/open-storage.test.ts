import test from 'ava';
import { openStorage } from '../../src/open-storage.ts';
import { systemClock } from '../../src/ports/clock.ts';
import { StorageAddressInvalid } from '../../src/storage/driver.ts';

test('an address that is neither SQLite nor MongoDB opens neither, and is not shown', async (t) => {
  for (const url of ['postgres://someone:hunter2@db/latchkey', './data/latchkey.db', '']) {
    const error = await t.throwsAsync(openStorage({ url, clock: systemClock, acceptNewer: false }), {
      instanceOf: StorageAddressInvalid,
    });
    t.false(error.message.includes('hunter2'));
  }
});
