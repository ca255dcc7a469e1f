/** Keeps the last events of each owner: rings of slots, so that a flood overwrites and never grows. */
import type { Clock } from '../../ports/clock.ts';
import type { Event, EventOwner, EventRecord, EventSink } from '../../ports/events.ts';
import type { Records } from '../driver.ts';
import { EncryptedCollection } from '../encryption/encrypted-collection.ts';
import type { KeyedCollectionDeps, KeyedHash } from '../encryption/keyed-hash.ts';

const DAY_SECONDS = 24 * 60 * 60;

/** How many of each ring, and for how long. An owner that strangers can cause events of has a second ring for those. */
export const keptEvents = {
  account: { last: 200, days: 90 },
  'account, by anybody': { last: 50, days: 90 },
  client: { last: 50, days: 7 },
  'client, by anybody': { last: 50, days: 7 },
  'unknown accounts': { last: 200, days: 7 },
  administration: { last: 200, days: 90 },
} as const satisfies Readonly<Record<string, { readonly last: number; readonly days: number }>>;

type Ring = keyof typeof keptEvents;

const ringsOf = {
  account: ['account', 'account, by anybody'],
  client: ['client', 'client, by anybody'],
  'unknown accounts': ['unknown accounts'],
  administration: ['administration'],
} as const satisfies Readonly<Record<EventOwner['kind'], readonly [Ring, Ring?]>>;

const REPETITION_MILLISECONDS = 60_000;

// A counter that starts again writes over events that are not the oldest: it outlives every event by far, and goes with
// its owner. Only that of an owner who was removed while an event was written is left to expire.
const COUNTER_DAYS = 3650;

export interface StoredEvent {
  readonly owner: EventOwner;
  readonly ring: Ring;
  /** Counts the events of the ring from 1: the slot, and the order of two in one millisecond. */
  readonly number: number;
  readonly record: EventRecord;
}

type RingOfOwner = Pick<StoredEvent, 'owner' | 'ring'>;

function ringName({ owner: { id = '' }, ring }: RingOfOwner): string {
  return `${ring}\0${id}`;
}

export function eventOwnerHash({ kind, id = '' }: EventOwner, keyedHash: KeyedHash): string {
  return keyedHash.hash('event owner', `${kind}\0${id}`);
}

export function eventSlotId({ number, ...stored }: Omit<StoredEvent, 'record'>, keyedHash: KeyedHash): string {
  return keyedHash.hash('event slot', `${ringName(stored)}\0${number % keptEvents[stored.ring].last}`);
}

export class EventStore implements EventSink {
  readonly #events: EncryptedCollection<StoredEvent, 'events'>;
  readonly #records: Records;
  readonly #keyedHash: KeyedHash;
  readonly #clock: Clock;

  constructor(deps: KeyedCollectionDeps) {
    this.#events = new EncryptedCollection(deps, 'events');
    this.#records = deps.records;
    this.#keyedHash = deps.keyedHash;
    this.#clock = deps.clock;
  }

  /** Two calls for an event; one more for each other event of the same ring and request, and for one that is repetitive. */
  async record(events: readonly Event[]): Promise<void> {
    const byRing = new Map<string, RingOfOwner & { readonly records: EventRecord[] }>();
    for (const { record, owners = [], isByAnybody = false, isRepetitive = false } of events) {
      for (const owner of owners) {
        const [own, byAnybody = own]: readonly [Ring, Ring?] = ringsOf[owner.kind];
        const target = { owner, ring: isByAnybody ? byAnybody : own };
        if (isRepetitive && (await this.#isRepeated(target, record))) continue;
        const kept = byRing.get(ringName(target)) ?? { ...target, records: [] };
        byRing.set(ringName(target), kept);
        kept.records.push(record);
      }
    }
    await Promise.all([...byRing.values()].map(({ records, ...target }) => this.#append(target, records)));
  }

  /** Newest first, of all rings of the owner. */
  async list(owner: EventOwner): Promise<readonly EventRecord[]> {
    const limit = ringsOf[owner.kind].reduce((sum, ring) => sum + keptEvents[ring].last, 0);
    const found = await this.#events.findBy('owner', eventOwnerHash(owner, this.#keyedHash), { limit });
    return found
      .map(({ value }) => value)
      .sort((one, other) => other.record.at - one.record.at || other.number - one.number)
      .map(({ record }) => record);
  }

  /** Returns how many there were, as does the next. */
  removeForAccount(accountId: string): Promise<number> {
    return this.#removeAllOf({ kind: 'account', id: accountId });
  }

  removeForClient(clientId: string): Promise<number> {
    return this.#removeAllOf({ kind: 'client', id: clientId });
  }

  async #isRepeated(
    target: RingOfOwner,
    { event, accountReference = '', address = '', at }: EventRecord,
  ): Promise<boolean> {
    const key = ['repeated event', ringName(target), event, accountReference, address].join('\0');
    const id = this.#keyedHash.hash('counter', key);
    return (await this.#records.increment('counters', id, 1, at + REPETITION_MILLISECONDS)) > 1;
  }

  async #append(target: RingOfOwner, records: readonly EventRecord[]): Promise<void> {
    const expiresAt = this.#clock.now() + COUNTER_DAYS * DAY_SECONDS * 1000;
    // Atomic: of many writers each gets numbers of its own, and so slots.
    const last = await this.#records.increment('counters', this.#counterOf(target), records.length, expiresAt);
    const first = last - records.length + 1;
    await Promise.all(records.map((record, index) => this.#put({ ...target, number: first + index, record })));
  }

  #put(stored: StoredEvent): Promise<void> {
    const { owner, ring, record } = stored;
    return this.#events.put({
      id: eventSlotId(stored, this.#keyedHash),
      value: stored,
      indexes: { owner: eventOwnerHash(owner, this.#keyedHash) },
      expiresAt: record.at + keptEvents[ring].days * DAY_SECONDS * 1000,
    });
  }

  async #removeAllOf(owner: EventOwner): Promise<number> {
    const removed = await this.#events.removeBy('owner', eventOwnerHash(owner, this.#keyedHash));
    for (const ring of ringsOf[owner.kind]) await this.#records.remove('counters', this.#counterOf({ owner, ring }));
    return removed;
  }

  #counterOf(target: RingOfOwner): string {
    return this.#keyedHash.hash('counter', `events\0${ringName(target)}`);
  }
}
