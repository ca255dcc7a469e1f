/** The thread of `checkpoints.ts`: copies the log into the database file each time it is told to. */
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

const database = new DatabaseSync(String(workerData));
// As durable as on the connection that writes: the log is reused once this connection says that it was copied.
for (const setting of ['fullfsync = ON', 'checkpoint_fullfsync = ON', 'synchronous = FULL', 'wal_autocheckpoint = 0']) {
  database.exec(`PRAGMA ${setting}`);
}
// PASSIVE waits for nobody and holds up nobody. Where another connection copies already there is nothing to do.
const copy = database.prepare('PRAGMA wal_checkpoint(PASSIVE)');

parentPort?.on('message', (order: 'copy' | 'end') => {
  if (order === 'end') {
    database.close();
    parentPort?.close();
    return;
  }
  copy.get();
  parentPort?.postMessage('done');
});
