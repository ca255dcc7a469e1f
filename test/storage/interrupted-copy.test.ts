/** A copy that is killed in the middle: it is refused by all, and completed later. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import test from 'ava';
import { openStorage } from '../../src/open-storage.ts';
import { systemClock } from '../../src/ports/clock.ts';
import { openAdmin } from '../support/admin-command.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { storedRecord } from '../support/records.ts';
import { storageFor } from '../support/storage.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { newKey, openEncryptedFixture } from './encrypted-fixture.ts';
import { failedStart } from './failed-start.ts';

const RECORDS = 8_000;
const command = join(import.meta.dirname, '../../scripts/admin.ts');

/** Kills the command as soon as it says that a tenth is done. */
async function killInTheMiddle(args: readonly string[]): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, [command, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  child.stderr.once('data', () => child.kill('SIGKILL'));
  const [, signal] = await once(child, 'exit');
  return signal;
}

await forEachDatabase(test, (driver) => {
  test(`${driver.name}: a copy that was killed in the middle is refused by all and completed by --resume`, async (t) => {
    t.timeout(120_000);
    const folder = await temporaryFolder(t);
    const target = await storageFor(driver.name === 'mongodb' ? 'mongodb' : 'sqlite', folder);
    t.teardown(target.drop);
    const sourceUrl = `sqlite:${join(folder, 'source.db')}`;
    const source = await openStorage({ url: sourceUrl, clock: systemClock, acceptNewer: false });
    t.teardown(() => source.close());
    const key = newKey();
    await openEncryptedFixture(source, systemClock, [key]);
    const payload = Buffer.alloc(500, 7);
    await source.restore(
      'client_credentials',
      Array.from({ length: RECORDS }, (_, n) => ({ ...storedRecord(`token ${n}`, ''), payload, version: 1 })),
    );

    const copy = ['storage', 'copy', '--from', sourceUrl, '--to', target.url];
    t.is(await killInTheMiddle(copy), 'SIGKILL');
    const arrived = await openStorage({ url: target.url, clock: systemClock, acceptNewer: false });
    t.teardown(() => arrived.close());
    const half = await arrived.size('client_credentials');
    t.true(half > 0 && half < RECORDS, `${half}`);

    const admin = await openAdmin(t);
    const settings = { STORAGE_URL: target.url, SECRET_KEYS: key.toString('base64url') };
    const listed = await admin(['account', 'list'], '', settings);
    t.is(listed.exitCode, 1);
    t.regex(listed.stderr, /storage_copy_unfinished/);
    const started = await failedStart(settings);
    t.is(started.exitCode, 69, started.stderr);
    t.regex(started.stderr, /--resume/);
    t.is((await admin(copy)).exitCode, 1);

    const resumed = await admin([...copy, '--resume', '--json']);
    t.is(resumed.exitCode, 0, resumed.stderr);
    t.is(await arrived.size('client_credentials'), RECORDS);
    t.like(resumed.json(), { total: RECORDS + 1, removed: 0 });
    t.true(Number(resumed.json().copied) < RECORDS);
    t.is((await admin(['account', 'list'], '', settings)).exitCode, 0);
  });
});
