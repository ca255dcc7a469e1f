/** A read-only view of a MongoDB database. */
import type { Clock } from '../../src/ports/clock.ts';
import { StorageAccessDenied, type StorageView } from '../../src/storage/driver.ts';
import { invalidAddress, isMistakeInAddress, throwOnUnusableFiles } from './addresses.ts';
import { connectionTo } from './connection.ts';
import { isLive, type RecordDocument, recordOf } from './documents.ts';
import { reachingWithin } from './errors.ts';
import { throwOnGreeting } from './greeting.ts';
import { knownVersion, schemaVersionOf } from './migrations.ts';
import { missingRights } from './rights.ts';

export interface MongodbViewOptions {
  readonly url: string;
  readonly clock: Clock;
  /** For the first answer, whatever the address says. */
  readonly timeoutMs: number;
}

/** Parts of the time that the caller waits. Each limit ends before the one around it, whose error is less precise. */
const DRIVER_SHARE = 0.8;
const OPERATION_SHARE = 0.9;

/** Throws `StorageAddressInvalid` where no connection could be tried. */
export async function checkMongodbAddress(url: string): Promise<void> {
  throwOnUnusableFiles(connectionTo({ url }).client.options);
}

export async function viewMongodb({ url, clock, timeoutMs }: MongodbViewOptions): Promise<StorageView> {
  const { client, database } = connectionTo({ url, timeoutMs: DRIVER_SHARE * timeoutMs });
  throwOnUnusableFiles(client.options);
  try {
    await throwOnGreeting(client);
    const found = await reachingWithin(OPERATION_SHARE * timeoutMs, async () => {
      await client.connect();
      const missing = await missingRights(database);
      if (missing.length > 0) {
        throw new StorageAccessDenied('rights', { cause: new Error(`the user lacks ${missing.join(', ')}`) });
      }
      return await schemaVersionOf(database);
    });
    return {
      schema: { found, known: knownVersion },
      get: (collection, id) =>
        reachingWithin(OPERATION_SHARE * timeoutMs, async () => {
          const document = await database.collection<RecordDocument>(collection).findOne({ _id: id });
          return document !== null && isLive(document, clock.now()) ? recordOf(collection, document) : undefined;
        }),
      close: () => client.close(),
    };
  } catch (error) {
    await client.close();
    throw isMistakeInAddress(error) ? invalidAddress(url, error) : error;
  }
}
