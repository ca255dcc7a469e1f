/** What the storage verbs work on: the database that the environment names, below everything that is built on it. */

import type { Command } from 'commander';
import type { Config } from '../../src/config/config.ts';
import { configFromEnvironment } from '../../src/config/read-config.ts';
import { DomainError } from '../../src/domain/domain-error.ts';
import { openStorage } from '../../src/open-storage.ts';
import { type Clock, systemClock } from '../../src/ports/clock.ts';
import { secretKeysOf } from '../../src/secret-keys-of.ts';
import { collectionNames } from '../../src/storage/collections.ts';
import type { SchemaVersions, StorageDriver } from '../../src/storage/driver.ts';
import { createKeyRing, type KeyRing } from '../../src/storage/encryption/key-ring.ts';
import { findIndexKey } from '../../src/storage/encryption/keyed-hash.ts';
import { type CheckReport, checkDatabase } from '../../src/storage/maintenance/check.ts';
import { refuseHalfACopy } from '../../src/storage/maintenance/copy.ts';
import { type ReEncryptionReport, reEncrypt } from '../../src/storage/maintenance/re-encrypt.ts';
import { KeyStore } from '../../src/storage/records/keys.ts';
import { type CommonOptions, fields, type Outcome, printOutcome, table } from './command.ts';
import { createProgress } from './progress.ts';

export interface StorageVerbDeps {
  readonly config: Config;
  readonly clock: Clock;
  readonly storage: StorageDriver;
  /** For the verbs that decrypt. */
  ring(): KeyRing;
  /** The same database for another clock; closed with the rest. */
  openAt(clock: Clock): Promise<StorageDriver>;
}

async function runOnStorage(
  { json = false }: CommonOptions,
  work: (deps: StorageVerbDeps) => Promise<Outcome>,
): Promise<void> {
  const config = configFromEnvironment();
  const opened: StorageDriver[] = [];
  const openAt = async (clock: Clock): Promise<StorageDriver> => {
    const storage = await openStorage({ url: config.storageUrl, clock, acceptNewer: config.acceptNewerStorage });
    opened.push(storage);
    return storage;
  };
  try {
    const storage = await openAt(systemClock);
    const ring = () => createKeyRing(secretKeysOf(config));
    printOutcome(await work({ config, clock: systemClock, storage, ring, openAt }), json);
  } finally {
    for (const storage of opened) await storage.close();
  }
}

export async function storageSize(storage: StorageDriver): Promise<number> {
  let total = 0;
  for (const collection of collectionNames) total += await storage.size(collection);
  return total;
}

export function storageMigrate(storage: Command): void {
  storage
    .command('migrate')
    .description('bring the database to the schema of this version')
    .action((options: CommonOptions) =>
      runOnStorage(options, async ({ storage: { schema } }) => {
        const { found: before, current: after, known } = schema;
        const text =
          before === after
            ? `the database has schema version ${after}: nothing to do`
            : `schema version ${before} became ${after}`;
        const notes = after > known ? [`note: version ${after} is newer than this Latchkey, which knows ${known}`] : [];
        return { value: { before, after, known }, text, notes };
      }),
    );
}

// Of each collection, before the next one has its turn.
const BATCH = 1000;

export function storagePurge(storage: Command): void {
  storage
    .command('purge')
    .description('delete all that has expired')
    .action((options: CommonOptions) =>
      runOnStorage(options, async ({ storage: records }) => {
        let purged = 0;
        for (;;) {
          const more = await records.purge(BATCH);
          if (more === 0) return { value: { purged }, text: `deleted ${purged} expired records` };
          purged += more;
        }
      }),
    );
}

const SHOWN = 20;
/** For this clock nothing has expired yet. */
const beforeEverything: Clock = { now: () => 0, sleep: systemClock.sleep };

interface Findings extends CheckReport {
  readonly schema: SchemaVersions;
  /** What is wrong with the files and indexes of the database, or with it as a whole. */
  readonly databaseFaults: readonly string[];
}

const noRecords: CheckReport = { collections: {}, findings: [], faults: 0 };

async function findAll({ storage, clock, ring, openAt }: StorageVerbDeps): Promise<Findings> {
  const { schema } = storage;
  const databaseFaults = await storage.faults();
  const total = await storageSize(storage);
  if (total === 0) return { ...noRecords, schema, databaseFaults };
  const keyRing = ring();
  const keyedHash = await findIndexKey(new KeyStore({ records: storage, ring: keyRing, clock }));
  if (keyedHash === undefined) {
    return { ...noRecords, schema, databaseFaults: [...databaseFaults, 'there is no index key: nothing can be found'] };
  }
  const progress = createProgress('check', total);
  const everything = await openAt(beforeEverything);
  const report = await checkDatabase({
    records: storage,
    everything,
    ring: keyRing,
    keyedHash,
    clock,
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

export function storageCheck(storage: Command): void {
  storage
    .command('check')
    .description('read and decrypt everything, and report what is not as it should be')
    .action((options: CommonOptions) =>
      runOnStorage(options, async (deps) => {
        const found = await findAll(deps);
        const ok = found.databaseFaults.length + found.faults === 0;
        const outcome = { value: { ok, ...found }, text: textOf(found) };
        if (ok) return outcome;
        // The findings are this verb's result, besides being the reason for its exit code.
        printOutcome(outcome, options.json ?? false);
        throw new DomainError('storage_faulty');
      }),
    );
}

type OlderKey = ReEncryptionReport['olderKeys'][number];

function isoTime(milliseconds: number | undefined): string | null {
  return milliseconds === undefined ? null : new Date(milliseconds).toISOString();
}

function describeOlderKey({ position, values, until }: OlderKey, cachedResponses: number): string {
  if (values === 0) return `key ${position} of SECRET_KEYS encrypts nothing any more: it may go.`;
  const isCachedAlone = until !== undefined && values <= cachedResponses;
  return isCachedAlone
    ? `key ${position} of SECRET_KEYS still encrypts ${values} cached token responses: keep it until ${isoTime(until)}.`
    : `key ${position} of SECRET_KEYS still encrypts ${values} values: a process that has another key first wrote them. Restart it with the new order, then run this again.`;
}

const COOKIES =
  'Browsers that have not been back since the order of keys changed hold cookies signed with an older key: when it goes, they sign in again.';

function outcomeOf({ reEncrypted, undecryptable, olderKeys, cachedResponses }: ReEncryptionReport): Outcome {
  const lines = [
    `re-encrypted ${reEncrypted} values`,
    ...(undecryptable > 0 ? [`${undecryptable} values do not decrypt: "storage check" names them`] : []),
    ...olderKeys.map((key) => describeOlderKey(key, cachedResponses)),
    ...(olderKeys.length > 0 ? [COOKIES] : ['SECRET_KEYS holds one key: there is none that could go']),
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

export function storageReEncrypt(storage: Command): void {
  storage
    .command('re-encrypt')
    .description('encrypt everything again under the first of SECRET_KEYS')
    .action((options: CommonOptions) =>
      runOnStorage(options, async ({ storage, ring }) => {
        await refuseHalfACopy(storage);
        const progress = createProgress('re-encrypt', await storageSize(storage));
        const report = await reEncrypt(storage, ring(), { onProgress: progress.add });
        progress.end();
        return outcomeOf(report);
      }),
    );
}
