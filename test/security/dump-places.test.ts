/** That the search of the dump test looks into every place of a database and a data folder. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { openInstallation } from '../../src/compose.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { storageFor } from '../support/storage.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { findSecrets } from './dump/find-secrets.ts';
import { databaseAt, filesIn } from './dump/haystacks.ts';

const TOKEN = 'hZ3vN0qk7Jx-T4mQ_9uWcE2yRb6sLdKfA1oPgViXtBw';
const PASSWORD = 'a quill & a feather, 1815 times';
const secrets = [
  { name: 'token', value: TOKEN },
  { name: 'password', value: PASSWORD },
];

await forEachDatabase(test, ({ name }) => {
  test(`${name}: a planted secret is found in payload, index, id and file`, async (t) => {
    const folder = await temporaryFolder(t);
    const storage = await storageFor(name, folder);
    t.teardown(storage.drop);
    const { records, close } = await openInstallation(
      readConfig({ STORAGE_URL: storage.url, DATA_FOLDER: folder, ISSUER: 'http://localhost' }),
    );
    t.teardown(close);
    const foundIn = async () =>
      findSecrets(secrets, await databaseAt(storage.url)).map((finding) =>
        finding.replace(/(?:table|collection) /, ''),
      );
    t.deepEqual(await foundIn(), []);

    const payload = Buffer.from('{}');
    await records.put('interactions', { id: 'one', payload: Buffer.from(`{"password":"${PASSWORD}"}`) });
    await records.put('consents', { id: 'two', payload, indexes: { accountId: PASSWORD } });
    await records.put('sessions', { id: 'three', payload, indexes: { sessionId: [TOKEN] } });
    await records.put('access_tokens', { id: TOKEN, payload });
    await writeFile(join(folder, 'left-behind.txt'), `... ${TOKEN}`);

    t.deepEqual((await foundIn()).toSorted(), [
      'password in consents',
      'password in interactions',
      'token in access_tokens',
      name === 'sqlite' ? 'token in sessions_sessionId' : 'token in sessions',
    ]);
    t.true(findSecrets(secrets, filesIn(folder)).includes('token in file left-behind.txt'));
    const ownFiles = findSecrets(secrets, filesIn(folder)).filter((finding) => finding.includes('test.db'));
    t.is(ownFiles.length > 0, name === 'sqlite');
  });
});
