import type { Command } from 'commander';
import type { Config } from '../../src/config/config.ts';
import { loadSecretKeys } from '../../src/config/secrets.ts';
import { DomainError } from '../../src/domain/domain-error.ts';
import { EventRecorder } from '../../src/domain/events/recorder.ts';
import type { NoteEvent } from '../../src/domain/events/security-events.ts';
import { openStorage } from '../../src/open-storage.ts';
import { type Clock, systemClock } from '../../src/ports/clock.ts';
import { eventLines } from '../../src/ports/events.ts';
import { collectionNames } from '../../src/storage/collections.ts';
import type { SchemaVersions, StorageDriver } from '../../src/storage/driver.ts';
import { createKeyRing, type KeyRing } from '../../src/storage/encryption/key-ring.ts';
import { findKeyedHash } from '../../src/storage/encryption/keyed-hash.ts';
import { type CheckReport, checkDatabase } from '../../src/storage/maintenance/check.ts';
import { throwOnUnfinishedCopy } from '../../src/storage/maintenance/copy.ts';
import { type ReEncryptionReport, reEncrypt } from '../../src/storage/maintenance/re-encrypt.ts';
import { KeyStore } from '../../src/storage/records/keys.ts';
import {
  adminLog,
  type CommonOptions,
  fields,
  type Outcome,
  printOutcome,
  readSettings,
  recordActs,
  table,
  throwOnMissingDatabase,
} from './command.ts';
import { createProgress } from './progress.ts';

/** The database that the environment names, below the stores that `runVerb` opens. */
interface OpenDatabase {
  readonly storage: StorageDriver;
  /** A function, because some verbs need no keys. */
  ring(): KeyRing;
  /** The same database with another clock; closed together with `storage`. */
  openAt(clock: Clock): Promise<StorageDriver>;
  readonly note: NoteEvent;
}

/** Into the log alone: these verbs work below the stores, and some of them without keys. */
export function storageRecorder(config: Config): EventRecorder {
  const log = adminLog(config);
  return new EventRecorder({ sinks: [eventLines(log)], clock: systemClock, log });
}

async function runOnStorage(
  options: CommonOptions,
  work: (database: OpenDatabase) => Promise<Outcome>,
  makesDatabase: boolean,
): Promise<void> {
  const config: Config = readSettings(options);
  if (!makesDatabase) throwOnMissingDatabase(config);
  const opened: StorageDriver[] = [];
  const openAt = async (clock: Clock): Promise<StorageDriver> => {
    const storage = await openStorage({ url: config.storageUrl, clock, acceptNewer: config.acceptNewerStorage });
    opened.push(storage);
    return storage;
  };
  try {
    const storage = await openAt(systemClock);
    const ring = () => createKeyRing(loadSecretKeys(config));
    const outcome = await recordActs(storageRecorder(config), (note) => work({ storage, ring, openAt, note }));
    printOutcome(outcome, options.json ?? false);
  } finally {
    for (const storage of opened) await storage.close();
  }
}

export async function storageSize(storage: StorageDriver): Promise<number> {
  let total = 0;
  for (const collection of collectionNames) total += await storage.size(collection);
  return total;
}

async function migrate({ storage: { schema }, note }: OpenDatabase): Promise<Outcome> {
  // Opening the database has migrated it.
  const { found: before, current: after, known } = schema;
  note('storage.migrated', 'administrator', { detail: `version ${before} to ${after}` });
  const text =
    before === after
      ? `the database has schema version ${after}: nothing to do`
      : `schema version ${before} became ${after}`;
  const notes = after > known ? [`note: version ${after} is newer than this Latchkey, which knows ${known}`] : [];
  return { value: { before, after, known }, text, notes };
}

// Of one collection, before the next one is purged.
const BATCH = 1000;

async function purge({ storage, note }: OpenDatabase): Promise<Outcome> {
  let purged = 0;
  try {
    for (let more = -1; more !== 0; purged += more) more = await storage.purge(BATCH);
  } finally {
    note('storage.purged', 'administrator', { detail: `${purged} records` });
  }
  return { value: { purged }, text: `deleted ${purged} expired records` };
}

const SHOWN = 20;
/** At this time nothing has expired yet, so that expired records are read too. */
const beforeEverything: Clock = { now: () => 0, sleep: systemClock.sleep };

interface Findings extends CheckReport {
  readonly schema: SchemaVersions;
  /** What the database finds wrong with its own files and indexes, and what is wrong with it as a whole. */
  readonly databaseFaults: readonly string[];
}

const noRecords: CheckReport = { collections: {}, findings: [], faults: 0 };

