/** How a record looks as a MongoDB document, and the filters that every operation shares. */
import type { Collection as DriverCollection } from 'mongodb';
import type { Clock } from '../../src/ports/clock.ts';
import { type Collection, collections, type IndexOf } from '../../src/storage/collections.ts';
import type { FoundRecord, StoredRecord } from '../../src/storage/driver.ts';

export type IndexName = { [C in Collection]: IndexOf<C> }[Collection];

type IndexFields = { [L in IndexName]?: string | string[] };

export interface RecordDocument extends IndexFields {
  readonly _id: string;
  payload: Uint8Array;
  version: number;
  consumedAt?: Date;
  expiresAt?: Date;
  /** Counters only. */
  value?: number;
}

/** What one call works on. */
export interface Target {
  readonly documents: DriverCollection<RecordDocument>;
  readonly collection: Collection;
  readonly clock: Clock;
  /** When the call began. */
  readonly now: number;
}

const indexNames = (collection: Collection): readonly IndexName[] =>
  Object.keys(collections[collection].indexes) as IndexName[];

// `$not` also matches what has no expiry at all.
export const live = (now: number) => ({ expiresAt: { $not: { $lte: new Date(now) } } });

export const expired = (now: number) => ({ expiresAt: { $lte: new Date(now) } });

export const isLive = ({ expiresAt }: { expiresAt?: Date }, now: number): boolean =>
  expiresAt === undefined || expiresAt.getTime() > now;

type Content = Omit<RecordDocument, '_id' | 'version' | 'consumedAt' | 'value'>;

function contentOf(collection: Collection, { payload, indexes = {}, expiresAt }: StoredRecord): Content {
  const declared = indexNames(collection);
  const content: Content = { payload, ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt) }) };
  for (const [name, value] of Object.entries(indexes)) {
    const index = declared.find((each) => each === name);
    if (index === undefined) throw new TypeError(`${collection} has no index ${name}`);
    content[index] = typeof value === 'string' ? value : [...value];
  }
  return content;
}

/** The document of a new record: version 1, not consumed. */
export function freshDocument(collection: Collection, record: StoredRecord): RecordDocument {
  return { _id: record.id, version: 1, ...contentOf(collection, record) };
}

/** The update that replaces payload, indexes and expiry, and leaves `consumedAt` alone. */
export function changeTo(collection: Collection, record: StoredRecord) {
  const content = contentOf(collection, record);
  const absent = ([...indexNames(collection), 'expiresAt'] as const).filter((field) => !(field in content));
  return {
    $set: content,
    $inc: { version: 1 },
    // Some servers do not accept an operator without fields.
    ...(absent.length > 0 && { $unset: Object.fromEntries(absent.map((field) => [field, ''] as const)) }),
  };
}

export function recordOf(collection: Collection, document: RecordDocument): FoundRecord {
  const { _id, payload, version, consumedAt, expiresAt, value: count } = document;
  const indexes = Object.fromEntries(
    indexNames(collection).flatMap((name) => {
      const value = document[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  return {
    id: _id,
    payload,
    version,
    indexes,
    ...(consumedAt !== undefined && { consumedAt: consumedAt.getTime() }),
    ...(expiresAt !== undefined && { expiresAt: expiresAt.getTime() }),
    ...(count !== undefined && { count }),
  };
}

/** The document of a record as another database had it. */
export function documentOf(collection: Collection, record: FoundRecord): RecordDocument {
  const { version, consumedAt, count } = record;
  return {
    ...freshDocument(collection, record),
    version,
    ...(consumedAt !== undefined && { consumedAt: new Date(consumedAt) }),
    ...(count !== undefined && { value: count }),
  };
}
