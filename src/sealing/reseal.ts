/** Seals again, under the first key of the ring, what older keys have sealed: beside processes that go on working. */
import { type Collection, collectionNames } from '../ports/collections.ts';
import { recordPages } from '../ports/record-pages.ts';
import type { FoundRecord } from '../ports/records.ts';
import type { StorageEngine } from '../ports/upkeep.ts';
import { CannotOpen, type KeyRing } from './key-ring.ts';
import { joinTallies, type SealedUnder, type SealTally, tallySeals } from './seal-tally.ts';
import { sealingContext } from './sealed-collection.ts';

// One page is resealed at once: small enough to leave the database to others in between.
const PAGE = 100;
// After the first round only what was written meanwhile by a process with the old order of keys is left.
const MAX_ROUNDS = 5;

// They open with the refresh token alone, and nobody stores that.
const UNRESEALABLE: Collection = 'refresh_answers';
// Last: until everything else is done, a ring without the old key does not open them, and such a process refuses to start.
const LAST: Collection = 'keys';
const FIRST = collectionNames.filter((name) => name !== UNRESEALABLE && name !== LAST);

export interface OlderKey extends SealedUnder {
  /** On the ring, the second key being 2: as an operator counts. */
  readonly position: number;
}

export interface ResealReport {
  readonly resealed: number;
  /** Values that no key of the ring opens. */
  readonly unopenable: number;
  /** What each older key still seals. */
  readonly olderKeys: readonly OlderKey[];
  /** Of what older keys still seal: answers to refresh requests, which only time can remove. */
  readonly refreshAnswers: number;
}

export interface ResealWishes {
  /** Told after each page how many records were looked at. */
  readonly onProgress?: (records: number) => void;
}

interface Round {
  readonly resealed: number;
  readonly unopenable: number;
  /** Read after the round: what was written behind its back counts too. */
  readonly tally: SealTally;
}

const olderIn = (tally: SealTally): number =>
  [...tally].reduce((sum, [position, { values }]) => sum + (position > 0 ? values : 0), 0);

export async function reseal(
  storage: StorageEngine,
  ring: KeyRing,
  { onProgress = () => undefined }: ResealWishes = {},
): Promise<ResealReport> {
  async function resealRecord(collection: Collection, { id, payload }: FoundRecord): Promise<keyof Round | undefined> {
    if (payload.byteLength === 0 || ring.positionOf(payload) === 0) return undefined;
    const context = sealingContext(collection, id);
    try {
      const again = ring.seal(ring.open(payload, context), context);
      return (await storage.exchangePayload(collection, id, payload, again)) ? 'resealed' : undefined;
    } catch (error) {
      if (error instanceof CannotOpen) return 'unopenable';
      throw error;
    }
  }

  async function roundOver(collections: readonly Collection[]): Promise<Round> {
    const counts = { resealed: 0, unopenable: 0 };
    for (const collection of collections) {
      for await (const page of recordPages(storage, collection, PAGE)) {
        const outcomes = await Promise.all(page.map((record) => resealRecord(collection, record)));
        counts.resealed += outcomes.filter((outcome) => outcome === 'resealed').length;
        counts.unopenable += outcomes.filter((outcome) => outcome === 'unopenable').length;
        onProgress(page.length);
      }
    }
    return { ...counts, tally: await tallySeals(storage, ring, collections) };
  }

  let round = await roundOver(FIRST);
  let { resealed } = round;
  for (let done = 1; done < MAX_ROUNDS && olderIn(round.tally) > 0 && round.resealed > 0; done += 1) {
    round = await roundOver(FIRST);
    resealed += round.resealed;
  }
  const isDone = olderIn(round.tally) === 0 && round.unopenable === 0;
  const keys = isDone
    ? await roundOver([LAST])
    : { resealed: 0, unopenable: 0, tally: await tallySeals(storage, ring, [LAST]) };
  const answers = await tallySeals(storage, ring, [UNRESEALABLE]);
  const tally = joinTallies(round.tally, keys.tally, answers);
  return {
    resealed: resealed + keys.resealed,
    unopenable: round.unopenable + keys.unopenable,
    olderKeys: Array.from({ length: ring.size - 1 }, (_, index) => ({
      position: index + 2,
      ...(tally.get(index + 1) ?? { values: 0 }),
    })),
    refreshAnswers: olderIn(answers),
  };
}
