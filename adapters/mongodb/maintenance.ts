/** Maintenance on MongoDB: what moving, re-encryption and checking a database needs beside the records themselves. */
import { MongoServerError } from 'mongodb';
import { type Collection, collectionNames, collections } from '../../src/storage/collections.ts';
import type { Maintenance } from '../../src/storage/driver.ts';
import { type Documents, documentOf, live } from './documents.ts';
import { indexDescriptions } from './migrations.ts';

type Work = <T>(collection: Collection, work: (documents: Documents, now: number) => Promise<T>) => Promise<T>;

const NAMESPACE_NOT_FOUND = 26;

async function presentIndexNames(documents: Documents): Promise<ReadonlySet<string | undefined>> {
  try {
    return new Set((await documents.listIndexes().toArray()).map(({ name }) => name));
  } catch (error) {
    // Nobody has made the collection.
    if (error instanceof MongoServerError && error.code === NAMESPACE_NOT_FOUND) return new Set();
    throw error;
  }
}

async function missingIndexes(documents: Documents, collection: Collection): Promise<readonly string[]> {
  const present = await presentIndexNames(documents);
  return indexDescriptions(Object.keys(collections[collection].indexes))
    .filter(({ name }) => !present.has(name))
    .map(({ name }) => `${collection} lacks its index ${name}`);
}

export function mongodbMaintenance(on: Work): Omit<Maintenance, 'schema'> {
  return {
    size: (collection) => on(collection, (documents) => documents.estimatedDocumentCount()),
    exchangePayload: (collection, id, from, to) =>
      on(collection, async (documents, now) => {
        const same = { _id: id, payload: from, ...live(now) };
        const { matchedCount } = await documents.updateOne(same, { $set: { payload: to } });
        return matchedCount === 1;
      }),
    async restore(collection, records) {
      if (records.length === 0) return;
      const writes = records.map((record) => {
        const { _id, ...replacement } = documentOf(collection, record);
        return { replaceOne: { filter: { _id }, replacement, upsert: true } };
      });
      await on(collection, (documents) => documents.bulkWrite(writes, { ordered: false }));
    },
    async faults() {
      const found = await Promise.all(
        collectionNames.map((collection) => on(collection, (documents) => missingIndexes(documents, collection))),
      );
      return found.flat();
    },
  };
}
