/** `storage check`: reads everything, opens what is sealed, and says what is not as it should be. */
import type { Command } from 'commander';
import { Refusal } from '../../src/domain/refusal.ts';
import type { SchemaVersions } from '../../src/ports/upkeep.ts';
import { type CheckReport, checkDatabase } from '../../src/sealing/check.ts';
import { findIndexKey } from '../../src/sealing/index-key.ts';
import { createKeyStore } from '../../src/sealing/keys.ts';
import { fields, table } from './layout.ts';
import { printOutcome } from './print-outcome.ts';
import { createProgress } from './progress.ts';
import type { CommonOptions } from './run-verb.ts';
import { storageSize } from './storage-size.ts';
import { runOnStorage, type StorageWorld } from './storage-world.ts';

const SHOWN = 20;
/** For this clock nothing has expired yet. */
const beforeEverything = { now: () => 0 };

interface Findings extends CheckReport {
  readonly schema: SchemaVersions;
  /** What the engine finds wrong with its own files and indexes, or with the database as a whole. */
  readonly engineFaults: readonly string[];
}

const noRecords: CheckReport = { collections: {}, findings: [], faults: 0 };

async function findAll({ storage, clock, ring, openAt }: StorageWorld): Promise<Findings> {
  const { schema } = storage;
  const engineFaults = await storage.faults();
  const total = await storageSize(storage);
  if (total === 0) return { ...noRecords, schema, engineFaults };
  const keyRing = ring();
  const keyedHash = await findIndexKey(createKeyStore(storage, keyRing));
  if (keyedHash === undefined) {
    return { ...noRecords, schema, engineFaults: [...engineFaults, 'there is no index key: nothing can be found'] };
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
  return { ...report, schema, engineFaults };
}

function textOf({ schema, collections, engineFaults, findings, faults }: Findings): string {
  const counts = Object.entries(collections)
    .filter(([, { live, expired, garbage }]) => live + expired + garbage > 0)
    .map(([collection, ofCollection]) => ({ collection, ...ofCollection }));
  const shown = findings.slice(0, SHOWN).map(({ collection, id, fault }) => `${collection} ${id} ${fault}`);
  const hidden = faults - shown.length;
  return [
    fields({ schema: schema.current, faults: engineFaults.length + faults }),
    table(['collection', 'live', 'consumed', 'expired', 'garbage'], counts),
    ...engineFaults,
    ...shown,
    ...(hidden > 0 ? [`and ${hidden} more`] : []),
  ].join('\n');
}

export function storageCheck(storage: Command): void {
  storage
    .command('check')
    .description('read everything, open what is sealed, and report what is not as it should be')
    .action((options: CommonOptions) =>
      runOnStorage(options, async (world) => {
        const found = await findAll(world);
        const ok = found.engineFaults.length + found.faults === 0;
        const outcome = { value: { ok, ...found }, text: textOf(found) };
        if (ok) return outcome;
        // The findings are this verb's result, besides being the reason for its exit code.
        printOutcome(outcome, options.json ?? false);
        throw new Refusal('storage_faulty');
      }),
    );
}
