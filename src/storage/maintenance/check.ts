/** Reads and decrypts a whole database, and reports what is wrong. */
import type { Clock } from '../../ports/clock.ts';
import { type Collection, collectionNames } from '../collections.ts';
import type { FoundRecord, Records } from '../driver.ts';
import type { KeyRing } from '../encryption/key-ring.ts';
import type { KeyedHash } from '../encryption/keyed-hash.ts';
import { recordPages } from './every-record.ts';
import { type InspectionDeps, inspect, type Verdict } from './inspections.ts';

const PAGE = 200;
const MOST_FINDINGS = 1000;
const MOST_GRANTS_REMEMBERED = 10_000;

export interface CollectionCounts {
  readonly live: number;
  readonly consumed: number;
  readonly expired: number;
  readonly garbage: number;
}

export interface Finding {
  readonly collection: Collection;
  /** As stored: a hash, or a name that is no secret. */
  readonly id: string;
  readonly fault: string;
}

export interface CheckReport {
  readonly collections: Readonly<Record<string, CollectionCounts>>;
  /** The first thousand. */
  readonly findings: readonly Finding[];
  readonly faults: number;
}

export interface CheckedDatabase {
  readonly records: Records;
  /** The same database with a clock at which nothing has expired yet: it lists expired records too. */
  readonly everything: Records;
  readonly ring: KeyRing;
  readonly keyedHash: KeyedHash;
  readonly clock: Clock;
  readonly onProgress?: (records: number) => void;
}

function rememberGrants(records: Records): InspectionDeps['hasGrant'] {
  const known = new Map<string, boolean>();
  return async (reference) => {
    const remembered = known.get(reference);
    if (remembered !== undefined) return remembered;
    const isThere = (await records.get('grants', reference)) !== undefined;
    if (known.size >= MOST_GRANTS_REMEMBERED) known.clear();
    known.set(reference, isThere);
    return isThere;
  };
}

/** Reads a record with faults a second time: it may have been changed between the reads of one inspection. */
async function judge(collection: Collection, record: FoundRecord, deps: InspectionDeps): Promise<Verdict> {
  const verdict = await inspect(collection, record, deps);
  if (verdict.faults.length === 0) return verdict;
  const now = await deps.records.get(collection, record.id);
  return now === undefined ? { faults: [] } : inspect(collection, now, deps);
}

export async function checkDatabase(database: CheckedDatabase): Promise<CheckReport> {
  const { records, everything, clock, onProgress = () => undefined } = database;
  const deps: InspectionDeps = { ...database, hasGrant: rememberGrants(records) };
  const findings: Finding[] = [];
  let faults = 0;

  async function checkRecord(collection: Collection, record: FoundRecord): Promise<keyof CollectionCounts> {
    if (record.expiresAt !== undefined && record.expiresAt <= clock.now()) return 'expired';
    const verdict = await judge(collection, record, deps);
    faults += verdict.faults.length;
    for (const fault of verdict.faults) {
      if (findings.length < MOST_FINDINGS) findings.push({ collection, id: record.id, fault });
    }
    return verdict.isGarbage ? 'garbage' : 'live';
  }

  async function checkCollection(collection: Collection): Promise<CollectionCounts> {
    const counts = { live: 0, consumed: 0, expired: 0, garbage: 0 };
    for await (const page of recordPages(everything, collection, PAGE)) {
      const kinds = await Promise.all(page.map((record) => checkRecord(collection, record)));
      for (const kind of kinds) counts[kind] += 1;
      counts.consumed += page.filter(({ consumedAt }, at) => consumedAt !== undefined && kinds[at] === 'live').length;
      onProgress(page.length);
    }
    return counts;
  }

  const collections: Record<string, CollectionCounts> = {};
  for (const collection of collectionNames) collections[collection] = await checkCollection(collection);
  return { collections, findings, faults };
}