async function findAll({ storage, ring, openAt }: OpenDatabase): Promise<Findings> {
  const { schema } = storage;
  const databaseFaults = await storage.faults();
  const total = await storageSize(storage);
  if (total === 0) return { ...noRecords, schema, databaseFaults };
  const keyRing = ring();
  const keyedHash = await findKeyedHash(new KeyStore({ records: storage, ring: keyRing, clock: systemClock }));
  if (keyedHash === undefined) {
    const faults = [...databaseFaults, 'there is no index key: nothing can be found'];
    return { ...noRecords, schema, databaseFaults: faults };
  }
  const progress = createProgress('check', total);
  const report = await checkDatabase({
    records: storage,
    everything: await openAt(beforeEverything),
    ring: keyRing,
    keyedHash,
    clock: systemClock,
    onProgress: progress.add,
  });
  progress.end();
  return { ...report, schema, databaseFaults };
}

function textOf({ schema, collections, databaseFaults, findings, faults }: Findings): string {
  const counts = Object.entries(collections)
    .filter(([, { live, expired, garbage }]) => live + expired + garbage > 0)
    .map(([collection, ofCollection]) => ({ collection, ...ofCollection }));
  const shown = findings.slice(0, SHOWN).map(({ collection, id, fault }) => `${collection} ${id} ${fault}`);
  const hidden = faults - shown.length;
  return [
    fields({ schema: schema.current, faults: databaseFaults.length + faults }),
    table(['collection', 'live', 'consumed', 'expired', 'garbage'], counts),
    ...databaseFaults,
    ...shown,
    ...(hidden > 0 ? [`and ${hidden} more`] : []),
  ].join('\n');
}

async function check(database: OpenDatabase, { json = false }: CommonOptions): Promise<Outcome> {
  const found = await findAll(database);
  const ok = found.databaseFaults.length + found.faults === 0;
  const outcome = { value: { ok, ...found }, text: textOf(found) };
  if (ok) return outcome;
  // The findings are the result as well as the reason for the exit code.
  printOutcome(outcome, json);
  throw new DomainError('storage_faulty');
}

type OlderKey = ReEncryptionReport['olderKeys'][number];

function isoTime(milliseconds: number | undefined): string | null {
  return milliseconds === undefined ? null : new Date(milliseconds).toISOString();
}

function describeOlderKey({ position, values, until }: OlderKey, cachedResponses: number): string {
  const key = `key ${position} of SECRET_KEYS`;
  if (values === 0) return `${key} is not needed any more: you may remove it.`;
  const needsOnlyResponses = until !== undefined && values <= cachedResponses;
  return needsOnlyResponses
    ? `${key} is still needed by ${values} cached token responses: keep it until ${isoTime(until)}.`
    : `${key} is still needed by ${values} values, written by a process that has another key first. Restart it with the new order, then run this again.`;
}

const COOKIE_NOTE =
  'Browsers that have not been back since the order of keys changed hold cookies signed with an older key: without it, their users sign in again.';

function outcomeOf({ reEncrypted, undecryptable, olderKeys, cachedResponses }: ReEncryptionReport): Outcome {
  const lines = [
    `re-encrypted ${reEncrypted} values`,
    ...(undecryptable > 0 ? [`${undecryptable} values cannot be decrypted: "storage check" names them`] : []),
    ...olderKeys.map((key) => describeOlderKey(key, cachedResponses)),
    olderKeys.length > 0 ? COOKIE_NOTE : 'SECRET_KEYS holds one key, so there is none to remove',
  ];
  return {
    value: {
      reEncrypted,
      undecryptable,
      cachedResponses,
      olderKeys: olderKeys.map(({ position, values, until }) => ({
        position,
        values,
        isNeeded: values > 0,
        neededUntil: values > 0 ? isoTime(until) : null,
      })),
    },
    text: lines.join('\n'),
  };
}

async function reEncryptAll({ storage, ring, note }: OpenDatabase): Promise<Outcome> {
  await throwOnUnfinishedCopy(storage);
  const progress = createProgress('re-encrypt', await storageSize(storage));
  const report = await reEncrypt(storage, ring(), { onProgress: progress.add });
  progress.end();
  note('storage.re_encrypted', 'administrator', { detail: `${report.reEncrypted} values` });
  return outcomeOf(report);
}

export function addStorageVerbs(noun: Command): void {
  const addVerb = (
    verb: string,
    description: string,
    act: (database: OpenDatabase, options: CommonOptions) => Promise<Outcome>,
  ) =>
    noun
      .command(verb)
      .description(description)
      .action((options: CommonOptions) =>
        runOnStorage(options, (database) => act(database, options), verb === 'migrate'),
      );
  addVerb('migrate', 'bring the database to the schema of this version', migrate);
  addVerb('check', 'read and decrypt everything, and report what is wrong', check);
  addVerb('purge', 'delete all that has expired', purge);
  addVerb('re-encrypt', 'encrypt everything again under the first of SECRET_KEYS', reEncryptAll);
}
