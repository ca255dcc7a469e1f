/** Encrypts again, under the first key of the ring, what older keys have encrypted: beside processes that go on working. */
import { type Collection, collectionNames } from '../collections.ts';
import type { FoundRecord, Records, StorageDriver } from '../driver.ts';
import { encryptionContext } from '../encryption/encrypted-collection.ts';
import { CannotDecrypt, type KeyRing } from '../encryption/key-ring.ts';
import { recordPages } from './every-record.ts';

// One page is reEncrypted at once: small enough to leave the database to others in between.
const PAGE = 100;
// After the first round only what was written meanwhile by a process with the old order of keys is left.
const MAX_ROUNDS = 5;

// They open with the refresh token alone, and nobody stores that.
const NOT_RE_ENCRYPTABLE: Collection = 'cached_token_responses';
// Last: until everything else is done, a ring without the old key does not open them, and such a process refuses to start.
const LAST: Collection = 'keys';
const FIRST = collectionNames.filter((name) => name !== NOT_RE_ENCRYPTABLE && name !== LAST);

export interface OlderKey extends EncryptedUnder {
  /** On the ring, the second key being 2: as an operator counts. */
  readonly position: number;
}

export interface ReEncryptionReport {
  readonly reEncrypted: number;
  /** Values that no key of the ring opens. */
  readonly undecryptable: number;
  /** What each older key still encrypts. */
  readonly olderKeys: readonly OlderKey[];
  /** Of what older keys still encrypt: answers to refresh requests, which only time can remove. */
  readonly cachedResponses: number;
}

export interface ReEncryptionOptions {
  /** Told after each page how many records were looked at. */
  readonly onProgress?: (records: number) => void;
}

interface Round {
  readonly reEncrypted: number;
  readonly undecryptable: number;
  /** Read after the round: what was written behind its back counts too. */
  readonly tally: KeyTally;
}

const olderIn = (tally: KeyTally): number =>
  [...tally].reduce((sum, [position, { values }]) => sum + (position > 0 ? values : 0), 0);

export async function reEncrypt(
  storage: StorageDriver,
  ring: KeyRing,
  { onProgress = () => undefined }: ReEncryptionOptions = {},
): Promise<ReEncryptionReport> {
  async function reEncryptRecord(
    collection: Collection,
    { id, payload }: FoundRecord,
  ): Promise<keyof Round | undefined> {
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
        counts.reEncrypted += outcomes.filter((outcome) => outcome === 'reEncrypted').length;
        counts.undecryptable += outcomes.filter((outcome) => outcome === 'undecryptable').length;
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
  const answers = await tallyKeys(storage, ring, [NOT_RE_ENCRYPTABLE]);
  const tally = joinTallies(round.tally, keys.tally, answers);
  return {
    reEncrypted: reEncrypted + keys.reEncrypted,
    undecryptable: round.undecryptable + keys.undecryptable,
    olderKeys: Array.from({ length: ring.size - 1 }, (_, index) => ({
      position: index + 2,
      ...(tally.get(index + 1) ?? { values: 0 }),
    })),
    cachedResponses: olderIn(answers),
  };
}

const TALLY_PAGE = 500;

export interface EncryptedUnder {
  readonly values: number;
  /** When the last of them expires, in milliseconds since the epoch; absent: one of them never does. */
  readonly until?: number;
}

/** By position on the ring; what no key of the ring has encrypted is at -1. */
export type KeyTally = ReadonlyMap<number, EncryptedUnder>;

const longer = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? undefined : Math.max(one, other);

function plus(before: EncryptedUnder | undefined, { values, until }: EncryptedUnder): EncryptedUnder {
  const latest = before === undefined ? until : longer(before.until, until);
  return { values: (before?.values ?? 0) + values, ...(latest !== undefined && { until: latest }) };
}

async function tallyKeys(records: Records, ring: KeyRing, collections: readonly Collection[]): Promise<KeyTally> {
  const tally = new Map<number, EncryptedUnder>();
  for (const collection of collections) {
    for await (const page of recordPages(records, collection, TALLY_PAGE)) {
      for (const { payload, expiresAt } of page) {
        // An empty payload holds nothing to encrypt: the record's being there says it all.
        if (payload.byteLength === 0) continue;
        const position = ring.positionOf(payload) ?? -1;
        const value = { values: 1, ...(expiresAt !== undefined && { until: expiresAt }) };
        tally.set(position, plus(tally.get(position), value));
      }
    }
  }
  return tally;
}

function joinTallies(...tallies: readonly KeyTally[]): KeyTally {
  const joined = new Map<number, EncryptedUnder>();
  for (const [position, under] of tallies.flatMap((tally) => [...tally])) {
    joined.set(position, plus(joined.get(position), under));
  }
  return joined;
}
