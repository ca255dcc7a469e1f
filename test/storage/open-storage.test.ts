import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { openStorage } from '../../src/open-storage.ts';
import { systemClock } from '../../src/ports/clock.ts';
import { StorageAddressInvalid } from '../../src/storage/driver.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('an address that is neither SQLite nor MongoDB opens neither, and is not shown', async (t) => {
  for (const url of ['postgres://someone:hunter2@db/latchkey', './data/latchkey.db', '']) {
    const error = await t.throwsAsync(openStorage({ url, clock: systemClock, acceptNewer: false }), {
      instanceOf: StorageAddressInvalid,
    });
    t.false(error.message.includes('hunter2'));
  }
});

test('a place where no file can be made is a wrong address, whoever asks', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'file'), '');
  await symlink(join(folder, 'circle'), join(folder, 'circle'));
  for (const place of [
    'file/test.db',
    'file/x/test.db',
    'x'.repeat(256),
    `${'x'.repeat(256)}/test.db`,
    'circle/test.db',
  ]) {
    const url = `sqlite:${folder}/${place}`;
    const error = await t.throwsAsync(openStorage({ url, clock: systemClock, acceptNewer: false }), undefined, place);
    t.true(error instanceof StorageAddressInvalid, `${place}: ${error}`);
  }
});
