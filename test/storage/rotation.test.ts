/** Rotating the secret keys while two real provider processes run: nobody notices. */
import test from 'ava';
import { forEachDatabase } from '../support/drivers.ts';
import { storageFor } from '../support/storage.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { newKey } from './encrypted-fixture.ts';
import { LOGIN, seedInstallation } from './installation-on.ts';
import { newVisitor } from './visitor.ts';

interface OlderKey {
  readonly position: number;
  readonly values: number;
  readonly isNeeded: boolean;
  readonly neededUntil: string | null;
}

await forEachDatabase(test, (driver) => {
  test(`${driver.name}: keys rotate in two phases under two running processes`, async (t) => {
    t.timeout(120_000);
    const folder = await temporaryFolder(t);
    const storage = await storageFor(driver.name === 'mongodb' ? 'mongodb' : 'sqlite', folder);
    t.teardown(storage.drop);
    const [first, second] = [newKey().toString('base64url'), newKey().toString('base64url')];
    const seeded = await seedInstallation(t, { storageUrl: storage.url, folder, secretKeys: first });
    const [portA, portB] = seeded.ports;
    let [a, b] = await Promise.all([seeded.start(portA, first), seeded.start(portB, first)]);
    const visitor = await newVisitor(seeded);
    const [sleeper, longSleeper] = [await newVisitor(seeded), await newVisitor(seeded)];
    const bothGoOn = async (): Promise<void> => {
      await visitor.goesOn(t, portA);
      await visitor.goesOn(t, portB);
    };
    /** One after the other, as a rolling restart does: in between the two have different rings. */
    const restartWith = async (secretKeys: string): Promise<void> => {
      await a.stop();
      a = await seeded.start(portA, secretKeys);
      await bothGoOn();
      await b.stop();
      b = await seeded.start(portB, secretKeys);
      await bothGoOn();
    };

    await bothGoOn();
    await restartWith(`${first},${second}`);
    await restartWith(`${second},${first}`);

    let isDone = false;
    const reEncrypted = seeded.admin(['storage', 're-encrypt', '--json'], `${second},${first}`).finally(() => {
      isDone = true;
    });
    while (!isDone) await bothGoOn();
    const { exitCode, stderr, json } = await reEncrypted;
    t.is(exitCode, 0, stderr);
    const report = json();
    t.true(Number(report.reEncrypted) > 0);
    t.is(report.undecryptable, 0);
    // Nothing but the cached token responses, for 25 hours at most, still needs the old key.
    const [old] = report.olderKeys as readonly OlderKey[];
    t.is(old?.values, Number(report.cachedResponses));
    t.true(Date.parse(old?.neededUntil ?? '') <= Date.now() + 25 * 3_600_000);
    t.regex(
      (await sleeper.opensSilently(portB)).url,
      /code=/,
      'a cookie signed with the old key, while it is on the ring',
    );
    const checked = await seeded.admin(['storage', 'check', '--json'], `${second},${first}`);
    t.is(checked.exitCode, 0, checked.stdout);

    await restartWith(second);
    t.regex((await sleeper.opensSilently(portA)).url, /code=/, 'a cookie signed anew meanwhile');
    t.regex(
      (await longSleeper.opensSilently(portA)).url,
      /login_required/,
      'a cookie signed with the key that is gone',
    );
    const again = await seeded.admin(['account', 'create', '--email', LOGIN.toUpperCase(), '--json'], second);
    t.is(again.exitCode, 1);
    t.regex(again.stderr, /email_taken/);
  });
});
