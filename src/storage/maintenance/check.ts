/** Reads a whole database, opens what is encrypted, and says what is not as it should be. */
import type { Clock } from '../../ports/clock.ts';
import { type Collection, collectionNames } from '../collections.ts';
import type { FoundRecord, Records } from '../driver.ts';
import { CannotDecrypt, type KeyRing } from '../encryption/key-ring.ts';
import type { KeyedHash } from '../encryption/keyed-hash.ts';
import { recordPages } from './every-record.ts';
import {
  type Inspection,
  type InspectionDeps,
  inspectAccount,
  inspectCachedResponse,
  inspectClient,
  inspectConsent,
  inspectGrantReservation,
  inspectIdentifier,
  inspectIssued,
  inspectKey,
  inspectMere,
  inspectResource,
  inspectSession,
  type Verdict,
} from './inspections.ts';

const PAGE = 200;
const MOST_FINDINGS = 1000;
const MOST_GRANTS_REMEMBERED = 10_000;

const inspections: Readonly<Record<Collection, Inspection>> = {
  accounts: inspectAccount,
  account_identifiers: inspectIdentifier,
  clients: inspectClient,
  resources: inspectResource,
  consents: inspectConsent,
  keys: inspectKey,
  counters: inspectMere('counters'),
  sessions: inspectSession,
  grants: inspectIssued('grants'),
  grant_reservations: inspectGrantReservation,
  interactions: inspectIssued('interactions'),
  authorization_codes: inspectIssued('authorization_codes'),
  access_tokens: inspectIssued('access_tokens'),
  refresh_tokens: inspectIssued('refresh_tokens'),
  cached_token_responses: inspectCachedResponse,
  client_credentials: inspectIssued('client_credentials'),
  device_codes: inspectIssued('device_codes'),
  pushed_authorization_requests: inspectIssued('pushed_authorization_requests'),
  replay_detections: inspectMere('replay_detections'),
  revoked_tokens: inspectMere('revoked_tokens'),
  initial_access_tokens: inspectIssued('initial_access_tokens'),
  registration_access_tokens: inspectIssued('registration_access_tokens'),
};

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
  /** The same database, for which nothing ever expires: what has expired is counted. */
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

async function inspect(collection: Collection, record: FoundRecord, deps: InspectionDeps): Promise<Verdict> {
  try {
    return await inspections[collection](record, deps);
  } catch (error) {
    if (error instanceof CannotDecrypt) return { faults: [`does not open: ${error.message}`] };
    if (error instanceof SyntaxError || error instanceof TypeError)
      return { faults: ['is no value of its collection'] };
    throw error;
  }
}

/** Judged again as it is now before it is blamed: others write meanwhile, and two records are not read at one moment. */
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
