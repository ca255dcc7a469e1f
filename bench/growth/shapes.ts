/** Copies what real flows left in a database, a million times if need be: same collections, same sizes, other ids. */
import { randomBytes } from 'node:crypto';
import { type Collection, collectionNames } from '../../src/storage/collections.ts';
import type { FoundRecord, Records } from '../../src/storage/driver.ts';

const MOST_OF_A_COLLECTION = 1000;
const DAY_MILLISECONDS = 86_400_000;

export interface Shape {
  readonly collection: Collection;
  readonly record: FoundRecord;
}

export interface Growth {
  readonly expired: number;
  readonly live: number;
}

/** Everything that will expire one day. What never does is not what a database grows by. */
export async function shapesIn(records: Records): Promise<readonly Shape[]> {
  const shapes: Shape[] = [];
  for (const collection of collectionNames) {
    const found = await records.list(collection, { limit: MOST_OF_A_COLLECTION });
    for (const record of found) if (record.expiresAt !== undefined) shapes.push({ collection, record });
  }
  return shapes;
}

/** As a hash looks: of the same length, and nowhere near the last one in any index. */
const likeHash = (text: string): string => randomBytes(text.length).toString('base64url').slice(0, text.length);

const likeLookup = (name: string, value: string | readonly string[]): string | readonly string[] => {
  // There are few clients, and many of everything else.
  if (name === 'clientId') return value;
  return typeof value === 'string' ? likeHash(value) : value.map(likeHash);
};

function copyOf({ collection, record }: Shape, expiresAt: number): Shape {
  const indexes = Object.entries(record.indexes ?? {}).map(([name, value]) => [name, likeLookup(name, value)] as const);
  return {
    collection,
    record: {
      ...record,
      id: likeHash(record.id),
      payload: randomBytes(record.payload.byteLength),
      indexes: Object.fromEntries(indexes),
      expiresAt,
    },
  };
}

/** Each shape as often as the others, expired and live in turn, so that both are all over the files. */
export function* copiesOf(shapes: readonly Shape[], { expired, live }: Growth): Generator<Shape> {
  const now = Date.now();
  const total = expired + live;
  let liveSoFar = 0;
  for (let made = 0; made < total; made += 1) {
    const shape = shapes[made % shapes.length];
    if (shape === undefined) throw new Error('there is nothing to copy');
    const isLive = liveSoFar < Math.floor(((made + 1) * live) / total);
    if (isLive) liveSoFar += 1;
    const distance = 1 + Math.random() * DAY_MILLISECONDS;
    yield copyOf(shape, Math.round(isLive ? now + DAY_MILLISECONDS + distance : now - distance));
  }
}
