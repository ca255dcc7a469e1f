/** What the storage verbs work on: the database that the environment names, below everything that is built on it. */
import type { Config } from '../../src/config/config.ts';
import { configFromEnvironment } from '../../src/config/environment.ts';
import { openStorage } from '../../src/open-storage.ts';
import { type Clock, systemClock } from '../../src/ports/clock.ts';
import type { StorageEngine } from '../../src/ports/upkeep.ts';
import { createKeyRing, type KeyRing } from '../../src/sealing/key-ring.ts';
import { secretKeysOf } from '../../src/secret-keys-of.ts';
import { type Outcome, printOutcome } from './print-outcome.ts';
import type { CommonOptions } from './run-verb.ts';

export interface StorageWorld {
  readonly config: Config;
  readonly clock: Clock;
  readonly storage: StorageEngine;
  /** Asked for by the verbs that open what is sealed. */
  ring(): KeyRing;
  /** The same database for another clock; closed with the rest. */
  openAt(clock: Clock): Promise<StorageEngine>;
}

export async function runOnStorage(
  { json = false }: CommonOptions,
  work: (world: StorageWorld) => Promise<Outcome>,
): Promise<void> {
  const config = configFromEnvironment();
  const opened: StorageEngine[] = [];
  const openAt = async (clock: Clock): Promise<StorageEngine> => {
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
