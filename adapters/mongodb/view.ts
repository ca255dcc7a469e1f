/** A look at a MongoDB database that changes nothing there. */
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

/** Throws `StorageAddressInvalid` where no connection could be tried. */
export async function checkMongodbAddress(url: string): Promise<void> {
  throwOnUnusableFiles(connectionTo({ url }).client.options);
}

export async function viewMongodb({ url, clock, timeoutMs }: MongodbViewOptions): Promise<StorageView> {
  // A little less for the driver, because its error is more precise than ours.
  const { client, database } = connectionTo({ url, timeoutMs: 0.8 * timeoutMs });
  throwOnUnusableFiles(client.options);
  try {
    await throwOnGreeting(client);
    const found = await reachingWithin(0.9 * timeoutMs, async () => {
      await client.connect();
      const missing = await missingRights(database);
      if (missing.length > 0) {
        throw new StorageAccessDenied('rights', { cause: new Error(`it lacks ${missing.join(', ')}`) });
      }
      return await schemaVersionOf(database);
    });
    return {
      schema: { found, known: knownVersion },
      get: (collection, id) =>
        reachingWithin(0.9 * timeoutMs, async () => {
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
