/** Keeps the last events of each owner: a ring of slots, so that a flood overwrites and never grows. */
import type { Clock } from '../../ports/clock.ts';
import type { Event, EventOwner, EventRecord, EventSink } from '../../ports/events.ts';
import type { Records } from '../driver.ts';
import { EncryptedCollection } from '../encryption/encrypted-collection.ts';
import type { KeyedCollectionDeps, KeyedHash } from '../encryption/keyed-hash.ts';

const DAY_SECONDS = 24 * 60 * 60;

/** How many, and for how long. */
export const keptEvents = {
  account: { last: 200, days: 90 },
  client: { last: 50, days: 7 },
  'unknown accounts': { last: 200, days: 7 },
  administration: { last: 200, days: 90 },
} as const satisfies Readonly<Record<EventOwner['kind'], { readonly last: number; readonly days: number }>>;

// A counter that starts again writes over events that are not the oldest: it outlives every event by far, and goes with
// its owner. Only that of an owner who was removed while an event was written is left to expire.
const COUNTER_DAYS = 3650;

export interface StoredEvent {
  readonly owner: EventOwner;
  /** Counts the owner's events from 1: the slot, and the order of two in one millisecond. */
  readonly number: number;
  readonly record: EventRecord;
}

function nameOf({ kind, id = '' }: EventOwner): string {
  return `${kind}\0${id}`;
}

export function eventOwnerHash(owner: EventOwner, keyedHash: KeyedHash): string {
  return keyedHash.hash('event owner', nameOf(owner));
}

export function eventSlotId({ owner, number }: Omit<StoredEvent, 'record'>, keyedHash: KeyedHash): string {
  return keyedHash.hash('event slot', `${nameOf(owner)}\0${number % keptEvents[owner.kind].last}`);
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

  /** Two calls for an event; one more for each other event of the same owner and request. */
  async record(events: readonly Event[]): Promise<void> {
    const byOwner = new Map<string, { readonly owner: EventOwner; readonly records: EventRecord[] }>();
    for (const { owner, record } of events) {
      if (owner === undefined) continue;
      const kept = byOwner.get(nameOf(owner)) ?? { owner, records: [] };
      byOwner.set(nameOf(owner), kept);
      kept.records.push(record);
    }
    await Promise.all([...byOwner.values()].map(({ owner, records }) => this.#append(owner, records)));
  }

  /** Newest first. */
  async list(owner: EventOwner): Promise<readonly EventRecord[]> {
    const limit = keptEvents[owner.kind].last;
    const found = await this.#events.findBy('owner', eventOwnerHash(owner, this.#keyedHash), { limit });
    return found
      .map(({ value }) => value)
      .sort((one, other) => other.number - one.number)
      .map(({ record }) => record);
  }

  removeForAccount(accountId: string): Promise<void> {
    return this.#removeAllOf({ kind: 'account', id: accountId });
  }

  removeForClient(clientId: string): Promise<void> {
    return this.#removeAllOf({ kind: 'client', id: clientId });
  }

  async #append(owner: EventOwner, records: readonly EventRecord[]): Promise<void> {
    const expiresAt = this.#clock.now() + COUNTER_DAYS * DAY_SECONDS * 1000;
    // Atomic: of many writers each gets numbers of its own, and so slots.
    const last = await this.#records.increment('counters', this.#counterOf(owner), records.length, expiresAt);
    const first = last - records.length + 1;
    await Promise.all(records.map((record, index) => this.#put({ owner, number: first + index, record })));
  }

  #put(stored: StoredEvent): Promise<void> {
    const { owner, record } = stored;
    return this.#events.put({
      id: eventSlotId(stored, this.#keyedHash),
      value: stored,
      indexes: { owner: eventOwnerHash(owner, this.#keyedHash) },
      expiresAt: record.at + keptEvents[owner.kind].days * DAY_SECONDS * 1000,
    });
  }

  async #removeAllOf(owner: EventOwner): Promise<void> {
    await this.#events.removeBy('owner', eventOwnerHash(owner, this.#keyedHash));
    await this.#records.remove('counters', this.#counterOf(owner));
  }

  #counterOf(owner: EventOwner): string {
    return this.#keyedHash.hash('counter', `events\0${nameOf(owner)}`);
  }
}
