/** A MongoDB server that goes silent keeps no process from stopping in the time that it is given. */
import test from 'ava';
import got from 'got';
import { freePort } from '../../scripts/free-port.ts';
import { onMongodb } from '../support/mongodb/on-mongodb.ts';
import { startProviderProcess } from '../support/provider-process.ts';
import { storageFor } from '../support/storage.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

await onMongodb(test, () => {
  test('a database that went silent before the stop delays it by little, and the process ends with 0', async (t) => {
    const folder = await temporaryFolder(t);
    const storage = await storageFor('mongodb', folder);
    t.teardown(storage.drop);
    const { port: serverPort, pathname } = new URL(storage.url);
    const proxy = await startTcpProxy(Number(serverPort));
    t.teardown(proxy.close);
    const port = await freePort();
    const forLong = 'directConnection=true&socketTimeoutMS=600000&serverSelectionTimeoutMS=600000';
    const provider = await startProviderProcess({
      port,
      environment: {
        ISSUER: `http://localhost:${port}`,
        DATA_FOLDER: folder,
        STORAGE_URL: `mongodb://127.0.0.1:${proxy.port}${pathname}?${forLong}`,
        SHUTDOWN_GRACE_SECONDS: '1',
      },
    });
    t.teardown(provider.kill);
    proxy.stall();
    // One that is under way when it stops.
    const asked = got(`${provider.address}/readyz`, { throwHttpErrors: false, retry: { limit: 0 } }).catch(
      () => undefined,
    );
    await got(`${provider.address}/livez`);
    t.is(await provider.stop(), 0);
    await asked;
    await until('it says so', () => provider.output().includes('"stopped"'));
  });
});
