/** What an operator reads when the provider cannot start on a MongoDB that answers. */
import test from 'ava';
import { MongoClient } from 'mongodb';
import { onMongodb } from '../support/mongodb/on-mongodb.ts';
import { newKey } from './encrypted-fixture.ts';
import { isExplained, newerStorage, newInstallation, startsAnyway } from './starts.ts';

await onMongodb(test, (driver) => {
  test('MongoDB: what a newer version has written is refused, unless told so', async (t) => {
    const { url, drop } = await driver.lendDatabase();
    t.teardown(drop);
    const key = await newInstallation(url);
    const client = new MongoClient(url);
    const ledger = client.db().collection<{ _id: string; version: number }>('latchkey_migrations');
    const { version = 0 } = (await ledger.findOne({ _id: 'schema' })) ?? {};
    await ledger.updateOne({ _id: 'schema' }, { $set: { version: 99 } });
    // The database is used again by other tests.
    t.teardown(async () => {
      await ledger.updateOne({ _id: 'schema' }, { $set: { version } });
      await client.close();
    });
    await isExplained(t, { STORAGE_URL: url, SECRET_KEYS: key }, newerStorage);
    await startsAnyway(t, url, key);
  });

  test('MongoDB: keys that do not open the database are recognised at start', async (t) => {
    const { url, drop } = await driver.lendDatabase();
    t.teardown(drop);
    await newInstallation(url);
    const settings = { STORAGE_URL: url, SECRET_KEYS: newKey().toString('base64url') };
    await isExplained(t, settings, { exitCode: 78, says: [/SECRET_KEYS does not decrypt this database/] });
  });
});
