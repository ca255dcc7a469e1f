/** A check on a MongoDB that answers: what it finds, and that it leaves nothing behind. */
import test from 'ava';
import { MongoClient } from 'mongodb';
import { checkStart } from '../../src/check-start.ts';
import { openInstallation } from '../../src/compose.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { createHost } from '../../src/host.ts';
import { exitCodeOf } from '../../src/start-failure.ts';
import { onMongodb } from '../support/mongodb/on-mongodb.ts';
import { newKey } from './encrypted-fixture.ts';

await onMongodb(test, (driver) => {
  test('MongoDB: a check tells a new database from an installation, by its keys and issuer, and writes nothing', async (t) => {
    const { url, drop } = await driver.lendDatabase();
    t.teardown(drop);
    const client = new MongoClient(url);
    t.teardown(() => client.close());
    const content = async () => {
      const names = (await client.db().listCollections({}, { nameOnly: true }).toArray())
        .map(({ name }) => name)
        .sort();
      return await Promise.all(names.map(async (name) => [name, await client.db().collection(name).find().toArray()]));
    };
    const settings = {
      ISSUER: 'https://one.example',
      HOST: '127.0.0.1',
      SECRET_KEYS: newKey().toString('base64url'),
      STORAGE_URL: url,
    };
    const codeOfCheck = async (changes: Readonly<Record<string, string>>) =>
      checkStart(readConfig({ ...settings, ...changes })).then(() => 0, exitCodeOf);

    const empty = await content();
    t.is(await checkStart(readConfig(settings)), 'new');
    t.deepEqual(await content(), empty);

    const installation = await openInstallation(readConfig(settings));
    const ignored = () => undefined;
    const log = { debug: ignored, info: ignored, warn: ignored, error: ignored };
    await (await createHost(installation, log)).rememberIssuer();
    await installation.close();
    const full = await content();
    t.is(await checkStart(readConfig(settings)), 'installation');
    t.is(await codeOfCheck({ SECRET_KEYS: newKey().toString('base64url') }), 78);
    t.is(await codeOfCheck({ ISSUER: 'https://two.example' }), 78);
    t.is(await codeOfCheck({ ISSUER: 'https://two.example', ACCEPT_NEW_ISSUER: '1' }), 0);
    t.deepEqual(await content(), full);
  });
});
