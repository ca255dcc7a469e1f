/** Encrypts again, under the first key of the ring, what older keys have encrypted, while other processes go on working. */
import { type Collection, collectionNames } from '../collections.ts';
import type { FoundRecord, StorageDriver } from '../driver.ts';
import { encryptionContext } from '../encryption/encrypted-collection.ts';
import { CannotDecrypt, type KeyRing } from '../encryption/key-ring.ts';
import { recordPages } from './every-record.ts';

// One page is encrypted at once: small enough that requests are served in between.
const PAGE = 100;
const TALLY_PAGE = 500;
// After the first round only what was written meanwhile by a process with the old order of keys is left.
const MAX_ROUNDS = 5;

// To decrypt them takes the refresh token, which is not stored.
const NOT_RE_ENCRYPTABLE: Collection = 'cached_token_responses';
// Last, so that a process without the old key cannot start before everything else is done.
const LAST: Collection = 'keys';
const FIRST = collectionNames.filter((name) => name !== NOT_RE_ENCRYPTABLE && name !== LAST);

export interface EncryptedUnder {
  readonly values: number;
  /** When the last of them expires, in milliseconds since the epoch; absent when one of them does not expire. */
  readonly until?: number;
}

export interface OlderKey extends EncryptedUnder {
  /** In SECRET_KEYS, counted from 1. */
  readonly position: number;
}

export interface ReEncryptionReport {
  readonly reEncrypted: number;
  /** Values that no key of the ring decrypts. */
  readonly undecryptable: number;
  /** What each older key still encrypts. */
  readonly olderKeys: readonly OlderKey[];
  /** How many of those values are cached token responses, which stay until they expire. */
  readonly cachedResponses: number;
}

/** By position on the ring; -1 for values that no key of the ring has encrypted. */
type KeyTally = Map<number, EncryptedUnder>;

type Outcome = 'reEncrypted' | 'undecryptable';

interface Round extends Readonly<Record<Outcome, number>> {
  /** Counted after the round, so that it includes what others have written meanwhile. */
  readonly tally: KeyTally;
}

export async function reEncrypt(
  storage: StorageDriver,
  ring: KeyRing,
  { onProgress = () => undefined }: { readonly onProgress?: (records: number) => void } = {},
): Promise<ReEncryptionReport> {
  async function reEncryptRecord(collection: Collection, { id, payload }: FoundRecord): Promise<Outcome | undefined> {
    if (payload.byteLength === 0 || ring.positionOf(payload) === 0) return undefined;
    const context = encryptionContext(collection, id);
    try {
      const again = ring.encrypt(ring.decrypt(payload, context), context);
      return (await storage.exchangePayload(collection, id, payload, again)) ? 'reEncrypted' : undefined;
    } catch (error) {
      if (error instanceof CannotDecrypt) return 'undecryptable';
      throw error;
    }
  }

  async function roundOver(collections: readonly Collection[]): Promise<Round> {
    const counts = { reEncrypted: 0, undecryptable: 0 };
    for (const collection of collections) {
      for await (const page of recordPages(storage, collection, PAGE)) {
        const outcomes = await Promise.all(page.map((record) => reEncryptRecord(collection, record)));
        for (const outcome of outcomes) if (outcome !== undefined) counts[outcome] += 1;
        onProgress(page.length);
      }
    }
    return { ...counts, tally: await tallyKeys(storage, ring, collections) };
  }

  let round = await roundOver(FIRST);
  let { reEncrypted } = round;
  for (let done = 1; done < MAX_ROUNDS && olderIn(round.tally) > 0 && round.reEncrypted > 0; done += 1) {
    round = await roundOver(FIRST);
    reEncrypted += round.reEncrypted;
  }
  const isDone = olderIn(round.tally) === 0 && round.undecryptable === 0;
  const keys = isDone
    ? await roundOver([LAST])
    : { reEncrypted: 0, undecryptable: 0, tally: await tallyKeys(storage, ring, [LAST]) };
  const cached = await tallyKeys(storage, ring, [NOT_RE_ENCRYPTABLE]);
  const tally: KeyTally = new Map();
  for (const [position, under] of [...round.tally, ...keys.tally, ...cached]) addTo(tally, position, under);
  return {
    reEncrypted: reEncrypted + keys.reEncrypted,
    undecryptable: round.undecryptable + keys.undecryptable,
    olderKeys: Array.from({ length: ring.size - 1 }, (_, index) => ({
      position: index + 2,
      ...(tally.get(index + 1) ?? { values: 0 }),
    })),
    cachedResponses: olderIn(cached),
  };
}

function olderIn(tally: KeyTally): number {
  return [...tally].reduce((sum, [position, { values }]) => sum + (position > 0 ? values : 0), 0);
}

function addTo(tally: KeyTally, position: number, { values, until }: EncryptedUnder): void {
  const before = tally.get(position) ?? { values: 0, until: 0 };
  const isForEver = before.until === undefined || until === undefined;
  tally.set(position, {
    values: before.values + values,
    ...(!isForEver && { until: Math.max(before.until, until) }),
  });
}

async function tallyKeys(storage: StorageDriver, ring: KeyRing, collections: readonly Collection[]): Promise<KeyTally> {
  const tally: KeyTally = new Map();
  for (const collection of collections) {
    for await (const page of recordPages(storage, collection, TALLY_PAGE)) {
      for (const { payload, expiresAt } of page) {
        // An empty payload holds nothing to encrypt.
        if (payload.byteLength === 0) continue;
        addTo(tally, ring.positionOf(payload) ?? -1, {
          values: 1,
          ...(expiresAt !== undefined && { until: expiresAt }),
        });
      }
    }
  }
  return tally;
}
